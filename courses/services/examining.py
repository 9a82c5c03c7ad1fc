"""Setting an examination and running it: its facts, opening, more time, closing, releasing.

Sitting an attempt belongs to the learner's services, marking to `rating` and `grading`.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.lifecycle import EXAM, AttemptState
from courses.models import Attempt, Enrolment, Exam, Run
from courses.queries.bank import current_questions, drawable, shortages_of
from courses.rules.examining import (
    check_can_close,
    check_can_extend,
    check_can_fill,
    check_can_open,
    check_can_release,
    check_can_set,
)
from courses.rules.people import check_can_examine
from courses.services.grading import grade_attempt
from portal.core import audit, clock
from portal.core.denials import Denied
from portal.core.notifications import notify

FACTS = (
    "title",
    "opens_at",
    "closes_at",
    "minutes",
    "grace_seconds",
    "attempts_allowed",
    "examiners_needed",
    "room_code",
    "blueprint",
)
EXTRA_MAX = 240


def lock_exam(exam: Exam) -> Exam:
    """Return the examination read afresh under a row lock, with its run's duties."""
    rows = Exam.objects.select_for_update(of=("self",)).select_related("run__course", "run__lead")
    return rows.prefetch_related("run__duties").get(pk=exam.pk)


@transaction.atomic
def set_exam(*, run: Run, facts: Mapping[str, Any], by: Any) -> Exam:
    """Create an examination of a run from its facts (FACTS) and return it. Checks, audits."""
    check_can_examine(by, run)
    exam = Exam.objects.create(run=run, **{name: facts[name] for name in FACTS if name in facts})
    audit.record(action="exam.set", obj=exam, by=by, after=plain_facts(exam))
    return exam


@transaction.atomic
def change_exam(*, exam: Exam, facts: Mapping[str, Any], by: Any) -> Exam:
    """Change an examination that is not open yet and return it. Locks, checks, audits."""
    locked = lock_exam(exam)
    check_can_set(by, locked)
    before = plain_facts(locked)
    for name in FACTS:
        if name in facts:
            setattr(locked, name, facts[name])
    if plain_facts(locked) == before:
        return locked
    locked.save(update_fields=list(FACTS))
    audit.record(action="exam.changed", obj=locked, by=by, before=before, after=plain_facts(locked))
    return locked


def plain_facts(exam: Exam) -> dict[str, Any]:
    """Return the facts of an examination for the record; the room code stays out of it."""
    return {name: getattr(exam, name) for name in FACTS if name != "room_code"}


@transaction.atomic
def open_exam(*, exam: Exam, by: Any) -> Exam:
    """Open an examination: freeze the bank, move, audit, tell everybody in the run.

    Locks the examination; raises Denied where a duty is missing or the bank cannot fill the paper.
    """
    locked = lock_exam(exam)
    check_can_open(by, locked)
    EXAM.check(locked, "open")
    questions = [one for one in current_questions(locked.run.course) if not one.is_retired]
    check_can_fill(*shortages_of(locked.blueprint, drawable(questions)))
    locked.bank = {one.code: one.version for one in questions}
    locked.save(update_fields=["bank"])
    EXAM.move(locked, "open", by=by, bank=locked.bank)
    inside = Enrolment.objects.filter(run=locked.run).inside().select_related("learner")
    notify(
        [one.learner for one in inside],
        kind="exam.opened",
        subject=_("Examination “%(title)s”"),
        body=_("You can sit it between %(opens)s and %(closes)s (UTC+8). Time: %(n)s minutes."),
        context={
            "title": locked.title,
            "opens": f"{timezone.localtime(locked.opens_at):%Y-%m-%d %H:%M}",
            "closes": f"{timezone.localtime(locked.closes_at):%Y-%m-%d %H:%M}",
            "n": locked.minutes,
        },
        url=reverse("learning_home"),
    )
    return locked


@transaction.atomic
def add_time(
    *, exam: Exam, minutes: int, reason: str, by: Any, attempt: Attempt | None = None
) -> int:
    """Add minutes to one running attempt, or to all of an examination; return to how many.

    Locks the examination and the attempts, checks the rule, moves the deadlines, audits each.
    Only attempts whose time is not over get more. Raises Denied, or ValidationError for a number
    outside 1 to 240 or a missing reason.
    """
    if not 1 <= minutes <= EXTRA_MAX:
        raise ValidationError(
            {"minutes": _("Add 1 to %(max)d minutes.") % {"max": EXTRA_MAX}}, code="minutes"
        )
    if not reason.strip():
        raise ValidationError({"reason": _("Say why time is added.")}, code="required")
    locked = lock_exam(exam)
    check_can_extend(by, locked)
    rows = Attempt.objects.select_for_update(of=("self",)).select_related("exam__run")
    running = rows.filter(exam=locked, state=AttemptState.RUNNING, deadline__gt=clock.now())
    if attempt is not None:
        running = running.filter(pk=attempt.pk)
    attempts = list(running)
    if not attempts:
        raise Denied(_("Nobody is writing whose time could be extended."), code="exam.nobody")
    for one in attempts:
        before = one.deadline
        one.deadline = before + timedelta(minutes=minutes)
        one.extra_minutes += minutes
        one.save(update_fields=["deadline", "extra_minutes"])
        audit.record(
            action="attempt.time_added",
            obj=one,
            by=by,
            before=before,
            after=one.deadline,
            facts={"minutes": minutes, "reason": reason.strip()},
        )
    return len(attempts)


@transaction.atomic
def close_exam(*, exam: Exam, by: Any) -> Exam:
    """Close an examination when nobody writes any more, and mark what can be marked by key.

    Locks, checks, moves (audited); grades every attempt that needs no examiner.
    """
    locked = lock_exam(exam)
    EXAM.check(locked, "close")
    check_can_close(by, locked)
    EXAM.move(locked, "close", by=by)
    ended = (AttemptState.SUBMITTED, AttemptState.EXPIRED)
    for pk in locked.attempts.filter(state__in=ended).values_list("pk", flat=True):
        grade_attempt(attempt_id=pk)
    return locked


@transaction.atomic
def release_results(*, exam: Exam, by: Any) -> Exam:
    """Release an examination's results together: lock, check, move (audited), tell the takers."""
    locked = lock_exam(exam)
    EXAM.check(locked, "release")
    check_can_release(by, locked)
    EXAM.move(locked, "release", by=by)
    graded = locked.attempts.filter(state=AttemptState.GRADED)
    for attempt in graded.select_related("enrolment__learner"):
        tell_result(attempt, locked)
    return locked


def tell_result(attempt: Attempt, exam: Exam) -> None:
    """Tell a learner that a result can be read; the figure stays on the page."""
    notify(
        [attempt.enrolment.learner],
        kind="exam.released",
        subject=_("Result of “%(title)s”"),
        body=_("Your result is there, with an explanation of every question."),
        context={"title": exam.title},
        url=reverse("attempt_review", args=[attempt.public_id]),
    )
