"""What must always hold of marks and of settled results, recounted from the tables."""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Count, Max, Q

from courses.certification import score_band
from courses.grading import PaperMark, exam_result
from courses.lifecycle import AttemptState, EnrolmentState
from courses.models import Attempt, Enrolment, Marking, Question
from courses.queries.results import exam_rule
from portal.core.invariants import invariant

SETTLED = (EnrolmentState.COMPLETED, EnrolmentState.FAILED)


@invariant("courses.graded_attempt_has_its_marking")
def graded_attempts_have_their_marking() -> Iterator[str]:
    """A graded attempt's marks are those of its latest marking, which digest and sum confirm; an
    attempt that is not graded has none.
    """
    rows = Attempt.objects.prefetch_related("markings").defer("paper", "sheet")
    for attempt in rows.order_by("pk").iterator(chunk_size=200):
        markings = list(attempt.markings.all())
        if attempt.state != AttemptState.GRADED:
            if markings:
                yield f"attempt {attempt.public_id}: marked, but its state is {attempt.state}"
            continue
        if [one.number for one in markings] != list(range(1, len(markings) + 1)) or not markings:
            yield f"attempt {attempt.public_id}: markings are not numbered from 1 without a gap"
            continue
        last = markings[-1]
        marks = PaperMark.from_data(last.marks)
        if (attempt.marks, attempt.score) != (last.marks, last.score):
            yield f"attempt {attempt.public_id}: its marks are not those of marking {last.number}"
        if (last.digest, last.score) != (marks.digest(), marks.score):
            yield f"attempt {attempt.public_id}: marking {last.number} does not add up"


@invariant("courses.settled_outcome")
def settled_outcomes_add_up() -> Iterator[str]:
    """A settled outcome follows from the figures in it, and its theory is the score of an attempt
    as it stood when it was settled.
    """
    rows = Enrolment.objects.filter(state__in=SETTLED).select_related("run__course")
    for one in rows.order_by("pk"):
        outcome = one.outcome
        if not outcome or one.settled_at is None:
            yield f"enrolment {one.public_id}: {one.state} without an outcome"
            continue
        theory, practice = (figure(outcome.get(name)) for name in ("theory", "practice"))
        exam = exam_result(theory, practice, exam_rule(one.run.course))
        band = score_band(exam)
        stated = (figure(outcome.get("final")), outcome.get("band"))
        if stated != (exam.final, band.value if band else None):
            yield f"enrolment {one.public_id}: final figure or band do not follow from its parts"
        has_passed = one.state == EnrolmentState.COMPLETED
        if outcome.get("passed") is not has_passed or has_passed is bool(outcome.get("gaps")):
            yield f"enrolment {one.public_id}: outcome and state {one.state} contradict each other"
        if theory is not None and theory not in standing_scores(one):
            yield f"enrolment {one.public_id}: theory {theory} is the score of none of its attempts"


def figure(text: str | None) -> Decimal | None:
    """Return a published figure read back."""
    return None if text is None else Decimal(text)


def standing_scores(enrolment: Enrolment) -> set[Decimal | None]:
    """Return the score of each attempt by the marking that stood when it was settled."""
    rows = Marking.objects.filter(attempt__enrolment=enrolment, at__lte=enrolment.settled_at)
    latest = {row.attempt_id: row.score for row in rows.order_by("number")}
    return set(latest.values())


@invariant("courses.one_current_question")
def questions_have_one_current_version() -> Iterator[str]:
    """Of every question exactly the latest version is current, and versions have no gaps."""
    rows = Question.objects.values("course", "code").annotate(
        versions=Count("pk"),
        latest=Max("version"),
        current=Max("version", filter=Q(is_current=True)),
    )
    for row in rows.order_by("course", "code"):
        if not row["versions"] == row["latest"] == row["current"]:
            yield f"question {row['code']}: its latest version is not the current one"
