"""Handing in, saving and running out of time at the same instant, by three threads at once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

from django.db import connections

from courses.grading import answers_digest
from courses.lifecycle import AttemptState
from courses.models import Attempt
from courses.queries.sitting import paper_of, responses_of
from courses.services.grading import grade_attempt
from courses.services.sitting import (
    Reply,
    Sent,
    expire_attempt,
    save_answer,
    submit_attempt,
    sweep_attempts,
)
from portal.core.models import AuditEvent

ENDS = ("attempt.submitted", "attempt.expired")


class Race:
    """Five threads with a connection each, let go together once for every attempt."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(5)

    def together(self, deeds: list[Callable[[], Any]]) -> list[Any]:
        barrier = Barrier(len(deeds))

        def at_once(deed: Callable[[], Any]) -> Any:
            barrier.wait(timeout=60)
            return deed()

        return list(self.pool.map(at_once, deeds))

    def close(self) -> None:
        """End the threads, each closing its own connection first."""
        self.together([connections.close_all] * 5)
        self.pool.shutdown()


def end_at_once(race: Race, attempt: Attempt) -> Iterator[str]:
    """Save, hand in, run out of time and grade at once; yield what is wrong afterwards.

    Saving and handing in arrive at the last instant that counts, the clock one later.
    """
    by, question = attempt.enrolment.learner, attempt.sheet[0]["id"]
    last = attempt.deadline + timedelta(seconds=attempt.exam.grace_seconds)
    mine = {"public_id": attempt.public_id, "device": attempt.device, "by": by, "at": last}
    sent = Sent(question, "A", 0, f"race-{attempt.pk:08d}")
    outcome, handover, *_rest = race.together(
        [
            lambda: save_answer(sent=sent, **mine),
            lambda: submit_attempt(**mine),
            lambda: expire_attempt(attempt_id=attempt.pk, at=last + timedelta(microseconds=1)),
            lambda: grade_attempt(attempt_id=attempt.pk),
            lambda: submit_attempt(**mine),
        ]
    )
    first = Attempt.objects.get(pk=attempt.pk)
    race.together([lambda: grade_attempt(attempt_id=attempt.pk)] * 3 + [sweep_attempts] * 2)
    return faults_after(attempt.pk, first, outcome, handover)


def faults_after(pk: int, first: Attempt, outcome: Any, handover: Any) -> Iterator[str]:
    attempt = Attempt.objects.get(pk=pk)
    events = AuditEvent.objects.filter(object_key=attempt.public_id)
    ends = list(events.filter(action__in=ENDS).values_list("action", flat=True))
    responses = responses_of(attempt)
    digest = answers_digest(attempt=attempt.public_id, paper=paper_of(attempt), responses=responses)
    save = attempt.saves.get()
    if len(ends) != 1 or not handover.has_ended:
        yield f"ends: {ends}"
    if attempt.state != AttemptState.GRADED or attempt.markings.count() != 1:
        yield f"state {attempt.state}, {attempt.markings.count()} markings"
    if events.filter(action="attempt.graded").count() != 1:
        yield "graded more than once"
    if (first.receipt_hash, first.ended_at) != (attempt.receipt_hash, attempt.ended_at):
        yield "the receipt changed after the end"
    if attempt.receipt_hash != digest or handover.attempt.receipt_hash != digest:
        yield "the receipt is not over the answers"
    is_in = outcome.reply == Reply.SAVED
    if outcome.reply not in {Reply.SAVED, Reply.ENDED} or (save.revision == 1) != is_in:
        yield f"save said {outcome.reply}, the record says {save.revision}"
    if bool(responses) != is_in:
        yield f"save said {outcome.reply}, the answers are {responses}"
