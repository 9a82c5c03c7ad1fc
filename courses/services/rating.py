"""Examiners' points for answers and for practical works, each by themselves.

How several come to one figure is `courses.grading.settle`; moving an attempt to graded is
`services.grading`.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courses.grading import Rating, RatingRule, rating_fault, settle
from courses.lifecycle import AttemptState, EnrolmentState, ExamState
from courses.models import AnswerRating, Attempt, PracticeRating, PracticeWork
from courses.queries.marking import (
    Reading,
    as_rating,
    is_latest,
    practice_rule,
    reading_at,
    rubric_of,
    work_to_rate,
)
from courses.questions import Criterion
from courses.rules.people import check_can_examine
from courses.services.grading import grade_attempt, marks_of
from courses.services.regrading import append_marking, checked_reason
from portal.core import audit, clock
from portal.core.denials import Denied
from portal.core.notifications import notify

FAULTS = {
    "incomplete": _("Give points for every line of the rubric."),
    "not_a_level": _("Points are those of one of the levels. Choose a level for every line."),
}
COMMENT_MAX = 2000


@transaction.atomic
def rate_answer(
    *,
    attempt: Attempt,
    place: str,
    points: Sequence[Decimal],
    comment: str,
    by: Any,
    reason: str = "",
) -> AnswerRating:
    """Give one examiner's points for one answer and return the rating.

    Locks the attempt, checks the rule, keeps the rating (audited), then grades the attempt if
    nothing waits any more. An examiner may correct their own rating until results are released;
    once the attempt is graded that takes a `reason` and appends a marking. Raises Denied, or
    ValidationError for points that fit no level.
    """
    rows = Attempt.objects.select_for_update(of=("self",))
    locked = rows.select_related("exam__run__course", "enrolment").get(pk=attempt.pk)
    check_can_examine(by, locked.exam.run)
    reading = open_reading(locked, place, by)
    check_points(reading.key.rubric, points, by)
    given, words = [str(point) for point in points], comment.strip()
    if reading.mine and (reading.mine.points, reading.mine.comment) == (given, words):
        return reading.mine
    was_graded = locked.state == AttemptState.GRADED
    told = checked_reason(reason) if was_graded else ""
    rating, _is_new = AnswerRating.objects.update_or_create(
        attempt=locked,
        question=place,
        examiner=by,
        defaults={"points": given, "comment": words, "rated_at": clock.now()},
    )
    audit.record(
        action="answer.rated",
        obj=locked,
        by=by,
        before=reading.mine.points if reading.mine else "",
        after=given,
        facts={"question": place, "reason": told},
    )
    if was_graded:
        mark_again(locked, reason=told, by=by)
    else:
        grade_attempt(attempt_id=locked.pk)
    return rating


def open_reading(attempt: Attempt, place: str, examiner: Any) -> Reading:
    """Return the answer this examiner may rate now; raise Denied saying why it is none."""
    if attempt.state == AttemptState.RUNNING or attempt.exam.state == ExamState.RELEASED:
        raise Denied(
            _("Answers are read between the end of an attempt and the release of results."),
            code="rating.state",
        )
    reading = reading_at(attempt, place, examiner)
    if reading is None:
        raise Denied(_("No examiner is needed for this answer."), code="rating.place")
    if reading.mine is None and reading.needs == 0:
        raise Denied(_("This answer has been read by enough examiners."), code="rating.enough")
    return reading


def mark_again(attempt: Attempt, *, reason: str, by: Any) -> None:
    """Append a marking after a corrected rating; refuse one that would need a third examiner."""
    marks = marks_of(attempt)
    if marks.waiting:
        raise Denied(
            _(
                "With these points the examiners are more than a quarter apart. A graded answer "
                "cannot be opened again for a third one."
            ),
            code="rating.apart",
        )
    if marks.as_data() != attempt.marks:
        append_marking(attempt, marks, reason=reason, by=by)


def check_points(rubric: Sequence[Criterion], points: Sequence[Decimal], by: Any) -> None:
    """Raise ValidationError unless every criterion got the points of one of its levels."""
    fault = rating_fault(rubric, Rating(str(by.pk), tuple(points)))
    if fault:
        raise ValidationError(FAULTS[fault], code=fault)


@transaction.atomic
def rate_practice(
    *, work: PracticeWork, points: Sequence[Decimal], comment: str, by: Any
) -> PracticeRating:
    """Give one examiner's points for a practical work and return the rating.

    Locks the work, checks the rule, keeps the rating (audited) and tells the learner once enough
    examiners have judged. An examiner may correct their own until the results are settled. Raises
    Denied, ValidationError.
    """
    rows = PracticeWork.objects.select_for_update(of=("self",))
    locked = rows.select_related("task", "enrolment__run", "enrolment__learner").get(pk=work.pk)
    run = locked.enrolment.run
    check_can_examine(by, run)
    check_is_open(locked)
    rule = practice_rule(run)
    standing = work_to_rate(locked, list(locked.ratings.all()), rule, by)
    if standing.mine is None and standing.needs == 0:
        raise Denied(_("This work has been read by enough examiners."), code="rating.enough")
    check_points(rubric_of(locked.task.rubric), points, by)
    given, words = [str(point) for point in points], comment.strip()
    if standing.mine and (standing.mine.points, standing.mine.comment) == (given, words):
        return standing.mine
    before = standing.mine.points if standing.mine else ""
    rating, _is_new = PracticeRating.objects.update_or_create(
        work=locked,
        examiner=by,
        defaults={"points": given, "comment": words, "rated_at": clock.now()},
    )
    audit.record(action="practice.rated", obj=locked, by=by, before=before, after=given)
    if is_settled(locked, rule):
        tell_learner(locked)
    return rating


def check_is_open(work: PracticeWork) -> None:
    """Raise Denied for a work that a later one replaced, or whose learner is settled."""
    if work.enrolment.state != EnrolmentState.ENROLLED:
        raise Denied(_("The result of this learner has been settled."), code="rating.settled")
    if not is_latest(work):
        raise Denied(
            _("A later version has been handed in. Judge that one."), code="rating.replaced"
        )


def is_settled(work: PracticeWork, rule: RatingRule) -> bool:
    """Say whether enough examiners have judged a work."""
    given = [as_rating(row) for row in work.ratings.all()]
    return settle(rubric_of(work.task.rubric), given, rule).share is not None


def tell_learner(work: PracticeWork) -> None:
    """Tell the learner that a practical work has been judged."""
    notify(
        [work.enrolment.learner],
        kind="practice.rated",
        subject=_("“%(title)s” has been judged"),
        body=_("The examiners have judged your practical work."),
        context={"title": work.task.title},
        url=reverse("learning_home"),
    )
