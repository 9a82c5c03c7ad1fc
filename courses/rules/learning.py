"""Who may read units, complete them and hand in practical work, and until when."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from courses.lifecycle import INSIDE, EnrolmentState, RunState
from courses.models import Enrolment, PracticeRating, PracticeTask, Run
from portal.core.denials import Denied

READABLE = frozenset({RunState.RUNNING, RunState.CLOSED})


def units_are_open(run: Run) -> bool:
    """Say whether the run's learners may read its units."""
    return run.state in READABLE


def check_can_read_units(user: Any, enrolment: Enrolment) -> None:
    """Rule: units are read by those who have been let in, from the start of the run on, and stay
    open to them after its end. Teachers read them at any time, in the run's own pages.
    """
    if enrolment.learner_id != user.pk or enrolment.state not in INSIDE:
        raise Denied(_("Only learners of this run read its units."), code="unit.learner")
    if not units_are_open(enrolment.run):
        raise Denied(
            _("The units open when the run begins. Its first day is in the overview."),
            code="unit.early",
        )


def check_can_learn(user: Any, enrolment: Enrolment) -> None:
    """Rule: units are completed and practical work is handed in by enrolled learners while the
    run is running; a settled result is not changed any more.
    """
    check_can_read_units(user, enrolment)
    if enrolment.run.state != RunState.RUNNING:
        raise Denied(_("This run is closed. You can still read everything."), code="run.closed")
    if enrolment.state != EnrolmentState.ENROLLED:
        raise Denied(
            _("Your result in this run is settled. You can still read everything."),
            code="enrolment.settled",
        )


def check_can_hand_in(user: Any, enrolment: Enrolment, task: PracticeTask) -> None:
    """Rule: practical work is handed in, and handed in again, until the run is closed or an
    examiner has rated it.
    """
    if task.course_id != enrolment.run.course_id:
        raise Denied(_("This task belongs to another course."), code="practice.course")
    check_can_learn(user, enrolment)
    if PracticeRating.objects.filter(work__task=task, work__enrolment=enrolment).exists():
        raise Denied(
            _("An examiner has begun to rate this work; it can no longer be replaced."),
            code="practice.rated",
        )
