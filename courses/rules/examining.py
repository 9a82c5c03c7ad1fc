"""Who sets, opens, extends, closes and releases an examination, and when."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from courses.drawing import Shortage
from courses.enums import DutyKind
from courses.lifecycle import ENDED, AttemptState, DutyState, ExamState
from courses.models import Exam, Run
from courses.queries.runs import duties_needed
from courses.rules.people import check_can_coordinate, check_can_examine
from portal.core import clock
from portal.core.denials import Denied

BLUEPRINT_FAULTS = {
    "no_sections": _("The paper has no parts yet. Fill in at least one line."),
    "doubled_name": _("Two parts have one name. Give each its own."),
    "bad_kind": _("A part asks for a type of question that does not exist."),
    "bad_pick": _("Say how many questions a part has: a whole number from 1."),
    "bad_points": _("Say how many points a part is worth: more than 0."),
    "bad_difficulty": _("A difficulty runs from the lower to the higher number, 1 to 5."),
    "not_full_marks": _("The points of all parts must add up to 100."),
}


def check_can_set(user: Any, exam: Exam) -> None:
    """Rule: an examination is set by examiners of the run until it opens, and then stands."""
    check_can_examine(user, exam.run)
    if exam.state != ExamState.DRAFT:
        raise Denied(
            _("The examination has been opened; what it consists of stands."), code="exam.stands"
        )


def check_can_open(user: Any, exam: Exam) -> None:
    """Rule: an examination opens once every duty of its run is accepted and before it would be
    over.
    """
    check_can_examine(user, exam.run)
    check_duties(exam.run)
    if clock.now() >= exam.closes_at:
        raise Denied(
            _("The time for this examination is over. Set a later end first."), code="exam.over"
        )


def check_duties(run: Run) -> None:
    """Raise Denied naming the duties nobody has accepted."""
    accepted = {duty.kind for duty in run.duties.all() if duty.state == DutyState.ACCEPTED}
    missing = [DutyKind(kind) for kind in duties_needed(run) if kind not in accepted]
    if missing:
        raise Denied(
            _("Nobody has accepted yet: %(duties)s. The coordinator asks for it first.")
            % {"duties": ", ".join(str(kind.label) for kind in missing)},
            code="exam.duty",
        )


def shortage_in_words(shortage: Shortage) -> str:
    """Return what the bank lacks and what to do."""
    return str(
        _(
            "%(sections)s: %(wanted)d questions are asked for and %(found)d fit. Write %(lack)d "
            "more, or ask for fewer."
        )
        % {
            "sections": " + ".join(shortage.sections),
            "wanted": shortage.wanted,
            "found": shortage.found,
            "lack": shortage.wanted - shortage.found,
        }
    )


def check_can_fill(shortages: tuple[Shortage, ...], fault: str) -> None:
    """Rule: an examination opens only when the bank can fill every part of its paper."""
    if fault:
        raise Denied(BLUEPRINT_FAULTS[fault], code="exam.blueprint")
    if shortages:
        raise Denied(" ".join(map(shortage_in_words, shortages)), code="exam.shortage")


def check_can_extend(user: Any, exam: Exam) -> None:
    """Rule: time is added by examiners of the run or by its coordinators, who watch the room,
    while the examination is open.
    """
    try:
        check_can_examine(user, exam.run)
    except Denied:
        check_can_coordinate(user, exam.run)
    if exam.state != ExamState.OPEN:
        raise Denied(_("Time is added while the examination is open."), code="exam.not_open")


def check_can_close(user: Any, exam: Exam) -> None:
    """Rule: an examination closes when nobody is writing any more."""
    check_can_examine(user, exam.run)
    writing = exam.attempts.filter(state=AttemptState.RUNNING).count()
    if writing:
        raise Denied(
            ngettext(
                "%(n)d person is still writing. Wait until the time is over.",
                "%(n)d people are still writing. Wait until the time is over.",
                writing,
            )
            % {"n": writing},
            code="exam.writing",
        )


def check_can_release(user: Any, exam: Exam) -> None:
    """Rule: results are released together, once every attempt is graded."""
    check_can_examine(user, exam.run)
    waiting = exam.attempts.filter(state__in=ENDED - {AttemptState.GRADED}).count()
    if waiting:
        raise Denied(
            ngettext(
                "%(n)d attempt still waits for an examiner. Mark it first.",
                "%(n)d attempts still wait for an examiner. Mark them first.",
                waiting,
            )
            % {"n": waiting},
            code="exam.waiting",
        )


def check_can_regrade(user: Any, exam: Exam) -> None:
    """Rule: a key is corrected or a question withdrawn by examiners, after the examination."""
    check_can_examine(user, exam.run)
    if exam.state not in {ExamState.CLOSED, ExamState.RELEASED}:
        raise Denied(
            _("Marking again begins once the examination has closed."), code="exam.not_closed"
        )
