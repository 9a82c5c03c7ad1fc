"""The form around a question: what all kinds have, its own shape, and the parts of a case."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.enums import QuestionKind
from courses.forms.questions.shapes import LEVEL_LINES, SHAPES, Essay, area, as_number, line
from courses.questions import LETTERS, Kind
from portal.core.typed import TypedForm

PART_KINDS = tuple(kind for kind in Kind if kind != Kind.CASE)
PARTS_MAX = 8
TEXTS_OF_ITS_OWN = {"options", "answer", "tolerance", "unit", "rubric", "credit", "keep_order"}
COMMON = {"id", "type", "stem", "skill", "module", "difficulty", "explanation", "points", "parts"}
PART_FIELDS = {"id", "type", "stem", "points", "explanation"}
LEVELS = [(str(n), str(n)) for n in range(1, 6)]


class QuestionForm(TypedForm):
    """One question of a kind; a part of a case is such a form too, with points instead of traits.

    `before` is the data it changes; what the form does not know stays as it was.
    """

    def __init__(
        self,
        posted: Mapping[str, Any] | None = None,
        *,
        kind: str,
        before: Mapping[str, Any] | None = None,
        skills: Sequence[tuple[str, str]] = (),
        modules: Sequence[tuple[str, str]] = (),
        prefix: str | None = None,
        is_part: bool = False,
    ) -> None:
        self.kind, self.before, self.is_part = Kind(kind), dict(before or {}), is_part
        self.shape = SHAPES[self.kind](self.before)
        super().__init__(posted, prefix=prefix, initial=self.initial_values())
        self.fields |= self.part_fields() if is_part else self.trait_fields(skills, modules)
        self.fields |= self.shape.fields()
        self.parts = list(self.part_forms(posted)) if self.kind == Kind.CASE else []

    def initial_values(self) -> dict[str, Any]:
        common = {name: self.before.get(name, "") for name in COMMON - {"parts"}}
        common["difficulty"] = str(self.before.get("difficulty") or 3)
        common["base"] = self.before.get("base", 0)
        return common | self.shape.initial()

    def trait_fields(
        self, skills: Sequence[tuple[str, str]], modules: Sequence[tuple[str, str]]
    ) -> dict[str, forms.Field]:
        """The fields of a question of the bank."""
        code = line(_("Question code"), wide=False, required=True)
        code.max_length = 40
        if self.before.get("id"):
            code.disabled = True
        select = forms.Select(attrs={"class": "input"})
        return {
            "id": code,
            "stem": area(_("Question"), 4),
            "skill": forms.ChoiceField(
                label=_("Skill"), required=False, choices=[("", "–"), *skills], widget=select
            ),
            "module": forms.ChoiceField(
                label=_("Module"), required=False, choices=[("", "–"), *modules], widget=select
            ),
            "difficulty": forms.ChoiceField(
                label=_("Difficulty, 1 easy to 5 hard"), choices=LEVELS, widget=select
            ),
            "explanation": area(
                _("Explanation"), 3, _("Learners read it after results. Name no option's letter.")
            ),
            "base": forms.IntegerField(required=False, widget=forms.HiddenInput),
        }

    def part_fields(self) -> dict[str, forms.Field]:
        """The fields of a part of a case."""
        return {
            "kind": forms.CharField(widget=forms.HiddenInput, initial=self.kind.value),
            "stem": area(_("Question"), 2),
            "points": line(_("Weight among the parts"), wide=False),
            "explanation": area(_("Explanation"), 2),
            "remove": forms.BooleanField(label=_("Leave this part out"), required=False),
        }

    def part_forms(self, posted: Mapping[str, Any] | None) -> Iterator["QuestionForm"]:
        """The parts as they stand in the data, or as they came back, and one that was asked for."""
        known = list(self.before.get("parts") or [])
        kinds = [part.get("type", Kind.SINGLE.value) for part in known]
        if posted is not None:
            kinds = [posted[f"part{n}-kind"] for n in range(PARTS_MAX) if f"part{n}-kind" in posted]
            if posted.get("add_part") in PART_KINDS and len(kinds) < PARTS_MAX:
                kinds.append(posted["add_part"])
        for n, kind in enumerate(kinds):
            if kind in PART_KINDS:
                is_new = posted is not None and f"part{n}-kind" not in posted
                yield QuestionForm(
                    None if is_new else posted,
                    kind=kind,
                    before=known[n] if n < len(known) else None,
                    prefix=f"part{n}",
                    is_part=True,
                )

    def is_valid(self) -> bool:
        bound = [part for part in self.parts if part.is_bound]
        return all([super().is_valid(), *(part.is_valid() for part in bound)])

    def data_typed(self) -> dict[str, Any]:
        """Return the question as the content's JSON writes it. Call after `is_valid`."""
        values = self.cleaned_data
        known = PART_FIELDS if self.is_part else COMMON
        unknown = {
            key: value
            for key, value in self.before.items()
            if key not in known | TEXTS_OF_ITS_OWN | {"base"}
        }
        code = self.before.get("id") or values.get("id", "")
        data = unknown | {"id": code, "type": self.kind.value, "stem": values["stem"]}
        data |= self.shape.to_data(values)
        if self.kind == Kind.CASE:
            data |= {"options": [], "answer": None, "parts": self.parts_typed(code)}
        if self.is_part:
            explained = values["explanation"] or "explanation" in self.before
            data |= {"explanation": values["explanation"]} if explained else {}
            return data | {"points": as_number(values["points"], self.before.get("points"))}
        return data | self.traits_typed(values)

    def traits_typed(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a blueprint asks for; an empty module is left out, as files do."""
        traits = {
            "skill": values["skill"],
            "difficulty": int(values["difficulty"]),
            "explanation": values["explanation"],
        }
        return traits | ({"module": values["module"]} if values["module"] else {})

    def parts_typed(self, code: str) -> list[dict[str, Any]]:
        """Return the parts that stay, each with a code of its own: B-40-1, B-40-2."""
        found: list[dict[str, Any]] = []
        for part in self.parts:
            if not part.is_bound or part.cleaned_data.get("remove"):
                continue
            data = part.data_typed()
            taken = {one["id"] for one in found}
            free = (f"{code}-{n}" for n in range(1, 2 * PARTS_MAX))
            name = part.before.get("id") or next(name for name in free if name not in taken)
            found.append(data | {"id": name})
        return found

    @property
    def kind_label(self) -> str:
        return str(QuestionKind(self.kind.value).label)

    def option_rows(self) -> list[tuple[BoundField, BoundField]]:
        """Options beside their marks, or lines beside their partners."""
        pairs = (("option", "right"), ("left", "match"))
        return [
            (self[f"{one}_{place}"], self[f"{other}_{place}"])
            for one, other in pairs
            for place in range(len(LETTERS))
            if f"{one}_{place}" in self.fields
        ]

    def step_rows(self) -> list[BoundField]:
        """The steps of an ordering."""
        return [self[name] for name in self.fields if name.startswith("step_")]

    def rubric_rows(self) -> list[tuple[BoundField, list[tuple[BoundField, BoundField]]]]:
        """Criteria, each with its levels."""
        if not isinstance(self.shape, Essay):
            return []
        return [
            (
                self[f"criterion_{row}"],
                [
                    (self[f"points_{row}_{level}"], self[f"descriptor_{row}_{level}"])
                    for level in range(LEVEL_LINES)
                ],
            )
            for row in self.shape.criteria
        ]

    def other_fields(self) -> list[BoundField]:
        """What of the shape stands by itself."""
        names = ("answer", "tolerance", "unit", "spellings", "spare", "model", "keep_order")
        return [self[name] for name in (*names, "credit") if name in self.fields]


class KindForm(TypedForm):
    """Which kind of question to write."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Type"),
        choices=QuestionKind.choices,
        widget=forms.Select(attrs={"class": "input"}),
    )
