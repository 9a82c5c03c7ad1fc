"""The end of an attempt: handed in by the learner, or by the clock. Either happens once.

Whoever comes second finds the attempt ended and gets the same receipt.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from courses.lifecycle import ENDED
from courses.models import Attempt
from courses.queries.sitting import overdue_ids, ungraded_ids
from courses.rules.sitting import is_overdue
from courses.services.grading import grade_attempt
from courses.services.sitting.locking import RECORDED, end_locked, expire_locked, lock_attempt
from courses.services.sitting.saving import Outcome, Reply, Sent, save_in, writes_here
from portal.core import clock

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Handover:
    """What became of handing in: the attempt, and the changes that kept it from happening."""

    attempt: Attempt
    outcomes: tuple[Outcome, ...] = ()
    is_other_device: bool = False

    @property
    def has_ended(self) -> bool:
        """Whether there is a receipt."""
        return self.attempt.state in ENDED

    @property
    def refused(self) -> tuple[Outcome, ...]:
        """The changes that are not the answer now."""
        return tuple(one for one in self.outcomes if one.reply != Reply.SAVED)


@transaction.atomic
def submit_attempt(
    *, public_id: str, device: str, by: Any, at: datetime, sent: Iterable[Sent] = ()
) -> Handover:
    """Hand a paper in, with the changes that come along; a second time gives the same receipt.

    Locks the attempt, ends it at its deadline when its time is over, saves what is sent, and ends
    it (audited) unless a change is refused or another browser writes: then it runs on with all
    that could be saved. Does not grade. Raises Attempt.DoesNotExist.
    """
    attempt = lock_attempt(
        "exam__run", "enrolment__learner", public_id=public_id, enrolment__learner=by
    )
    if is_overdue(attempt, at):
        expire_locked(attempt)
    outcomes = tuple(save_in(attempt, one, device=device, at=at) for one in sent)
    handover = Handover(attempt, outcomes, is_other_device=not writes_here(attempt, device))
    if not (handover.has_ended or handover.refused or handover.is_other_device):
        end_locked(attempt, "submit", at=at, by=by)
    return handover


@transaction.atomic
def expire_attempt(*, attempt_id: int, at: datetime) -> bool:
    """End a running attempt whose time and grace are over at its deadline; say whether it did.

    Locks the attempt; audited. One that has ended or still has time is left alone.
    """
    attempt = lock_attempt(*RECORDED, pk=attempt_id)
    if not is_overdue(attempt, at):
        return False
    expire_locked(attempt)
    return True


@dataclass(frozen=True)
class Sweep:
    """What a sweep did; `failed` are attempts that it will come back to."""

    expired: int
    graded: int
    failed: int


def sweep_attempts() -> Sweep:
    """End every attempt whose time and grace are over, then grade what can be graded.

    Each attempt in a transaction of its own: one that fails is logged and does not stop the rest.
    """
    now = clock.now()
    expired = [tried(pk, partial(expire_attempt, attempt_id=pk, at=now)) for pk in overdue_ids(now)]
    graded = [tried(pk, partial(grade_attempt, attempt_id=pk)) for pk in ungraded_ids()]
    return Sweep(
        expired=expired.count(True),
        graded=graded.count(True),
        failed=(expired + graded).count(None),
    )


def tried(attempt_id: int, step: Callable[[], bool]) -> bool | None:
    """Do one step of a sweep; None, and a line in the log, when it raised."""
    try:
        return step()
    except Exception:
        log.exception("attempt %s: the sweep comes back to it", attempt_id)
        return None
