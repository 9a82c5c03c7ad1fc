"""What a learner's pages begin with: an enrolment that lets them in, the tabs of "My learning"."""

from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _

from courses.lifecycle import INSIDE
from courses.models import Enrolment
from courses.views.frame import enrolment_of

OWN_TABS = (
    (_("My courses"), "learning_home"),
    (_("My certificates"), "learning_certificates"),
    (_("Hours ledger"), "learning_hours"),
)


def inside_of(request: HttpRequest, public_id: str) -> Enrolment:
    """Return one of this person's own enrolments that has let them in; else 404."""
    enrolment = enrolment_of(request, public_id)
    if enrolment.state not in INSIDE:
        raise Http404
    return enrolment


def own_frame(current: str) -> dict[str, Any]:
    """Return the tabs of "My learning" for the page of this name."""
    return {"pages": [(label, name, name == current) for label, name in OWN_TABS]}
