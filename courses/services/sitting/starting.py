"""Giving out the paper, adding time, and moving to another device."""

import secrets
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from courses.drawing import draw, sheet
from courses.lifecycle import AttemptState, ExamState
from courses.models import Attempt, Enrolment, Exam
from courses.queries.sitting import blueprint_of, faces_of
from courses.rules.sitting import (
    check_can_start,
    check_is_running,
    check_room_code,
    deadline_of,
    is_overdue,
)
from courses.services.sitting.locking import RECORDED, expire_locked, lock_attempt
from portal.core import audit
from portal.core.denials import Denied


@transaction.atomic
def start_attempt(
    *, exam: Exam, enrolment: Enrolment, device: str, by: Any, at: datetime, room_code: str = ""
) -> Attempt:
    """Give this learner a paper and return the attempt; one that runs is returned as it is.

    `device` is the browser that will write, `at` when the request arrived. Locks the enrolment,
    ends a paper whose time is over, checks the rules, draws from the frozen bank with a random
    seed, freezes paper and sheet, sets the deadline; audited. Raises Denied.
    """
    locked = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    taken = list(exam.attempts.filter(enrolment=locked).defer("paper", "sheet", "marks"))
    running = next((one for one in taken if one.state == AttemptState.RUNNING), None)
    if running is not None:
        running.exam = exam
        if not is_overdue(running, at):
            return running
        expire_locked(lock_attempt(*RECORDED, pk=running.pk))
    check_can_start(by, exam, locked, used=len(taken), at=at)
    locked.learner = by  # as the rule says; the record asks for the name
    check_room_code(exam, room_code)
    attempt = Attempt(
        exam=exam,
        enrolment=locked,
        number=len(taken) + 1,
        started_at=at,
        deadline=deadline_of(exam, at, 0),
        device=device,
        **drawn(exam),
    )
    attempt.save(force_insert=True)
    # Closing locks the examination and so waits for this row or came before it: asked afterwards.
    if not Exam.objects.filter(pk=exam.pk, state=ExamState.OPEN).exists():
        raise Denied(_("This examination has closed."), code="exam.closed")
    audit.record(
        action="attempt.started",
        obj=attempt,
        by=by,
        after=AttemptState.RUNNING,
        facts={"number": attempt.number, "deadline": attempt.deadline, "seed": attempt.seed},
    )
    return attempt


def drawn(exam: Exam) -> dict[str, Any]:
    """Draw a paper by chance: its seed, the paper and what the learner is shown."""
    faces = faces_of(exam)
    paper = draw(blueprint_of(exam), faces.values(), seed=secrets.token_hex(16))
    return {"seed": paper.seed, "paper": paper.as_data(), "sheet": sheet(paper, faces)}


@transaction.atomic
def take_over(
    *, public_id: str, device: str, by: Any, at: datetime, room_code: str = ""
) -> Attempt:
    """Let this browser write from now on, and the one before no more; return the attempt.

    Locks the attempt, checks that it runs and the room code, counts the change; audited. Taking
    over where one already writes changes nothing. Raises Denied, Attempt.DoesNotExist.
    """
    attempt = lock_attempt(
        "exam__run", "enrolment__learner", public_id=public_id, enrolment__learner=by
    )
    if is_overdue(attempt, at):
        expire_locked(attempt)
        return attempt
    check_is_running(attempt)
    if attempt.device == device:
        return attempt
    check_room_code(attempt.exam, room_code)
    attempt.device, attempt.takeovers = device, attempt.takeovers + 1
    attempt.save(update_fields=["device", "takeovers"])
    audit.record(
        action="attempt.taken_over", obj=attempt, by=by, facts={"takeovers": attempt.takeovers}
    )
    return attempt
