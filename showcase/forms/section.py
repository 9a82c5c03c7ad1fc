"""One section of the application form, built from the round's form version.

Reads what was typed and shows it again with what is wrong beside each field. Nothing is
validated here: `form_schema` does, so that a draft may hold anything.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from portal.core import taxonomies
from portal.core.typed import TypedForm
from showcase import form_schema
from showcase.form_schema import Fault
from showcase.models import Round
from showcase.rules.wording import fault_text, in_words

ROWS = {"rich": 10, "longtext": 5, "lines": 5}
MODES = {"money": "decimal", "int": "numeric", "mobile": "tel", "email": "email"}
TYPES = {"date": "date", "email": "email", "mobile": "tel"}


class Amounts(forms.MultiWidget):
    """Three amounts, one a year, oldest first."""

    def __init__(self) -> None:
        labels = [_("Three years ago"), _("Two years ago"), _("Last year")]
        attrs = {"class": "input", "inputmode": "decimal", "size": "12"}
        boxes = [forms.TextInput(attrs | {"aria-label": x, "placeholder": x}) for x in labels]
        super().__init__(boxes)

    def decompress(self, value: Any) -> list[Any]:
        return [*(value or []), "", "", ""][:3]


def options(one: form_schema.Field, round: Round) -> list[tuple[str, str]]:
    """Return the (code, name) pairs a choice field offers."""
    if one["scheme"] == "directions":
        return [(d.code, d.display_name) for d in round.directions.all()]
    if one["scheme"] == "industries":
        return [(c, f"{c} {name}") for c, name in taxonomies.choices("industries")]
    return taxonomies.choices(one["scheme"])


def widget_of(one: form_schema.Field) -> forms.Widget:
    """Return the control for a field of the schema."""
    kind = one["type"]
    if kind == "money3":
        return Amounts()
    if kind in ROWS:
        return forms.Textarea({"rows": ROWS[kind]})
    if kind == "pledge":
        return forms.CheckboxInput()
    attrs: dict[str, Any] = {"autocomplete": "off"}
    if kind in MODES:
        attrs["inputmode"] = MODES[kind]
    if kind == "uscc":
        attrs |= {"class": "mono", "spellcheck": "false"}
    widget = forms.TextInput(attrs)
    widget.input_type = TYPES.get(kind, "text")
    return widget


def form_field(one: form_schema.Field, round: Round) -> forms.Field:
    """Return a form field with label, hint and limit; `required` only marks the label."""
    facts: dict[str, Any] = {
        "label": in_words(one),
        "help_text": in_words(one, "hint"),
        "required": bool(one["required"]) or bool(one.get("min_rows")),
    }
    if one["type"] == "choices":
        widget = forms.CheckboxSelectMultiple()
        return forms.MultipleChoiceField(choices=options(one, round), widget=widget, **facts)
    if one["type"] == "choice":
        blank = [("", _("Please choose"))]
        return forms.ChoiceField(choices=blank + options(one, round), **facts)
    made = forms.Field(widget=widget_of(one), **facts)
    if one["type"] in {"rich", "longtext", "lines"} or one["key"] == "pj.title":
        made.max_length = one.get("max")  # type: ignore[attr-defined]
    return made


def initial(one: form_schema.Field, value: Any) -> Any:
    """Return a stored value as its control takes it."""
    return one_text(one, value) if one["type"] == "lines" else value


class SectionForm(TypedForm):
    """The fields of one section that are no tables, showing `values` with their faults."""

    use_required_attribute = False

    def __init__(self, part: Mapping[str, Any], *, round: Round, values: Mapping[str, Any]) -> None:
        plain = [one for one in part["fields"] if one["type"] != "table"]
        super().__init__(initial={x["key"]: initial(x, values.get(x["key"])) for x in plain})
        self.units = {one["key"]: in_words(one, "unit") for one in plain}
        for one in plain:
            self.fields[one["key"]] = form_field(one, round)

    def shown(self) -> Iterator[tuple[forms.BoundField, str, bool]]:
        """Yield each field with its unit and whether its characters are counted."""
        for bound in self:
            limit = getattr(bound.field, "max_length", None)
            yield bound, self.units[bound.name], limit is not None

    def show_faults(self, faults: Iterable[Fault]) -> None:
        """Put each fault's words beside its field."""
        for fault in faults:
            if fault.key in self.fields:
                texts = [*self.errors.get(fault.key, []), fault_text(fault)]
                self.errors[fault.key] = self.error_class(texts)


# --- tables ---------------------------------------------------------------------------------


@dataclass
class Cell:
    """One control of a table row."""

    name: str
    label: str
    value: str = ""
    is_long: bool = False
    is_short: bool = False
    errors: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        return f"id_{self.name}"


@dataclass
class TableField:
    """A table of the section: its rows, and an empty one to add."""

    key: str
    label: str
    hint: str
    heads: list[str]
    rows: list[list[Cell]]
    template: list[Cell]
    maximum: int
    is_required: bool
    errors: list[str] = field(default_factory=list)

    @property
    def filled(self) -> int:
        """How many rows hold something."""
        return sum(any(cell.value for cell in row) for row in self.rows)


