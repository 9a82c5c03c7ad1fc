"""Who keeps the bank of questions of a course, and what is wrong with a question, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from courses.models import CoursePage
from courses.queries.bank import banks_kept_by, keepers
from courses.questions import QuestionError, question_faults
from portal.core.denials import Denied

FAULTS = {
    "no_id": _("The question has no code. Give it one, such as B-41."),
    "unknown_kind": _("This type of question is not known. Choose one of the nine types."),
    "no_stem": _("The question itself is missing. Write what is asked."),
    "bad_difficulty": _("The difficulty is not a number from 1 to 5. Choose one."),
    "bad_options": _("Give at least two options, all different."),
    "bad_answer": _("The right answer is missing or names no option. Mark what is right."),
    "bad_number": _("The answer or its tolerance is no number. Write digits, such as 12.5."),
    "bad_credit": _("Choose how an answer that is right in part counts."),
    "bad_rubric": _(
        "The rubric needs at least one criterion with two different levels, the lowest 0 points."
    ),
    "bad_points": _("The points are no number above 0. Say what the part is worth."),
    "bad_parts": _("A case needs parts of other types, each with a code of its own."),
    "bad_order": _("The options of this type are always shuffled. Do not ask to keep their order."),
}
# The column of an import that a fault is about.
COLUMNS = {
    "no_id": "id",
    "unknown_kind": "type",
    "no_stem": "stem",
    "bad_difficulty": "difficulty",
    "bad_options": "options",
    "bad_answer": "answer",
    "bad_number": "answer",
    "bad_credit": "credit",
    "bad_rubric": "rubric",
    "bad_points": "points",
    "bad_parts": "parts",
    "bad_order": "keep_order",
}


def check_can_keep_bank(user: Any, course: CoursePage) -> None:
    """Rule: the bank of a course is kept by examiners of the organisations that examine its runs
    and by coordinators of those that lead them; who teaches or learns in any run of the course
    never sees it (考教分离).
    """
    if banks_kept_by(user).filter(pk=course.pk).exists():
        return
    if user.is_active and keepers(user).filter(pk=course.pk).exists():
        raise Denied(
            _("You teach or learn in this course: its questions must stay unknown to you."),
            code="bank.teaches",
        )
    raise Denied(
        _("Only examiners of this course and its coordinators keep its questions."),
        code="bank.role",
    )


def faults_in(data: Mapping[str, Any]) -> list[QuestionError]:
    """Return all faults of a question's data; data that cannot even be read is one of them."""
    try:
        return list(question_faults(data))
    except (TypeError, ValueError, AttributeError, KeyError):
        return [QuestionError("unknown_kind", str(data.get("id", "")))]


def fault_in_words(fault: QuestionError, code: str) -> str:
    """Return what is wrong and what to do; names the part when it is one."""
    words = str(FAULTS[fault.code])
    return words if fault.question in ("", code) else f"{fault.question}: {words}"
