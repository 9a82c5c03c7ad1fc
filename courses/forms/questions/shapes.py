"""What each kind of question has of its own: its fields, and its place in the data.

A shape turns the data of a question into initial values and cleaned values back into data. Lists
of options have a fixed number of lines with some to spare, so that the form works without script.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from courses.questions import LETTERS, Kind

Fields = dict[str, forms.Field]
Values = Mapping[str, Any]
SPARE_LINES = 2
LEVEL_LINES = 5


def line(label: str, *, wide: bool = True, required: bool = False) -> forms.CharField:
    """A line of text."""
    classes = "input" if wide else "input input--sm"
    return forms.CharField(
        label=label,
        required=required,
        max_length=400,
        widget=forms.TextInput(attrs={"class": classes}),
    )


def area(label: str, rows: int = 3, help_text: str = "", *, limit: int = 5000) -> forms.CharField:
    """A text of several lines."""
    return forms.CharField(
        label=label,
        required=False,
        max_length=limit,
        help_text=help_text,
        widget=forms.Textarea(attrs={"class": "input", "rows": rows}),
    )


def tick(label: str, help_text: str = "") -> forms.BooleanField:
    """A box to tick."""
    return forms.BooleanField(label=label, required=False, help_text=help_text)


def lines_for(count: int, least: int) -> range:
    """How many lines a list gets: what it has and some to spare."""
    return range(min(len(LETTERS), max(least, count + SPARE_LINES)))


class Shape:
    """A kind without anything of its own; the others override what differs."""

    def __init__(self, data: Values) -> None:
        self.data = data

    def fields(self) -> Fields:
        return {}

    def initial(self) -> dict[str, Any]:
        return {}

    def to_data(self, values: Values) -> dict[str, Any]:
        return {}


class Choice(Shape):
    """Options with a mark at the right ones. True and false are two options that stay."""

    least = 5
    is_multiple = False
    keeps_order = True

    @property
    def options(self) -> list[str]:
        return list(self.data.get("options") or [])

    @property
    def lines(self) -> range:
        return lines_for(len(self.options), self.least)

    def fields(self) -> Fields:
        fields: Fields = {}
        for place in self.lines:
            letter = LETTERS[place]
            fields[f"option_{place}"] = line(_("Option %(letter)s") % {"letter": letter})
            fields[f"right_{place}"] = tick(_("right"))
        if self.keeps_order:
            fields["keep_order"] = tick(
                _("Keep this order"), _("For ladders of sizes; otherwise options are shuffled.")
            )
        return fields

    def initial(self) -> dict[str, Any]:
        answer = self.data.get("answer") or []
        found: dict[str, Any] = {"keep_order": bool(self.data.get("keep_order"))}
        for place, text in enumerate(self.options):
            found |= {f"option_{place}": text, f"right_{place}": LETTERS[place] in answer}
        return found

    def to_data(self, values: Values) -> dict[str, Any]:
        options: list[str] = []
        right: list[str] = []
        for place in self.lines:
            if text := values.get(f"option_{place}", ""):
                if values.get(f"right_{place}"):
                    right.append(LETTERS[len(options)])
                options.append(text)
        answer: Any = right if self.is_multiple or len(right) != 1 else right[0]
        data = {"options": options, "answer": answer}
        return data | ({"keep_order": True} if values.get("keep_order") else {})


class Multiple(Choice):
    is_multiple = True

    def fields(self) -> Fields:
        choices = [
            ("all", _("All or nothing")),
            ("share", _("Shares for some of the right ones; one wrong one takes all")),
        ]
        credit = forms.ChoiceField(
            label=_("Right in part"), choices=choices, widget=forms.RadioSelect
        )
        return super().fields() | {"credit": credit}

    def initial(self) -> dict[str, Any]:
        return super().initial() | {"credit": self.data.get("credit") or "all"}

    def to_data(self, values: Values) -> dict[str, Any]:
        credit = values.get("credit")
        kept = {"credit": credit} if credit == "share" or "credit" in self.data else {}
        return super().to_data(values) | kept


class TrueFalse(Choice):
    least = 2
    keeps_order = False

    @property
    def options(self) -> list[str]:
        return super().options or ["正确", "错误"]

    @property
    def lines(self) -> range:
        return range(2)


class Numeric(Shape):
    def fields(self) -> Fields:
        return {
            "answer": line(_("Right number"), wide=False),
            "tolerance": line(_("Tolerance (both ways)"), wide=False),
            "unit": line(_("Unit"), wide=False),
        }

    def initial(self) -> dict[str, Any]:
        return {name: self.data.get(name, "") for name in ("answer", "tolerance", "unit")}

    def to_data(self, values: Values) -> dict[str, Any]:
        return {
            "options": [],
            "answer": as_number(values.get("answer", ""), self.data.get("answer")),
            "tolerance": as_number(values.get("tolerance", "") or "0", self.data.get("tolerance")),
            "unit": values.get("unit", ""),
        }


def as_number(text: str, before: Any = None) -> Any:
    """What stood before when it reads the same; else a whole number as such, another one as its
    text (JSON's would lose digits).
    """
    plain = str(text).strip()
    if before is not None and str(before) == plain:
        return before
    return int(plain) if plain.lstrip("-").isdecimal() and plain.isascii() else plain


class Matching(Shape):
    """Pairs, and partners to spare. The order of the right side stays as it was written."""

    @property
    def sides(self) -> tuple[list[str], list[str]]:
        options = self.data.get("options")
        known = options if isinstance(options, Mapping) else {}
        return list(known.get("left") or []), list(known.get("right") or [])

    @property
    def lines(self) -> range:
        return lines_for(len(self.sides[0]), 4)

    def fields(self) -> Fields:
        fields: Fields = {}
        for place in self.lines:
            n = {"n": place + 1}
            fields[f"left_{place}"] = line(_("Line %(n)d") % n)
            fields[f"match_{place}"] = line(_("Its partner"))
        fields["spare"] = area(
            _("Partners to spare"), 2, _("One a line: they belong to no line and make it harder.")
        )
        return fields

    def initial(self) -> dict[str, Any]:
        left, right = self.sides
        partners = dict(zip(LETTERS, right, strict=False))
        matched = [partners.get(letter, "") for letter in self.data.get("answer") or []]
        found: dict[str, Any] = {f"left_{place}": text for place, text in enumerate(left)}
        found |= {f"match_{place}": text for place, text in enumerate(matched)}
        return found | {"spare": "\n".join(text for text in right if text not in matched)}

    def to_data(self, values: Values) -> dict[str, Any]:
        pairs = [
            (values.get(f"left_{place}", ""), values.get(f"match_{place}", ""))
            for place in self.lines
        ]
        pairs = [pair for pair in pairs if any(pair)]
        spare = texts_in(values.get("spare", ""))
        right = kept_order(self.sides[1], [*(pair[1] for pair in pairs if pair[1]), *spare])
        answer = [LETTERS[right.index(match)] if match else "" for _left, match in pairs]
        return {"options": {"left": [pair[0] for pair in pairs], "right": right}, "answer": answer}


def kept_order(before: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """The wanted texts once each, those known from before in their old order."""
    return list(dict.fromkeys([*(text for text in before if text in wanted), *wanted]))


def texts_in(text: str) -> list[str]:
    """The lines of a text that say something."""
    return [one.strip() for one in text.splitlines() if one.strip()]


class Ordering(Shape):
    """Steps in their right order; in what order the data lists them does not matter."""

    def fields(self) -> Fields:
        steps = len(self.data.get("options") or [])
        return {
            f"step_{place}": line(_("Step %(n)d") % {"n": place + 1})
            for place in lines_for(steps, 5)
        }

    def initial(self) -> dict[str, Any]:
        texts = dict(zip(LETTERS, self.data.get("options") or [], strict=False))
        answer = self.data.get("answer") or []
        return {f"step_{place}": texts.get(letter, "") for place, letter in enumerate(answer)}

    def to_data(self, values: Values) -> dict[str, Any]:
        steps = [values[name] for name in self.fields() if values.get(name)]
        options = kept_order(self.data.get("options") or [], steps)
        if len(options) < len(steps):  # two equal steps; the check says so
            return {"options": steps, "answer": list(LETTERS[: len(steps)])}
        return {"options": options, "answer": [LETTERS[options.index(step)] for step in steps]}


class Short(Shape):
    def fields(self) -> Fields:
        hint = _("One a line. Width, capitals, blanks and punctuation do not count.")
        return {"spellings": area(_("Accepted spellings"), 4, hint)}

    def initial(self) -> dict[str, Any]:
        return {"spellings": "\n".join(self.data.get("answer") or [])}

    def to_data(self, values: Values) -> dict[str, Any]:
        return {"options": [], "answer": texts_in(values.get("spellings", ""))}


class Essay(Shape):
    """A model answer, and a rubric of criteria with levels."""

    @property
    def criteria(self) -> range:
        return range(min(8, max(3, len(self.data.get("rubric") or []) + 1)))

    def fields(self) -> Fields:
        fields: Fields = {
            "model": area(_("Model answer"), 5, _("Examiners see it; learners after results."))
        }
        for row in self.criteria:
            fields[f"criterion_{row}"] = line(_("Criterion %(n)d") % {"n": row + 1})
            for level in range(LEVEL_LINES):
                fields[f"points_{row}_{level}"] = line(_("Points of the level"), wide=False)
                fields[f"descriptor_{row}_{level}"] = line(_("What earns them"))
        return fields

    def initial(self) -> dict[str, Any]:
        found: dict[str, Any] = {"model": self.data.get("answer") or ""}
        for row, criterion in enumerate(self.data.get("rubric") or []):
            found[f"criterion_{row}"] = criterion.get("criterion", "")
            for place, level in enumerate(criterion.get("levels") or []):
                found[f"points_{row}_{place}"] = level.get("points", "")
                found[f"descriptor_{row}_{place}"] = level.get("descriptor", "")
        return found

    def to_data(self, values: Values) -> dict[str, Any]:
        rubric = [
            {"criterion": values.get(f"criterion_{row}", ""), "levels": levels_in(values, row)}
            for row in self.criteria
        ]
        kept = [line_ for line_ in rubric if line_["criterion"] or line_["levels"]]
        return {"options": [], "answer": values.get("model", ""), "rubric": kept}


def levels_in(values: Values, row: int) -> list[dict[str, Any]]:
    """The levels of one criterion that were filled in."""
    found = []
    for level in range(LEVEL_LINES):
        points = str(values.get(f"points_{row}_{level}", "")).strip()
        text = values.get(f"descriptor_{row}_{level}", "")
        if points or text:
            found.append({"points": as_number(points), "descriptor": text})
    return found


SHAPES: dict[str, type[Shape]] = {
    Kind.SINGLE: Choice,
    Kind.MULTIPLE: Multiple,
    Kind.TRUEFALSE: TrueFalse,
    Kind.NUMERIC: Numeric,
    Kind.MATCHING: Matching,
    Kind.ORDERING: Ordering,
    Kind.SHORT: Short,
    Kind.ESSAY: Essay,
    Kind.CASE: Shape,
}
