"""Lists that offices send in: one table of rows, read with every fault and given back to be mended.

What a row means, and what taking the list in does, is the importing app's business.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from portal.core.models import PrivateFile
from portal.core.spreadsheets.delimited import read_delimited
from portal.core.spreadsheets.layout import KeyOf, Layout, find_layout
from portal.core.spreadsheets.values import Unreadable
from portal.core.spreadsheets.workbooks import (
    Cell,
    Column,
    Fault,
    Sheet,
    SheetRow,
    Table,
    read_sheets,
    write_workbook,
)

# So many known headings make a row the heading row; a row below with as many repeats it.
HEADINGS_MIN = 2


class Judged:
    """What was found in a list, for whoever looks at it before it is taken in.

    A subclass has the `reading` and the `plan`, both with their `faults`.
    """

    reading: Any
    plan: Any

    @property
    def found(self) -> list[Fault]:
        """Faults and remarks: those of the whole list first, then by row."""
        both = [*self.reading.faults, *self.plan.faults]
        return sorted(both, key=lambda fault: fault.row or 0)

    @property
    def faults(self) -> list[Fault]:
        """What stands in the way of taking the list in."""
        return [fault for fault in self.found if fault.blocks]

    @property
    def remarks(self) -> list[Fault]:
        """What is odd but taken in."""
        return [fault for fault in self.found if not fault.blocks]


def sheets_of(file: PrivateFile) -> list[Sheet]:
    """Return the sheets of a stored workbook, or of a text file as its only sheet."""
    with file.file.open("rb") as stream:
        if file.content_type == "text/csv":
            return [read_delimited(stream.read(), file.name)]
        return read_sheets(stream)  # type: ignore[arg-type]


def find_list(sheets: Iterable[Sheet], key_of: KeyOf) -> Layout | None:
    """Return the layout of the first sheet that has the list's headings."""
    found = (find_layout(one, key_of, lambda keys: len(keys) >= HEADINGS_MIN) for one in sheets)
    return next((one for one in found if one), None)


def data_rows(layout: Layout, key_of: KeyOf) -> Iterator[SheetRow]:
    """Yield the rows below the headings that hold something; repeated headings are left out."""
    for row in layout.sheet.rows:
        if row.number <= layout.heading_row or row.is_empty:
            continue
        repeated = sum(key_of(cell.text) is not None for cell in row.cells if cell.text)
        if repeated < HEADINGS_MIN:
            yield row


def no_headings(sheets: list[Sheet], wanted: Iterable[str]) -> Fault:
    """Return the fault of a file in which the table cannot be found."""
    return Fault(
        sheets[0].name if sheets else "",
        None,
        None,
        _("The row of headings was not found."),
        _("Keep one row with the headings: %(headings)s.") % {"headings": _(", ").join(wanted)},
    )


def no_column(layout: Layout, heading: str) -> Fault:
    """Return the fault of a list without a column that it needs."""
    return Fault(
        layout.sheet.name,
        layout.heading_row,
        heading,
        _("The column “%(heading)s” is missing.") % {"heading": heading},
        _("Add the column with this heading and fill it in."),
    )


def text_in(cell: Cell, *, is_needed: bool) -> str:
    """Return a cell's text; raise Unreadable where one is needed. A formula is never evaluated."""
    if cell.is_formula:
        raise Unreadable(
            _("A formula stands where a value is expected."),
            _("Copy the cell and paste it as a value."),
        )
    text = cell.text.strip()
    if not text and is_needed:
        raise Unreadable(_("This cell is empty."), _("Fill it in."))
    return text


def corrected_workbook(
    layout: Layout, widths: Mapping[str, int], faults: Iterable[Fault], name: str
) -> bytes:
    """Return a list as it was read, with two more columns: what is wrong in a row, what to do.

    The columns are those of `widths` that the list has; any other is left out, since an identity
    number may stand in it. Rows without a fault stay as they are. The file can be mended and
    uploaded again: the two columns are passed over. `name` is for a sheet that has none.
    """
    by_row: dict[int, list[Fault]] = {}
    for fault in faults:
        if fault.row is not None:
            by_row.setdefault(fault.row, []).append(fault)
    keys = [key for key in widths if key in layout.places]
    columns = [Column(layout.headings[key], widths[key], "@") for key in keys]
    columns += [Column(_("What is wrong here"), 50), Column(_("What to do"), 50)]
    rows = []
    for row in layout.sheet.rows:
        if row.number <= layout.heading_row or row.is_empty:
            continue
        cells, found = layout.cells(row), by_row.get(row.number, [])
        wrong = "\n".join(f"{fault.column}: {fault.reason}" for fault in found)
        remedy = "\n".join(dict.fromkeys(fault.remedy for fault in found))
        rows.append([*(cells[key].text for key in keys), wrong, remedy])
    return write_workbook([Table(layout.sheet.name or name, columns, rows)])
