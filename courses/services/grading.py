"""Grading an ended attempt: automatic marks at once, the whole when nothing waits for people.

Handing in and grading are two steps, so that a grader that fails cannot cost anybody an answer:
the sweep comes back to what is not graded. Marking again with another key belongs to regrading.
"""

from django.db import transaction

from courses.grading import PaperMark, RatingRule, mark_paper
from courses.lifecycle import ATTEMPT, AttemptState
from courses.models import Attempt, Marking
from courses.queries.sitting import keys_of, paper_of, ratings_of, responses_of
from portal.core import clock


def marks_of(attempt: Attempt) -> PaperMark:
    """Return the marks of an attempt by the frozen keys, its answers and its ratings as they are.

    Reads only. Raises ValueError for a question without a key or a rating that does not fit.
    """
    paper = paper_of(attempt)
    return mark_paper(
        paper,
        keys_of(attempt.exam, (item.question for item in paper.items)),
        responses_of(attempt),
        ratings=ratings_of(attempt),
        rule=RatingRule(examiners=attempt.exam.examiners_needed),
    )


@transaction.atomic
def grade_attempt(*, attempt_id: int) -> bool:
    """Mark an ended attempt; return whether it is graded, now or already.

    Locks the attempt. While examiners are still needed, keeps the marks there are on the attempt
    and returns False. Else writes the one first Marking, sets marks, score and time, moves the
    attempt to graded (audited). A second call changes nothing; a running attempt is left alone.
    Raises ValueError when a key is missing: the attempt stays as it is, for the next sweep.
    """
    rows = Attempt.objects.select_for_update(of=("self",)).select_related("exam__run")
    attempt = rows.get(pk=attempt_id)
    if attempt.state not in ATTEMPT.arrows["grade"].sources:
        return attempt.state == AttemptState.GRADED
    marks = marks_of(attempt)
    if marks.waiting:
        if attempt.marks != marks.as_data():
            attempt.marks = marks.as_data()
            attempt.save(update_fields=["marks"])
        return False
    attempt.marks, attempt.score, attempt.graded_at = marks.as_data(), marks.score, clock.now()
    attempt.save(update_fields=["marks", "score", "graded_at"])
    Marking.objects.create(
        attempt=attempt,
        number=1,
        marks=attempt.marks,
        digest=marks.digest(),
        score=marks.score,
        at=attempt.graded_at,
    )
    ATTEMPT.move(attempt, "grade", by=None, score=marks.score, digest=marks.digest())
    return True
