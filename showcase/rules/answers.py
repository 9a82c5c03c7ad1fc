"""How the answers of an application are shown to people, from any version of the form."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from portal.core import taxonomies
from portal.core.templatetags.formatting import day, wan
from showcase import form_schema
from showcase.rules.wording import in_words


@dataclass(frozen=True)
class Answer:
    """One answer: kind line, text (Markdown), pledge or table; empty if nothing was given."""

    key: str
    label: str
    kind: str
    value: Any = ""
    heads: list[str] = field(default_factory=list)
    rows: list[list[tuple[str, str]]] = field(default_factory=list)
    is_empty: bool = False


@dataclass(frozen=True)
class AnswerSection:
    """A section of the form with its answers."""

    key: str
    title: str
    answers: list[Answer]

    @property
    def groups(self) -> list[tuple[str, list[Answer]]]:
        """Neighbouring answers of one kind together, as (kind, answers)."""
        return [(kind, list(group)) for kind, group in groupby(self.answers, lambda a: a.kind)]


def answer_sections(
    schema: form_schema.Schema, data: form_schema.Data, directions: Mapping[str, str]
) -> list[AnswerSection]:
    """Return all answers by section; `directions` maps direction codes to names."""
    return [
        AnswerSection(
            part["key"],
            in_words(part),
            [answer(one, data.get(one["key"]), directions) for one in part["fields"]],
        )
        for part in form_schema.sections(schema)
    ]


def answer(one: form_schema.Field, value: Any, directions: Mapping[str, str]) -> Answer:
    """Return one field's answer as it is shown."""
    key, label, kind = one["key"], in_words(one), one["type"]
    if kind == "pledge":
        return Answer(key, label, "pledge", bool(value))
    if form_schema.is_empty(value):
        return Answer(key, label, "line", is_empty=True)
    if kind == "table":
        return table_answer(one, value)
    if kind in form_schema.LONG:
        return Answer(key, label, "text", str(value))
    return Answer(key, label, "line", shown(one, value, directions))


def table_answer(one: form_schema.Field, rows: list[Mapping[str, Any]]) -> Answer:
    """Return a table's answer: heads, and rows of (head, cell)."""
    heads = [in_words(column) for column in one["columns"]]
    cells = [
        [(in_words(column), str(row.get(column["key"]) or "")) for column in one["columns"]]
        for row in rows
    ]
    return Answer(one["key"], in_words(one), "table", heads=heads, rows=cells)


def shown(one: form_schema.Field, value: Any, directions: Mapping[str, str]) -> str:
    """Return a short value as people read it; what cannot be read stays as typed."""
    kind = one["type"]
    if kind == "choice" and one["scheme"] == "directions":
        return str(directions.get(value, value))
    if kind == "choice":
        return taxonomies.term_name(one["scheme"], str(value))
    if kind == "choices":
        return _(", ").join(taxonomies.term_name(one["scheme"], code) for code in value)
    if kind == "money":
        return amount(value)
    if kind == "money3":
        return " / ".join(amount(item) for item in value)
    if kind == "date":
        found = form_schema.as_date(value)
        return day(found) if found else str(value)
    return "\n".join(value) if kind == "lines" else str(value)


def amount(value: Any) -> str:
    """Return an amount in words of the language, or as typed."""
    return wan(value) if form_schema.as_money(value) is not None else str(value)
