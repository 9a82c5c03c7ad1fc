"""Reading a recommendation list (推荐汇总表): rows as entries, every fault with its place.

One implementation for the authority's page and `manage.py import_recommendations`. Nothing is
written here; `services.importing` takes in what was read.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.accounts.models import Organisation
from portal.core.resident_numbers import holds_resident_number
from portal.core.spreadsheets import Cell, Fault, Layout, Sheet, Unreadable, read_sheets
from portal.core.spreadsheets import values as common
from portal.core.typed import IDENTITY_REFUSED
from showcase.imports import values
from showcase.imports.layout import data_rows, find_layout
from showcase.models import Round
from showcase.services.importing import Entry, Plan, plan_import
from showcase.sheet_columns import BY_KEY, COLUMNS, SHEET_NAME

MAX_ENTRIES = 2000
LIMITS = {
    "title": 40,
    "applicant": 100,
    "partners": 300,
    "contact": 50,
    "reason": values.REASON_MAX,
    "remark": 200,
}


@dataclass
class Reading:
    """What a workbook holds: its entries, what is wrong, and what is merely odd."""

    entries: list[Entry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)


@dataclass
class DryRun:
    """A reading together with what taking it in would do."""

    reading: Reading
    plan: Plan

    @property
    def faults(self) -> list[Fault]:
        """All faults: by sheet and row, those of the whole list last."""
        found = [*self.reading.faults, *self.plan.faults]
        return sorted(found, key=lambda fault: (fault.row is None, fault.sheet, fault.row or 0))

    @property
    def is_clean(self) -> bool:
        """Whether it may be taken in."""
        return bool(self.reading.entries) and not self.faults and not self.plan.refusal

    def as_json(self) -> dict[str, Any]:
        """Return the machine's form: number of rows and the faults."""
        keys = ("sheet", "row", "column", "reason", "remedy")
        faults = [{key: getattr(fault, key) for key in keys} for fault in self.faults]
        return {"rows": len(self.reading.entries), "faults": faults}


def dry_run(stream: BinaryIO, *, round: Round, authority: Organisation) -> DryRun:
    """Read a workbook and say what it would do. Raises ValidationError if it is no workbook."""
    reading = read_recommendation_list(stream, round=round)
    plan = plan_import(entries=reading.entries, round=round, authority=authority)
    return DryRun(reading, plan)


def read_recommendation_list(stream: BinaryIO, *, round: Round) -> Reading:
    """Return the entries and faults of every visible sheet that has the list's headings."""
    sheets = read_sheets(stream)
    layouts = [layout for sheet in sheets if (layout := find_layout(sheet))]
    if not layouts:
        return Reading(faults=[no_headings(sheets)])
    names = direction_names(round)
    reading = Reading()
    for layout in layouts:
        read_layout(layout, names, reading)
    if len(reading.entries) > MAX_ENTRIES:
        raise ValidationError(
            _("The list has more than %(max)d rows. Split it."), params={"max": MAX_ENTRIES}
        )
    add_twice_faults(reading)
    return reading


def no_headings(sheets: Sequence[Sheet]) -> Fault:
    """Return the fault of a workbook in which the table cannot be found."""
    name = sheets[0].name if sheets else SHEET_NAME
    wanted = _(", ").join(column.zh for column in COLUMNS if column.is_required)
    return Fault(
        name,
        None,
        None,
        _("The row of headings was not found."),
        _("Keep one row with the headings: %(headings)s.") % {"headings": wanted},
    )


def direction_names(round: Round) -> dict[str, str]:
    """Return the codes of the round's directions by name (first), English name and code."""
    directions = list(round.directions.all())
    pairs = [(one.display_name, one.code) for one in directions]
    for one in directions:
        pairs += [(one.name, one.code), (one.name_en, one.code), (one.code, one.code)]
    found: dict[str, str] = {}
    for name, code in pairs:
        found.setdefault("".join(common.folded(name).lower().split()), code)
    return found


def read_layout(layout: Layout, names: dict[str, str], reading: Reading) -> None:
    """Add one sheet's entries and faults to the reading."""
    for column in COLUMNS:
        if column.is_required and column.key not in layout.places:
            reading.faults.append(missing_column(layout, column.zh))
    for number, cells in data_rows(layout):
        entry, faults = read_entry(layout, number, cells, names)
        reading.entries.append(entry)
        reading.faults += faults
        reading.warnings += oddities(entry, cells)


