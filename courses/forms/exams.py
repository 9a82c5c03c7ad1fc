"""Forms of those who run examinations: their facts, more time, a change of keys, a reason."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from courses.drawing import Blueprint, BlueprintError
from courses.enums import QuestionKind
from courses.models import CoursePage, Exam
from courses.rules.examining import BLUEPRINT_FAULTS
from portal.core.typed import TypedForm

SPARE_SECTIONS = 2
SECTIONS_MAX = 12
MOMENT = "%Y-%m-%dT%H:%M"


def number(label: Any, low: int, high: int, **more: Any) -> forms.IntegerField:
    """A whole number between two."""
    widget = forms.NumberInput(attrs={"class": "input input--sm", "inputmode": "numeric"})
    return forms.IntegerField(label=label, min_value=low, max_value=high, widget=widget, **more)


def level(label: Any, usual: int) -> forms.TypedChoiceField:
    """A difficulty that may be left out, so that a line added later is no fault."""
    return forms.TypedChoiceField(
        label=label,
        choices=[(n, n) for n in range(1, 6)],
        coerce=int,
        required=False,
        initial=usual,
        widget=forms.Select(attrs={"class": "input input--sm"}),
    )


def moment(label: Any) -> forms.DateTimeField:
    """A moment in programme time, as browsers' own field writes it."""
    widget = forms.DateTimeInput(
        format=MOMENT, attrs={"type": "datetime-local", "class": "input input--sm"}
    )
    return forms.DateTimeField(
        label=label, widget=widget, input_formats=[MOMENT, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
    )


class ExamForm(TypedForm):
    """The facts of an examination, with its paper as a table of parts."""

    title = forms.CharField(
        label=_("Title"), max_length=100, widget=forms.TextInput(attrs={"class": "input"})
    )
    opens_at = moment(_("Opens (UTC+8)"))
    closes_at = moment(_("Closes (UTC+8)"))
    minutes = number(_("Minutes allowed"), 1, 600)
    grace_seconds = number(
        _("Seconds of grace"), 0, 600, help_text=_("For answers under way when the time is over.")
    )
    attempts_allowed = number(_("Attempts"), 1, 5)
    examiners_needed = forms.TypedChoiceField(
        label=_("Examiners per answer"),
        choices=[
            (1, _("One")),
            (2, _("Two, blind to each other; a third when they are a quarter apart")),
        ],
        coerce=int,
        widget=forms.RadioSelect,
    )
    room_code = forms.CharField(
        label=_("Room code"),
        max_length=12,
        required=False,
        help_text=_("Learners type it to begin. Empty: no code is asked for."),
        widget=forms.TextInput(attrs={"class": "input input--sm"}),
    )

    def __init__(
        self, posted: Mapping[str, Any] | None = None, *, course: CoursePage, exam: Exam | None
    ) -> None:
        self.course = course
        blueprint = (exam.blueprint if exam else None) or course.blueprint or {}
        self.sections = list(blueprint.get("sections") or [])
        super().__init__(posted, initial=self.initial_values(exam, blueprint))
        for row in self.rows:
            self.fields |= self.section_fields(row)

    @property
    def rows(self) -> range:
        return range(min(SECTIONS_MAX, len(self.sections) + SPARE_SECTIONS))

    def initial_values(self, exam: Exam | None, blueprint: Mapping[str, Any]) -> dict[str, Any]:
        usual = {
            "minutes": blueprint.get("minutes", 60),
            "grace_seconds": 60,
            "attempts_allowed": 1,
            "examiners_needed": 1,
        }
        own = {name: getattr(exam, name) for name in self.base_fields} if exam else usual
        for row, section in enumerate(self.sections):
            wanted = section.get("from") or {}
            lowest, highest = wanted.get("difficulty") or (1, 5)
            own |= {
                f"name_{row}": section.get("name", ""),
                f"pick_{row}": section.get("pick", ""),
                f"points_{row}": section.get("points", ""),
                f"types_{row}": wanted.get("types") or [],
                f"skills_{row}": ", ".join(wanted.get("skills") or []),
                f"lowest_{row}": lowest,
                f"highest_{row}": highest,
            }
        return own

    def section_fields(self, row: int) -> dict[str, forms.Field]:
        """The fields of one line of the paper; an empty name leaves the line out."""
        small = forms.TextInput(attrs={"class": "input input--sm"})
        return {
            f"name_{row}": forms.CharField(
                label=_("Part"), required=False, max_length=60, widget=small
            ),
            f"pick_{row}": number(_("Number of questions"), 1, 200, required=False),
            f"points_{row}": forms.DecimalField(
                label=_("Points of the part"), required=False, min_value=0, widget=small
            ),
            f"types_{row}": forms.MultipleChoiceField(
                label=_("Types"),
                required=False,
                choices=QuestionKind.choices,
                widget=forms.CheckboxSelectMultiple,
            ),
            f"skills_{row}": forms.CharField(
                label=_("Skills"), required=False, max_length=300, widget=small
            ),
            f"lowest_{row}": level(_("Difficulty from"), 1),
            f"highest_{row}": level(_("to"), 5),
        }

    def section_rows(self) -> list[dict[str, BoundField]]:
        """The lines of the paper, each with its fields by their short names."""
        names = ("name", "pick", "points", "types", "skills", "lowest", "highest")
        return [{name: self[f"{name}_{row}"] for name in names} for row in self.rows]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        opens, closes = data.get("opens_at"), data.get("closes_at")
        if opens and closes and opens >= closes:
            self.add_error("closes_at", _("The end lies before the beginning. Set a later end."))
        data["blueprint"] = self.blueprint(data)
        if data["blueprint"]["sections"]:
            try:
                Blueprint.from_data(data["blueprint"])
            except BlueprintError as error:
                raise ValidationError(self.fault_words(error)) from error
        return data

    def fault_words(self, error: BlueprintError) -> str:
        """Say what is wrong with the paper, and in which part."""
        words = str(BLUEPRINT_FAULTS[error.code])
        return f"{error.section}: {words}" if error.section else words

    def blueprint(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return the paper as data; lines without a name and a number are left out."""
        sections = []
        for row in self.rows:
            name, pick = data.get(f"name_{row}"), data.get(f"pick_{row}")
            if not name and not pick:
                continue
            skills = str(data.get(f"skills_{row}") or "").replace("，", ",").split(",")
            wanted = {
                "types": data.get(f"types_{row}") or [],
                "skills": [skill.strip() for skill in skills if skill.strip()],
                "difficulty": [data.get(f"lowest_{row}") or 1, data.get(f"highest_{row}") or 5],
            }
            points = data.get(f"points_{row}")
            sections.append(
                {
                    "name": name or str(row + 1),
                    "pick": pick or 0,
                    "points": str(points if points is not None else 0),
                    "from": wanted,
                }
            )
        minutes = data.get("minutes") or 60
        return {"sections": sections, "pass": self.course.pass_mark, "minutes": minutes}

    def facts(self) -> dict[str, Any]:
        """Return what the service takes. Call after `is_valid`."""
        names = [*self.base_fields, "blueprint"]
        return {name: self.cleaned_data[name] for name in names}


class TimeForm(TypedForm):
    """More time for one person or all."""

    minutes = number(_("Minutes more"), 1, 240)
    reason = forms.CharField(
        label=_("Reason"), max_length=200, widget=forms.TextInput(attrs={"class": "input"})
    )
    who = forms.CharField(required=False, widget=forms.HiddenInput)


class RegradeForm(TypedForm):
    """What to mark by from now on, of one question."""

    question = forms.CharField(widget=forms.HiddenInput)
    mark_by = forms.ChoiceField(label=_("Mark by"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        required=False,
        help_text=_("Kept with every marking it changes."),
        widget=forms.Textarea(attrs={"class": "input", "rows": 2}),
    )

    def __init__(self, posted: Mapping[str, Any] | None, *, choices: list[tuple[str, str]]) -> None:
        super().__init__(posted)
        field = self.fields["mark_by"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
