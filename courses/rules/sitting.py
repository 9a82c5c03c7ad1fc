"""Who may begin an examination, when, and how long what arrives still counts.

Every rule takes the moment at which the request arrived: slow work on the server costs nobody
time. Who sets and marks examinations is in rules.people.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.lifecycle import ENDED, AttemptState, EnrolmentState, ExamState
from courses.models import Attempt, Enrolment, Exam
from portal.core.denials import Denied


def check_can_start(
    user: Any, exam: Exam, enrolment: Enrolment, *, used: int, at: datetime
) -> None:
    """Rule: an examination is begun by who is enrolled in its run, while it is open, between its
    opening and its closing, and as often as it allows.
    """
    if not user.is_active or enrolment.learner_id != user.pk or enrolment.run_id != exam.run_id:
        raise Denied(_("This is not your examination."), code="exam.not_yours")
    if enrolment.state != EnrolmentState.ENROLLED:
        raise Denied(
            _("Only those who are enrolled in the course can sit this examination."),
            code="exam.not_enrolled",
        )
    check_is_open(exam, at)
    if used >= exam.attempts_allowed:
        raise Denied(_("You have used all attempts of this examination."), code="exam.no_attempts")


def check_is_open(exam: Exam, at: datetime) -> None:
    """Rule: papers are given out from the opening time on and before the closing time (start
    included, end not).
    """
    if exam.state != ExamState.OPEN or at >= exam.closes_at:
        raise Denied(_("This examination has closed."), code="exam.closed")
    if at < exam.opens_at:
        raise Denied(
            _("This examination opens at %(time)s.")
            % {"time": f"{timezone.localtime(exam.opens_at):%Y-%m-%d %H:%M}"},
            code="exam.not_yet",
        )


def check_room_code(exam: Exam, given: str) -> None:
    """Rule: where an examination has a room code, the paper and a change of device ask for it."""
    wanted, said = (text.strip().casefold().encode() for text in (exam.room_code, given))
    if wanted and not secrets.compare_digest(wanted, said):
        raise Denied(
            _("The room code is not right. It is announced in the examination room."),
            code="exam.room_code",
        )


def deadline_of(exam: Exam, started_at: datetime, extra_minutes: int) -> datetime:
    """Rule: a paper ends after the time allowed, with the minutes added for this learner, and not
    later than the examination closes.
    """
    return min(started_at + timedelta(minutes=exam.minutes + extra_minutes), exam.closes_at)


def is_overdue(attempt: Attempt, at: datetime) -> bool:
    """Rule: what arrives at the server up to the grace after the deadline still counts; after that
    the paper has ended at its deadline, with what was saved.
    """
    if attempt.state in ENDED or at <= attempt.deadline:
        return False
    return at > attempt.deadline + timedelta(seconds=attempt.exam.grace_seconds)


def check_is_running(attempt: Attempt) -> None:
    """Rule: an attempt that has ended does not run again."""
    if attempt.state != AttemptState.RUNNING:
        raise Denied(_("This attempt has ended."), code="attempt.ended")


def check_device(attempt: Attempt, device: str) -> None:
    """Rule: one browser at a time writes; another one takes over by a step of its own."""
    if not secrets.compare_digest(attempt.device.encode(), device.encode()):
        raise Denied(
            _("This paper is open on another device. Continue here to write on this one."),
            code="attempt.other_device",
        )
