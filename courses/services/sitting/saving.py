"""Keeping answers as they are typed: one short transaction a change, and no text thrown away.

A change names the revision it was made upon and carries a key of its own. The same key is
acknowledged again and not saved twice; a change upon an older revision, from another browser or
after the end is kept aside (a save without revision) and said to be so.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import transaction

from courses.drawing import face_of
from courses.lifecycle import AttemptState
from courses.models import Answer, AnswerSave, Attempt
from courses.questions import is_blank, response_fault
from courses.rules.sitting import check_device, is_overdue
from courses.services.sitting.locking import expire_locked, lock_attempt
from portal.core.denials import Denied

KEY = re.compile(r"[A-Za-z0-9_-]{8,40}")
# Far more than a person makes; a script gone wild must not fill the disk.
REVISIONS_MAX = 10_000
ASIDE_MAX = 1_000


class Reply(StrEnum):
    """What became of a change. All but the last keep the text on the server."""

    SAVED = "saved"
    STALE = "stale"
    OTHER_DEVICE = "other_device"
    ENDED = "ended"
    FAULT = "fault"


@dataclass(frozen=True)
class Sent:
    """One change as a browser sends it: made upon revision `base`, with a key of its own."""

    question: str
    response: Any
    base: int
    key: str


@dataclass(frozen=True)
class Outcome:
    """What became of one change: the revision and answer that stand; a fault's code.

    Faults: unknown_question, bad_key, bad_base, too_many, and those of `response_fault`.
    """

    reply: Reply
    sent: Sent
    attempt: Attempt
    revision: int = 0
    saved_at: datetime | None = None
    stored: Any = None
    fault: str = ""


@transaction.atomic
def save_answer(*, public_id: str, sent: Sent, device: str, by: Any, at: datetime) -> Outcome:
    """Save one change of an answer, or keep it aside, and say which.

    `at` is when the request arrived. Locks the attempt, ends it when its time is over; checks the
    shape, the key, the state, the browser and the revision; writes the answer and the save. No
    audit event: AnswerSave is the record. Raises Attempt.DoesNotExist.
    """
    attempt = lock_attempt(public_id=public_id, enrolment__learner=by)
    if is_overdue(attempt, at):
        expire_locked(attempt)
    return save_in(attempt, sent, device=device, at=at)


@transaction.atomic
def save_answers(
    *, public_id: str, sent: Iterable[Sent], device: str, by: Any, at: datetime
) -> list[Outcome]:
    """Save several changes in one transaction, as `save_answer` does each.

    Locks the attempt once. What is refused does not keep the others from being saved.
    """
    attempt = lock_attempt(public_id=public_id, enrolment__learner=by)
    if is_overdue(attempt, at):
        expire_locked(attempt)
    return [save_in(attempt, one, device=device, at=at) for one in sent]


def save_in(attempt: Attempt, sent: Sent, *, device: str, at: datetime) -> Outcome:
    """Save one change in an attempt that this transaction has locked."""
    fault = fault_of(attempt, sent)
    if fault:
        return Outcome(Reply.FAULT, sent, attempt, fault=fault)
    known = AnswerSave.objects.filter(attempt=attempt, key=sent.key).first()
    if known and (known.question, known.response) != (sent.question, sent.response):
        return Outcome(Reply.FAULT, sent, attempt, fault="bad_key")
    if known and known.revision is not None:
        return Outcome(Reply.SAVED, sent, attempt, known.revision, known.saved_at)
    answer = Answer.objects.filter(attempt=attempt, question=sent.question).first()
    reply = reply_to(attempt, answer, sent, device)
    if reply == Reply.SAVED:
        return write(attempt, answer, sent, known, at=at)
    revision, stored, saved_at = standing(answer)
    if stored == sent.response and reply == Reply.STALE:  # the same text: nothing to choose
        return Outcome(Reply.SAVED, sent, attempt, revision, saved_at)
    if known is None and stored != sent.response and is_worth_keeping(attempt, sent):
        keep(attempt, sent, None, at=at)
    return Outcome(reply, sent, attempt, revision, saved_at, stored)


def fault_of(attempt: Attempt, sent: Sent) -> str:
    """Say what keeps a change from being stored at all, or nothing."""
    shown = next((item for item in attempt.sheet if item["id"] == sent.question), None)
    if shown is None:
        return "unknown_question"
    if not isinstance(sent.key, str) or not KEY.fullmatch(sent.key):
        return "bad_key"
    if not isinstance(sent.base, int) or isinstance(sent.base, bool) or sent.base < 0:
        return "bad_base"
    if sent.base > REVISIONS_MAX:
        return "too_many"
    return response_fault(face_of(shown), sent.response) or ""


def reply_to(attempt: Attempt, answer: Answer | None, sent: Sent, device: str) -> Reply:
    """Say whether a change becomes the answer.

    Rule: while the attempt runs, from the browser that writes, made upon the answer that stands.
    """
    if attempt.state != AttemptState.RUNNING:
        return Reply.ENDED
    if not writes_here(attempt, device):
        return Reply.OTHER_DEVICE
    return Reply.SAVED if standing(answer)[0] == sent.base else Reply.STALE


def writes_here(attempt: Attempt, device: str) -> bool:
    """Say whether this is the browser that writes."""
    try:
        check_device(attempt, device)
    except Denied:
        return False
    return True


def standing(answer: Answer | None) -> tuple[int, Any, datetime | None]:
    """Return revision, text and time of the answer that stands; none is revision 0."""
    return (answer.revision, answer.response, answer.saved_at) if answer else (0, None, None)


def write(
    attempt: Attempt, answer: Answer | None, sent: Sent, known: AnswerSave | None, *, at: datetime
) -> Outcome:
    """Make a change the answer; a text kept aside before becomes the save it was meant to be."""
    answer = answer or Answer(attempt=attempt, question=sent.question)
    answer.revision, answer.response, answer.saved_at = sent.base + 1, sent.response, at
    answer.save()
    if known:
        known.revision, known.base, known.saved_at = answer.revision, sent.base, at
        known.save(update_fields=["revision", "base", "saved_at"])
    else:
        keep(attempt, sent, answer.revision, at=at)
    return Outcome(Reply.SAVED, sent, attempt, answer.revision, at)


def keep(attempt: Attempt, sent: Sent, revision: int | None, *, at: datetime) -> None:
    """Add the row of a save; without revision it was kept aside."""
    AnswerSave.objects.create(
        attempt=attempt,
        question=sent.question,
        key=sent.key,
        base=sent.base,
        revision=revision,
        response=sent.response,
        saved_at=at,
    )


def is_worth_keeping(attempt: Attempt, sent: Sent) -> bool:
    """Say whether a refused change holds a text that its writer could miss."""
    if is_blank(sent.response):
        return False
    return attempt.saves.filter(revision=None).count() < ASIDE_MAX
