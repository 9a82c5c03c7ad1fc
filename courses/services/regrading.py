"""Marking again by replay: a corrected key, a withdrawn question, a corrected rating.

The answers stay as handed in; only what they are marked by changes. Every marking is kept. What
an enrolment was settled with stays: `queries.regrades` says who is concerned.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from courses.grading import PaperMark
from courses.lifecycle import ATTEMPT, AttemptState, ExamState
from courses.models import Attempt, Exam, Marking
from courses.queries.regrades import KeyChange, Trial, changed_exam, check_fits, trials_of
from courses.rules.examining import check_can_regrade
from courses.services.examining import lock_exam, tell_result
from courses.services.grading import grade_attempt
from portal.core import audit

REASON_MAX = 300


@transaction.atomic
def regrade_exam(*, exam: Exam, change: KeyChange, reason: str, by: Any) -> list[Trial]:
    """Mark an examination again with one change of its keys; return whose marks changed.

    Locks the examination and its attempts, checks the rule and that the corrected question fits
    the papers; stores the change, appends a marking for every attempt it touches, grades those
    that it settles, audits, tells those whose result changed once results are released. The same
    change again does nothing. Raises Denied, or ValidationError without a reason.
    """
    told = checked_reason(reason)
    locked = lock_exam(exam)
    check_can_regrade(by, locked)
    check_fits(locked, change)
    after = changed_exam(locked, change)
    before = {"key_versions": locked.key_versions, "voided": locked.voided}
    wanted = {"key_versions": after.key_versions, "voided": after.voided}
    if before == wanted:
        return []
    list(Attempt.objects.select_for_update(of=("self",)).filter(exam=locked))
    trials = [trial for trial in trials_of(locked, change) if trial.has_changes]
    locked.key_versions, locked.voided = after.key_versions, after.voided
    locked.save(update_fields=["key_versions", "voided"])
    audit.record(
        action="exam.key_changed",
        obj=locked,
        by=by,
        before=before,
        after=wanted,
        facts={"question": change.question, "reason": told, "attempts": len(trials)},
    )
    for trial in trials:
        trial.attempt.exam = locked
        append_marking(trial.attempt, trial.regrade.after, reason=told, by=by)
        if locked.state == ExamState.RELEASED and trial.score_changes:
            tell_result(trial.attempt, locked)
    for pk in waiting_attempts(locked):
        grade_attempt(attempt_id=pk)
    return trials


def checked_reason(reason: str) -> str:
    """Return the reason without blanks around it; ValidationError when it says nothing."""
    told = reason.strip()
    if not told:
        raise ValidationError(
            {"reason": _("Say why; it is kept with every marking.")}, code="required"
        )
    if len(told) > REASON_MAX:
        raise ValidationError(
            {"reason": _("The reason is longer than 300 characters. Shorten it.")}, code="long"
        )
    return told


def waiting_attempts(exam: Exam) -> list[int]:
    """Return the attempts that a change of keys may have settled."""
    states = ATTEMPT.arrows["grade"].sources
    return list(exam.attempts.filter(state__in=states).values_list("pk", flat=True))


def append_marking(attempt: Attempt, marks: PaperMark, *, reason: str, by: Any) -> Marking:
    """Append a marking to a locked, graded attempt, make it the present one and audit it."""
    if attempt.state != AttemptState.GRADED or marks.waiting:
        raise ValueError(f"attempt {attempt.pk} has nothing to mark again")
    before = attempt.score
    number = attempt.markings.count() + 1
    marking = Marking.objects.create(
        attempt=attempt,
        number=number,
        marks=marks.as_data(),
        digest=marks.digest(),
        score=marks.score,
        reason=reason,
        by=by,
    )
    attempt.marks, attempt.score = marking.marks, marking.score
    attempt.save(update_fields=["marks", "score"])
    audit.record(
        action="attempt.regraded",
        obj=attempt,
        by=by,
        before=before,
        after=marks.score,
        facts={"number": number, "digest": marking.digest, "reason": reason},
    )
    return marking
