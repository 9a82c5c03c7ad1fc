"""What two versions of a question differ in, line by line, for people."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from courses.questions import LETTERS

FIELDS = (
    "stem",
    "options",
    "answer",
    "tolerance",
    "unit",
    "rubric",
    "explanation",
    "skill",
    "module",
    "difficulty",
    "credit",
    "keep_order",
    "points",
)


@dataclass(frozen=True)
class FieldChange:
    """One field before and after, as texts of several lines."""

    label: str
    before: str
    after: str


def field_labels() -> dict[str, str]:
    """Return the names of a question's fields in the reader's language."""
    return {
        "stem": _("Question"),
        "options": _("Options"),
        "answer": _("Right answer"),
        "tolerance": _("Tolerance (both ways)"),
        "unit": _("Unit"),
        "rubric": _("Rubric"),
        "explanation": _("Explanation"),
        "skill": _("Skill"),
        "module": _("Module"),
        "difficulty": _("Difficulty"),
        "credit": _("Right in part"),
        "keep_order": _("Keep this order"),
        "points": _("Points"),
    }


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[FieldChange]:
    """Return every field that differs; those of a case's parts carry the part's code."""
    labels = field_labels()
    old, new = dict(lines_of(before, "")), dict(lines_of(after, ""))
    return [
        FieldChange(
            f"{prefix} {labels[name]}".strip(),
            old.get((prefix, name), ""),
            new.get((prefix, name), ""),
        )
        for prefix, name in dict.fromkeys([*old, *new])
        if old.get((prefix, name), "") != new.get((prefix, name), "")
    ]


def lines_of(data: Mapping[str, Any], prefix: str) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield each field of a question as ((part, field), text)."""
    for name in FIELDS:
        if data.get(name) not in (None, "", [], {}):
            yield (prefix, name), as_text(name, data[name])
    for part in data.get("parts") or ():
        yield from lines_of(part, str(part.get("id", "")))


def as_text(name: str, value: Any) -> str:
    """Return one value as lines a person can compare."""
    if name == "options" and isinstance(value, Mapping):
        return "\n".join([*value.get("left", ()), "–", *lettered(value.get("right", ()))])
    if name == "options":
        return "\n".join(lettered(value))
    if name == "rubric":
        return "\n".join(criterion_text(line) for line in value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)


def lettered(texts: Any) -> list[str]:
    return [f"{letter}  {text}" for letter, text in zip(LETTERS, texts, strict=False)]


def criterion_text(line: Mapping[str, Any]) -> str:
    levels = (f"{level['points']} {level.get('descriptor', '')}" for level in line["levels"])
    return f"{line['criterion']}: {'; '.join(levels)}"
