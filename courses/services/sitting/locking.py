"""The locked row of an attempt, and its one end. For the services of this package."""

from datetime import datetime
from typing import Any

from courses.grading import answers_digest
from courses.lifecycle import ATTEMPT
from courses.models import Attempt
from courses.queries.sitting import paper_of, responses_of
from courses.questions import is_blank

# What an event of the record says of an attempt is read from these.
RECORDED = ("exam__run", "enrolment__learner")


def lock_attempt(*joined: str, **conditions: Any) -> Attempt:
    """Return an attempt read afresh under a row lock, with what is to be `joined`.

    Raises Attempt.DoesNotExist. Paper and marks are left out: a save needs neither, nor anything
    beside the attempt.
    """
    rows = Attempt.objects.select_for_update(of=("self",))
    if joined:
        rows = rows.select_related(*joined)
    return rows.defer("paper", "marks").get(**conditions)


def end_locked(attempt: Attempt, verb: str, *, at: datetime, by: Any) -> None:
    """End a locked running attempt: time, the hash of its answers, the state; audited."""
    responses = responses_of(attempt)
    receipt = answers_digest(
        attempt=attempt.public_id, paper=paper_of(attempt), responses=responses
    )
    ATTEMPT.move(
        attempt,
        verb,
        by=by,
        more={"ended_at": at, "receipt_hash": receipt},
        ended_at=at,
        receipt=receipt,
        answered=sum(not is_blank(response) for response in responses.values()),
    )


def expire_locked(attempt: Attempt) -> None:
    """Rule: a paper whose time ran out ended at its deadline, whenever somebody noticed."""
    end_locked(attempt, "expire", at=attempt.deadline, by=None)
