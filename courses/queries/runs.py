"""Reads of runs: whose they are, seats, and what the public is told of their state."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from courses.enums import DutyKind
from courses.lifecycle import SEATED, RunState
from courses.models import Run
from portal.core import clock

STATES = {
    "soon": _("Enrolment opens soon"),
    "open": _("Enrolment open"),
    "full": _("Full, waiting list"),
    "waiting": _("Enrolment closed"),
    "running": _("Running"),
    "closed": _("Finished"),
}


def with_seats(runs: QuerySet[Run]) -> QuerySet[Run]:
    """Add `taken`, the number of seats somebody holds (offered ones included)."""
    taken = Count("enrolments", filter=Q(enrolments__state__in=SEATED), distinct=True)
    return runs.annotate(taken=Coalesce(taken, 0))


def public_state(run: Any, now: datetime | None = None) -> str:
    """Return what the public reads of a run with `taken`: a key of STATES.

    Rule: announced runs are soon before enrolment opens, then open while seats are left and full
    after that; between the end of enrolment and the first day nothing can be done.
    """
    moment = now or clock.now()
    if run.state == RunState.RUNNING:
        return "running"
    if run.state != RunState.OPEN:
        return "closed"
    if moment < run.enrol_from:
        return "soon"
    if moment >= run.enrol_until:
        return "waiting"
    return "open" if run.taken < run.capacity else "full"


def holder_of(run: Run, kind: str) -> int | None:
    """Return the id of the organisation that has accepted a duty of the run, if any has."""
    known = run.__dict__
    if f"{kind}_holder" in known:  # read with the run: `knowing_holders`
        return known[f"{kind}_holder"]
    for duty in run.duties.all():
        if duty.kind == kind and duty.state == "accepted":
            return duty.organisation_id
    return None


def duties_needed(run: Run) -> list[str]:
    """Return the duties a run cannot do without, in their official order.

    Rule: somebody answers for content, teaching, the practical site where there is practice,
    examining, and for issuing where the course ends in a certificate.
    """
    needed = [DutyKind.CONTENT, DutyKind.TEACHING]
    needed += [DutyKind.SITE] if run.course.hours_practice else []
    needed += [DutyKind.EXAMINING]
    needed += [DutyKind.ISSUING] if run.issues_certificates else []
    return [kind.value for kind in needed]
