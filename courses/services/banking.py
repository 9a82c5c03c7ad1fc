"""Writing the bank: a new question, a new version of one, retiring, taking in many.

A version is never changed: attempts and markings refer to it for years. Reading files belongs to
`imports`, what is wrong with a question to `courses.questions`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from courses.models import CoursePage, Question
from courses.rules.banking import check_can_keep_bank, fault_in_words, faults_in
from portal.core import audit

CODE_MAX = 40


@dataclass(frozen=True)
class TakenIn:
    """How many questions an import made, changed, and found as they were."""

    new: int
    changed: int
    same: int


def lock_bank(course: CoursePage) -> None:
    """Lock the course's row, so that two writers of one bank work one after the other."""
    CoursePage.objects.select_for_update(of=("self",)).get(pk=course.pk)


@transaction.atomic
def write_question(
    *, course: CoursePage, data: Mapping[str, Any], base: int | None, by: Any
) -> Question:
    """Write a question and return its current version: a new one where anything changed.

    `base` is the version the writer read, 0 for a new question, None for whatever stands. Locks
    the bank, checks the rule and the data, writes the version, audits. Raises Denied, or
    ValidationError (codes: fault, taken, changed).
    """
    lock_bank(course)
    check_can_keep_bank(by, course)
    check_data(course, data)
    standing = Question.objects.filter(course=course, code=data["id"], is_current=True).first()
    check_base(standing, base)
    if standing and standing.data == dict(data) and not standing.is_retired:
        return standing
    return add_version(course, standing, data, by=by)


def check_data(course: CoursePage, data: Mapping[str, Any]) -> None:
    """Raise ValidationError naming every fault; parts must not share a code with a question."""
    code = str(data.get("id", ""))
    words = [fault_in_words(fault, code) for fault in faults_in(data)]
    if len(code) > CODE_MAX:
        words.append(_("The code is longer than 40 characters. Shorten it."))
    names = [str(part.get("id")) for part in data.get("parts") or () if isinstance(part, Mapping)]
    taken = Question.objects.filter(course=course, code__in=names).exclude(code=code)
    if code in names or (names and taken.exists()):
        words.append(_("A part has the code of a question. Give each its own."))
    if words:
        raise ValidationError(words, code="fault")


def check_base(standing: Question | None, base: int | None) -> None:
    """Raise ValidationError when somebody else wrote in between."""
    if base is None or base == (standing.version if standing else 0):
        return
    if base == 0:
        raise ValidationError(
            _("A question with this code exists already. Choose another code."), code="taken"
        )
    raise ValidationError(
        _(
            "Somebody else has changed this question since you opened it. What you typed is kept "
            "below; compare it with the latest version and save again."
        ),
        code="changed",
    )


def add_version(
    course: CoursePage, standing: Question | None, data: Mapping[str, Any], *, by: Any
) -> Question:
    """Make a version current in place of the standing one and write the audit row."""
    number = 1
    if standing:
        number = standing.version + 1
        standing.is_current = False
        standing.save(update_fields=["is_current"])
    made = Question.objects.create(
        course=course, code=data["id"], version=number, data=dict(data), written_by=by
    )
    audit.record(
        action="question.written",
        obj=made,
        by=by,
        before=standing.version if standing else 0,
        after=number,
        facts={"course": course.code},
    )
    return made


@transaction.atomic
def retire_question(*, question: Question, retired: bool, by: Any) -> Question:
    """Take a question out of future draws, or back in; return it. Idempotent.

    Locks the bank, checks the rule, marks the current version, audits. Open examinations keep it.
    """
    lock_bank(question.course)
    check_can_keep_bank(by, question.course)
    rows = Question.objects.filter(course=question.course_id, is_current=True)
    locked = rows.get(code=question.code)
    if locked.is_retired == retired:
        return locked
    locked.is_retired = retired
    locked.save(update_fields=["is_retired"])
    action = "question.retired" if retired else "question.restored"
    audit.record(action=action, obj=locked, by=by, before=not retired, after=retired)
    return locked


@transaction.atomic
def take_in_questions(
    *, course: CoursePage, entries: Sequence[Mapping[str, Any]], by: Any
) -> TakenIn:
    """Take in many questions, all or none; return how many were new, changed and the same.

    Locks the bank, checks the rule, writes each through `write_question`. Taking in the same
    again changes nothing. Raises Denied, ValidationError.
    """
    lock_bank(course)
    check_can_keep_bank(by, course)
    rows = Question.objects.filter(course=course, is_current=True)
    before = {row.code: row.version for row in rows}
    new = changed = 0
    for data in entries:
        made = write_question(course=course, data=data, base=None, by=by)
        new += made.code not in before
        changed += made.code in before and made.version != before[made.code]
    return TakenIn(new, changed, len(entries) - new - changed)
