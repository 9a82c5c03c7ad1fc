"""How editors write self-checks and rubrics: as plain lines, read into data and back.

A question is its text, its options and a remark, questions apart by an empty line:

    Which step comes first?
    A Pull the plug
    B* Confirm the state on site and report
    Look at the process before the computer.

A rubric has a criterion and its levels, the best first and 0 last:

    Zones
    20 By consequence, no device in two zones
    0 None
"""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from courses.models import Skill

OPTION = re.compile(r"^([A-H])(\*?)[\s.．、:：]+(.+)$")
LEVEL = re.compile(r"^(\d{1,3})\s+(.+)$")


def blocks_of(text: str) -> list[list[str]]:
    """Return the lines of a text in blocks parted by empty lines."""
    lines = [line.strip() for line in text.replace("\r\n", "\n").split("\n")]
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line:
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def question_of(number: int, lines: list[str]) -> dict[str, Any]:
    """Return one question from its lines; raise ValidationError that names it."""
    found = [OPTION.match(line) for line in lines]
    places = [place for place, match in enumerate(found) if match]
    options = [match for match in found if match]
    letters = [match[1] for match in options]
    right = [match[1] for match in options if match[2]]
    if not places or places[0] == 0:
        raise fault(number, _("begin with the question, then its options A, B, C"))
    if letters != [chr(ord("A") + place) for place in range(len(letters))] or len(letters) < 2:
        raise fault(number, _("give two or more options, lettered A, B, C in their order"))
    if len(right) != 1:
        raise fault(number, _("mark the one right option with a star: B*"))
    return {
        "q": "\n".join(lines[: places[0]]),
        "options": [match[3] for match in options],
        "answer": right[0],
        "feedback": "\n".join(lines[places[-1] + 1 :]),
    }


def fault(number: int, what: Any) -> ValidationError:
    """Return an error that names the block it is in."""
    return ValidationError(
        _("Block %(number)d: %(what)s."), params={"number": number, "what": what}, code="block"
    )


def question_text(question: dict[str, Any]) -> str:
    """Return a question as an editor writes it."""
    lines = [str(question.get("q", ""))]
    for place, option in enumerate(question.get("options", ())):
        letter = chr(ord("A") + place)
        lines.append(f"{letter}{'*' if letter == question.get('answer') else ''} {option}")
    return "\n".join([*lines, str(question.get("feedback", ""))]).strip()


def criterion_of(number: int, lines: list[str]) -> dict[str, Any]:
    """Return one criterion from its lines; raise ValidationError that names it."""
    levels = [LEVEL.match(line) for line in lines[1:]]
    if not levels or not all(levels):
        raise fault(number, _("give the criterion, then a line of points and words for each level"))
    points = [int(match[1]) for match in levels if match]
    if points != sorted(set(points), reverse=True) or points[-1] != 0:
        raise fault(number, _("begin with the highest points and end with 0"))
    return {
        "criterion": lines[0],
        "levels": [{"points": int(m[1]), "descriptor": m[2]} for m in levels if m],
    }


def criterion_text(criterion: dict[str, Any]) -> str:
    """Return a criterion as an editor writes it."""
    levels = [f"{one['points']} {one['descriptor']}" for one in criterion.get("levels", ())]
    return "\n".join([str(criterion.get("criterion", "")), *levels])


class LinesField(forms.CharField):
    """Data written as blocks of lines; subclasses say how one block is read and written."""

    widget = forms.Textarea

    def read(self, number: int, lines: list[str]) -> dict[str, Any]:
        """Return one block as data."""
        raise NotImplementedError

    def write(self, one: dict[str, Any]) -> str:
        """Return one block as text."""
        raise NotImplementedError

    def prepare_value(self, value: Any) -> str:
        """Return what stands in the field: typed text as it is, data as lines."""
        if isinstance(value, str):
            return value
        return "\n\n".join(self.write(one) for one in value or ())

    def clean(self, value: Any) -> Any:
        """Return the data; raise one ValidationError for each block that cannot be read."""
        text = super().clean(value)
        found, errors = [], []
        for number, lines in enumerate(blocks_of(text), 1):
            try:
                found.append(self.read(number, lines))
            except ValidationError as error:
                errors.append(error)
        if errors:
            raise ValidationError(errors)
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.prepare_value(initial) != self.prepare_value(data)


class SelfCheckField(LinesField):
    """The questions of a self-check."""

    def read(self, number: int, lines: list[str]) -> dict[str, Any]:
        return question_of(number, lines)

    def write(self, one: dict[str, Any]) -> str:
        return question_text(one)


class RubricField(LinesField):
    """The criteria of a rubric."""

    def read(self, number: int, lines: list[str]) -> dict[str, Any]:
        return criterion_of(number, lines)

    def write(self, one: dict[str, Any]) -> str:
        return criterion_text(one)


def skill_choices() -> Iterable[tuple[str, str]]:
    """Return the items of the skill framework."""
    return [(skill.code, str(skill)) for skill in Skill.objects.all()]


class UnitForm(WagtailAdminModelForm):
    """A unit as editors write it."""

    self_check = SelfCheckField(
        label=_("Self-check"),
        required=False,
        help_text=_(
            "A question on a line, its options on lines that begin with A, B, C (the right one "
            "with a star: B*), then a remark. An empty line begins the next question."
        ),
    )
    skills = forms.MultipleChoiceField(
        label=_("Skills"),
        required=False,
        choices=skill_choices,
        widget=forms.CheckboxSelectMultiple,
    )


class PracticeTaskForm(WagtailAdminModelForm):
    """A practical task as editors write it."""

    rubric = RubricField(
        label=_("Rubric"),
        help_text=_(
            "A criterion on a line, then a line for each level: points and what they stand for, "
            "the best first, 0 last. An empty line begins the next criterion."
        ),
    )
