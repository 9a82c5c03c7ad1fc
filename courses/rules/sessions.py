"""Who keeps a run's sessions and attendance lists, and who is counted present by a code."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from courses.lifecycle import EnrolmentState, RunState
from courses.models import Enrolment, Run, Session
from courses.rules.people import allows, check_can_coordinate, is_teacher_of
from portal.core import clock
from portal.core.denials import Denied

PLANNABLE = frozenset({RunState.PREPARING, RunState.OPEN, RunState.RUNNING})
# A code may be shown while people come in.
EARLY = timedelta(hours=1)


def check_keeps_sessions(user: Any, run: Run) -> None:
    """Rule: sessions and attendance lists are kept by the run's coordinators and teachers."""
    keeps = allows(check_can_coordinate, user, run) or is_teacher_of(user, run)
    if not (user.is_active and keeps):
        raise Denied(
            _("Only a coordinator or a teacher of this run can do this."), code="session.role"
        )


def check_can_plan(user: Any, run: Run) -> None:
    """Rule: sessions are planned and changed until the run is closed."""
    check_keeps_sessions(user, run)
    if run.state not in PLANNABLE:
        raise Denied(
            _("This run is over; its sessions can no longer be changed."), code="session.run"
        )


def check_can_change(user: Any, session: Session) -> None:
    """Rule: a session whose list is closed is not changed any more."""
    check_can_plan(user, session.run)
    check_is_open(session)


def check_is_open(session: Session) -> None:
    """Rule: a closed list stays as it is; its hours are in the ledger."""
    if session.closed_at:
        raise Denied(
            _("This list is closed and its hours are entered; it can no longer be changed."),
            code="session.closed",
        )


def check_can_keep_list(user: Any, session: Session) -> None:
    """Rule: attendance is taken from an hour before the session on, in a run that has started,
    until the list is closed.
    """
    check_keeps_sessions(user, session.run)
    check_is_open(session)
    if session.run.state not in {RunState.RUNNING, RunState.CLOSED}:
        raise Denied(
            _("Start the run first; then attendance can be taken."), code="session.not_running"
        )
    if clock.now() < session.starts_at - EARLY:
        raise Denied(
            _("Attendance can be taken from an hour before the session on."), code="session.early"
        )


def check_can_close(user: Any, session: Session) -> None:
    """Rule: a list is closed once the session has begun; that enters the hours."""
    check_can_keep_list(user, session)
    if clock.now() < session.starts_at:
        raise Denied(_("The session has not begun yet."), code="session.not_begun")


def check_can_check_in(user: Any, session: Session, enrolment: Enrolment) -> None:
    """Rule: by code only enrolled learners of a running run are counted present, themselves
    only, until the list is closed.
    """
    is_own = enrolment.learner_id == user.pk and enrolment.run_id == session.run_id
    if not is_own or enrolment.state != EnrolmentState.ENROLLED:
        raise Denied(_("Only enrolled learners of this run check in."), code="attendance.learner")
    if session.run.state != RunState.RUNNING:
        raise Denied(_("This run is not running now."), code="attendance.run")
    if session.closed_at:
        raise Denied(
            _("The list of this session is closed. Ask your teacher if something is wrong."),
            code="attendance.closed",
        )