def missing_column(layout: Layout, heading: str) -> Fault:
    """Return the fault of a column that is not there."""
    return Fault(
        layout.sheet.name,
        layout.heading_row,
        heading,
        _("The column “%(heading)s” is missing.") % {"heading": heading},
        _("Add the column with this heading and fill it in."),
    )


def read_entry(
    layout: Layout, number: int, cells: dict[str, Cell], names: dict[str, str]
) -> tuple[Entry, list[Fault]]:
    """Return one row as an entry, with the faults of its cells."""
    blank = Entry(layout.sheet.name, number, layout.headings)
    found: dict[str, Any] = {}
    faults: dict[str, Fault] = {}
    for key, cell in cells.items():
        try:
            found[key] = read_cell(key, cell, names)
        except Unreadable as error:
            faults[key] = blank.fault(key, error.reason, error.remedy)
    entry = replace(blank, **found, bad=frozenset(faults))
    return entry, list(faults.values())


READERS: dict[str, Callable[[str], Any]] = {
    "priority": values.priority,
    "uscc": common.credit_code,
    "investment": values.investment,
    "mobile": common.mobile,
    "email": common.email,
    "region": values.region,
    "industry": values.industry,
}


def read_cell(key: str, cell: Cell, names: dict[str, str]) -> Any:
    """Return the value of one cell, or raise Unreadable. A formula is never evaluated."""
    if cell.is_formula:
        raise Unreadable(
            _("A formula stands where a value is expected."),
            _("Copy the cell and paste it as a value."),
        )
    text = cell.text.strip()
    if not text:
        return blank_value(key)
    if holds_resident_number(text):
        raise Unreadable(str(IDENTITY_REFUSED), _("Delete the number and upload the file again."))
    if key == "direction":
        return values.direction(text, names)
    if key in READERS:
        return READERS[key](text)
    return common.line(text, LIMITS[key])


def blank_value(key: str) -> Any:
    """Return what an empty cell stands for, or raise Unreadable where a value is needed."""
    if BY_KEY[key].is_required:
        raise Unreadable(_("This cell is empty."), _("Fill it in."))
    return ""


def oddities(entry: Entry, cells: dict[str, Cell]) -> list[Fault]:
    """Return what is odd but taken in: a region or an industry that is not known."""
    asked = {"region": entry.region, "industry": entry.industry}
    return [
        entry.fault(
            key,
            _("“%(text)s” is not known and is left empty.") % {"text": cells[key].text[:40]},
            _("The applicant chooses it in the form."),
        )
        for key, value in asked.items()
        if key in cells and cells[key].text and not value and key not in entry.bad
    ]


# --- across rows ------------------------------------------------------------------------------


def add_twice_faults(reading: Reading) -> None:
    """Add the faults between rows: a priority at its later row, a project at its first."""
    faults = [*priorities_twice(reading.entries), *projects_twice(reading.entries)]
    places = {(entry.sheet, entry.row): n for n, entry in enumerate(reading.entries)}
    for entry, key, fault in faults:
        place = places[entry.sheet, entry.row]
        current = reading.entries[place]
        reading.entries[place] = replace(current, bad=current.bad | {key})
        reading.faults.append(fault)


def priorities_twice(entries: Iterable[Entry]) -> list[tuple[Entry, str, Fault]]:
    """Rule: each priority is given once; the later row is the one to change."""
    first: dict[int, Entry] = {}
    found = []
    for entry in entries:
        if entry.priority is None:
            continue
        before = first.setdefault(entry.priority, entry)
        if before is not entry:
            reason = _("Priority %(n)d is given twice (rows %(first)d and %(row)d).") % {
                "n": entry.priority,
                "first": before.row,
                "row": entry.row,
            }
            fault = entry.fault("priority", reason, _("Give each entry its own priority."))
            found.append((entry, "priority", fault))
    return found


def projects_twice(entries: Iterable[Entry]) -> list[tuple[Entry, str, Fault]]:
    """Rule: one project of one applicant stands once; reported at its first row."""
    by_key: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        if entry.has_key:
            by_key.setdefault(entry.key, []).append(entry)
    found = []
    for same in by_key.values():
        if len(same) > 1:
            rows = _(" and ").join(str(entry.row) for entry in same)
            reason = _(
                "The same project of the same applicant stands more than once (rows %(rows)s)."
            )
            fault = same[0].fault("title", reason % {"rows": rows}, _("Keep one of these rows."))
            found.append((same[0], "title", fault))
    return found
