"""What a learner's pages begin with: an enrolment of their own that lets them in."""

from django.http import Http404, HttpRequest

from courses.lifecycle import INSIDE
from courses.models import Enrolment
from courses.views.frame import enrolment_of


def inside_of(request: HttpRequest, public_id: str) -> Enrolment:
    """Return one of this person's own enrolments that has let them in; else 404."""
    enrolment = enrolment_of(request, public_id)
    if enrolment.state not in INSIDE:
        raise Http404
    return enrolment
