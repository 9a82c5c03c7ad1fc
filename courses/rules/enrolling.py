"""Who may ask for a seat, take or leave one, and who decides; who sees learners' names.

Seats and their order are the business of `services.enrolling`.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from courses.lifecycle import ENROLMENT, EnrolmentState, RunState
from courses.models import Enrolment, Run
from courses.queries.enrolments import works_for
from courses.rules.people import check_can_coordinate
from portal.core import clock
from portal.core.denials import Denied


def check_can_request(user: Any, run: Run) -> None:
    """Rule: anybody with an account asks for a place between the opening and the end of
    enrolment, except those who work for the run.
    """
    if not user.is_authenticated or not user.is_active:
        raise Denied(_("Sign in to ask for a place."), code="enrolment.sign_in")
    check_window(run)
    check_is_no_party(user, run)


def check_window(run: Run) -> None:
    """Rule: enrolment is open while the run is announced, from its opening up to its end."""
    now = clock.now()
    if run.state != RunState.OPEN:
        raise Denied(_("Enrolment in this run is over."), code="enrolment.state")
    if now < run.enrol_from:
        raise Denied(_("Enrolment has not opened yet."), code="enrolment.soon")
    if now >= run.enrol_until:
        raise Denied(_("Enrolment has closed."), code="enrolment.closed")


def check_is_no_party(user: Any, run: Run) -> None:
    """Rule: who coordinates, teaches, examines or certifies in a run takes no seat in it."""
    if works_for(user, run):
        raise Denied(
            _("You work for this run, so you cannot take part in it as a learner."),
            code="enrolment.party",
        )


def check_can_decide(user: Any, enrolment: Enrolment) -> None:
    """Rule: requests are decided by a coordinator of the run, never one's own, while it is
    announced.
    """
    check_can_coordinate(user, enrolment.run)
    if enrolment.learner_id == user.pk:
        raise Denied(_("You cannot decide on your own request."), code="enrolment.own")
    if enrolment.run.state != RunState.OPEN:
        raise Denied(_("Enrolment in this run is over."), code="enrolment.state")


def check_can_remove(user: Any, enrolment: Enrolment) -> None:
    """Rule: a coordinator may take somebody out until the run is closed; the reason is told."""
    check_can_coordinate(user, enrolment.run)
    if enrolment.run.state not in {RunState.OPEN, RunState.RUNNING}:
        raise Denied(_("This run is over."), code="enrolment.state")
    ENROLMENT.check(enrolment, "remove")


def check_can_withdraw(user: Any, enrolment: Enrolment) -> None:
    """Rule: a learner may withdraw at any time until the run is closed."""
    check_is_own(user, enrolment)
    if enrolment.run.state not in {RunState.OPEN, RunState.RUNNING}:
        raise Denied(_("This run is over; nothing can be withdrawn."), code="enrolment.state")
    ENROLMENT.check(enrolment, "withdraw")


def check_can_take(user: Any, enrolment: Enrolment) -> None:
    """Rule: an offered seat is taken by the person it is offered to, before the offer ends."""
    check_is_own(user, enrolment)
    ENROLMENT.check(enrolment, "take")
    if enrolment.offered_until is None or clock.now() >= enrolment.offered_until:
        raise Denied(
            _("This offer has ended; the seat goes to the next on the waiting list."),
            code="enrolment.lapsed",
        )
    if enrolment.run.state != RunState.OPEN:
        raise Denied(_("Enrolment in this run is over."), code="enrolment.state")


def check_is_own(user: Any, enrolment: Enrolment) -> None:
    """Rule: a place belongs to one person."""
    if enrolment.learner_id != user.pk:
        raise Denied(_("This place is not yours."), code="enrolment.own")


def can_withdraw(user: Any, enrolment: Enrolment) -> bool:
    try:
        check_can_withdraw(user, enrolment)
    except Denied:
        return False
    return True


def why_not_request(user: Any, run: Run, own: Enrolment | None = None) -> str:
    """Return why this person cannot ask for a place now, or nothing."""
    if own and own.state not in {EnrolmentState.WITHDRAWN, EnrolmentState.DENIED}:
        return str(_("You have asked for a place already."))
    try:
        check_can_request(user, run)
    except Denied as refusal:
        return str(refusal)
    return ""


def check_can_roster(user: Any, run: Run) -> None:
    """Rule: a list of participants is taken in by a coordinator, from the announcement up to the
    first day; the window of single requests does not bind it.
    """
    check_can_coordinate(user, run)
    if run.state != RunState.OPEN:
        raise Denied(
            _("Participants can be taken in while the run is announced; this one is: %(state)s.")
            % {"state": run.get_state_display()},
            code="roster.state",
        )