def cell_name(key: str, number: int | str, column: str) -> str:
    """Return the control's name: tx.effect-0-metric."""
    return f"{key}-{number}-{column}"


def row_cells(one: form_schema.Field, number: int | str, row: Mapping[str, Any]) -> list[Cell]:
    """Return the controls of one row."""
    return [
        Cell(
            cell_name(one["key"], number, column["key"]),
            in_words(column),
            str(row.get(column["key"]) or ""),
            column["type"] in form_schema.LONG,
            column.get("max", 100) <= 30,
        )
        for column in one["columns"]
    ]


def table_field(
    one: form_schema.Field, rows: Sequence[Mapping[str, Any]], faults: Iterable[Fault]
) -> TableField:
    """Return a table with its stored rows, one empty row while there is room, and its faults."""
    shown = [row_cells(one, number, row) for number, row in enumerate(rows)]
    if len(rows) < one["max_rows"]:
        shown.append(row_cells(one, len(rows), {}))
    table = TableField(
        one["key"],
        in_words(one),
        in_words(one, "hint"),
        [in_words(column) for column in one["columns"]],
        shown,
        row_cells(one, "__prefix__", {}),
        one["max_rows"],
        bool(one["required"]),
    )
    by_name = {cell.name: cell for row in shown for cell in row}
    for fault in faults:
        if fault.key == one["key"]:
            table.errors.append(fault_text(fault))
        elif fault.field_key == one["key"]:
            by_name[control_name(fault.key)].errors.append(fault_text(fault))
    return table


def control_name(key: str) -> str:
    """Return the name of the control a fault's key points to."""
    return key.replace("#", "-")


# --- reading --------------------------------------------------------------------------------


def read_section(part: Mapping[str, Any], post: QueryDict) -> dict[str, Any]:
    """Return what was posted for a section by field key, in stored form.

    A text field that was not posted at all is left out; unticked boxes and removed rows are
    answers.
    """
    found: dict[str, Any] = {}
    for one in part["fields"]:
        raw = read_field(one, post)
        if raw is not None:
            found[one["key"]] = form_schema.clean(one, raw)
    return found


def read_field(one: form_schema.Field, post: QueryDict) -> Any:
    """Return the raw value of one field, or None where it was not posted."""
    key, kind = one["key"], one["type"]
    if kind == "table":
        return read_rows(one, post) if f"{key}-TOTAL_FORMS" in post else None
    if kind == "choices":
        return post.getlist(key)
    if kind == "pledge":
        return post.get(key, False)
    if kind == "money3":
        names = [f"{key}_{number}" for number in range(3)]
        return [post.get(name, "") for name in names] if names[0] in post else None
    return post.get(key)


def read_rows(one: form_schema.Field, post: QueryDict) -> list[dict[str, str]]:
    """Return the rows of a table, blank ones too, without the one asked to be removed."""
    key = one["key"]
    total = post.get(f"{key}-TOTAL_FORMS", "0")
    count = min(int(total), 100) if total.isdecimal() else 0
    return [
        {c["key"]: post.get(cell_name(key, number, c["key"]), "") for c in one["columns"]}
        for number in range(count)
        if post.get("remove_row") != f"{key}-{number}"
    ]


def posted_row_numbers(one: form_schema.Field, post: QueryDict) -> list[int]:
    """Return the posted numbers of the rows that are kept: blank rows are dropped."""
    rows = read_rows(one, post)
    return [number for number, row in enumerate(rows) if not form_schema.is_empty(row)]


def faults_by_control(
    part: Mapping[str, Any], faults: Iterable[Fault], post: QueryDict
) -> dict[str, list[str]]:
    """Return the words of faults by the name of the posted control they belong to."""
    numbers = {
        one["key"]: posted_row_numbers(one, post)
        for one in part["fields"]
        if one["type"] == "table"
    }
    found: dict[str, list[str]] = {}
    for fault in faults:
        name, *rest = fault.key.split("#")
        if rest:
            name = cell_name(name, numbers[name][int(rest[0])], rest[1])
        found.setdefault(name, []).append(fault_text(fault))
    return found


def values_by_control(part: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, str]:
    """Return stored values as the texts of their controls, for a comparison side by side."""
    found: dict[str, str] = {}
    for one in part["fields"]:
        if one["key"] not in values:
            continue
        value = values[one["key"]]
        if one["type"] == "table":
            for number, row in enumerate(value or []):
                found |= {c.name: c.value for c in row_cells(one, number, row)}
        elif one["type"] == "money3":
            found |= {f"{one['key']}_{n}": text for n, text in enumerate(value or [])}
        else:
            found[one["key"]] = one_text(one, value)
    return found


def one_text(one: form_schema.Field, value: Any) -> str:
    """Return a value as the text of its control."""
    if one["type"] == "lines":
        return "\n".join(value or [])
    if one["type"] == "choices":
        return ", ".join(value or [])
    if one["type"] == "pledge":
        return "on" if value else ""
    return "" if value is None else str(value)
