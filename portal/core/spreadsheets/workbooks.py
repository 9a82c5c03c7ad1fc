"""Safe xlsx workbooks in and out.

Reading: the archive is weighed before it is parsed, values come as text, formulas are marked
and never trusted. Writing: every text cell is text, so that no cell can become a formula.
What the columns mean is the importing app's business.
"""

import io
import zipfile
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

import openpyxl
import xlsxwriter
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MAX_UNPACKED = 50 * 1024 * 1024
MAX_RATIO = 100
MAX_ENTRIES = 1000
MAX_ROWS = 20_000
MAX_COLUMNS = 100


@dataclass(frozen=True)
class Cell:
    """One cell: its text as an office sees it, and whether a formula produced it."""

    text: str = ""
    is_formula: bool = False


EMPTY = Cell()


@dataclass(frozen=True)
class SheetRow:
    """One row with the number the office sees in its spreadsheet program."""

    number: int
    cells: tuple[Cell, ...]

    def texts(self) -> list[str]:
        """Return the texts of the row's cells."""
        return [cell.text for cell in self.cells]

    @property
    def is_empty(self) -> bool:
        return not any(cell.text for cell in self.cells)


@dataclass(frozen=True)
class Sheet:
    """One sheet's name and its rows, from the first to the last used one."""

    name: str
    rows: list[SheetRow]


@dataclass(frozen=True)
class Fault:
    """What is wrong in a sheet, where, and what to do; row and column None for the whole.

    One that does not block is a remark: the row is taken in all the same.
    """

    sheet: str
    row: int | None
    column: str | None
    reason: str
    remedy: str
    blocks: bool = True


def weigh(stream: BinaryIO) -> None:
    """Raise ValidationError for a file that is no xlsx or unpacks to too much."""
    refused = ValidationError(
        _("This is not a readable .xlsx workbook. Save it as .xlsx and upload it again."),
        code="unreadable",
    )
    try:
        with zipfile.ZipFile(stream) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise refused from error
    stream.seek(0)
    packed = sum(entry.compress_size for entry in entries) or 1
    unpacked = sum(entry.file_size for entry in entries)
    if "xl/workbook.xml" not in {entry.filename for entry in entries}:
        raise refused
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or unpacked / packed > MAX_RATIO:
        raise ValidationError(
            _("This workbook unpacks to more than is accepted. Remove what is not needed."),
            code="bomb",
        )


def as_text(value: Any) -> str:
    """Return a cell's value as plain text: integers without ".0", dates in ISO form."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")
    if isinstance(value, datetime):
        return value.date().isoformat() if not value.time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip()


def read_sheets(stream: BinaryIO) -> list[Sheet]:
    """Return the visible sheets of a workbook, formulas as marked cells with their source.

    Raises ValidationError for a file that is no workbook, too large, or beyond the row limit.
    openpyxl in read-only mode is used because, unlike faster readers, it shows formulas.
    """
    weigh(stream)
    # A sheet is parsed when its rows are read, so that is where a damaged one fails.
    try:
        return visible_sheets(stream)
    except ValidationError:
        raise
    except Exception as error:
        raise ValidationError(
            _("The workbook is damaged. Open it, save it as .xlsx and upload it again."),
            code="unreadable",
        ) from error


def visible_sheets(stream: BinaryIO) -> list[Sheet]:
    """Return the visible sheets with their rows; raises whatever openpyxl raises."""
    book = openpyxl.load_workbook(stream, read_only=True, data_only=False, keep_links=False)
    with closing(book):
        visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        return [Sheet(sheet.title, list(rows_of(sheet))) for sheet in visible]


def rows_of(sheet: Any) -> Iterable[SheetRow]:
    """Yield the rows of one openpyxl sheet as SheetRow."""
    # A sheet that does not say how wide it is comes padded to the last column allowed.
    widest = min(sheet.max_column or MAX_COLUMNS, MAX_COLUMNS)
    for number, row in enumerate(sheet.iter_rows(max_col=widest), start=1):
        if number > MAX_ROWS:
            raise ValidationError(
                _("The sheet has more than %(max)d rows. Split it."), params={"max": MAX_ROWS}
            )
        cells = tuple(
            EMPTY if cell.value is None else Cell(as_text(cell.value), cell.data_type == "f")
            for cell in row
        )
        yield SheetRow(number, cells)


@dataclass
class Column:
    """A column of a written sheet: heading, width in characters, number format if any."""

    heading: str
    width: int = 16
    number_format: str = ""


@dataclass
class Table:
    """A sheet to write: name, title lines above, columns, rows, notes below."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    title_lines: Sequence[str] = field(default_factory=tuple)
    notes: Sequence[str] = field(default_factory=tuple)


def write_workbook(tables: Iterable[Table]) -> bytes:
    """Return an xlsx workbook; text is written as text whatever it begins with."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        for table in tables:
            write_table(book, table)
    return buffer.getvalue()


def write_table(book: Any, table: Table) -> None:
    """Write one table to a new sheet of an open workbook."""
    sheet = book.add_worksheet(table.name[:31])
    title = book.add_format({"bold": True, "font_size": 14})
    head = book.add_format(
        {"bold": True, "text_wrap": True, "border": 1, "valign": "top", "bg_color": "#E7EFF6"}
    )
    styles = [
        book.add_format(
            {"border": 1, "text_wrap": True, "valign": "top"}
            | ({"num_format": column.number_format} if column.number_format else {})
        )
        for column in table.columns
    ]
    line = 0
    for line, text in enumerate(table.title_lines, start=1):
        sheet.write_string(line - 1, 0, text, title if line == 1 else None)
    for index, column in enumerate(table.columns):
        sheet.set_column(index, index, column.width)
        sheet.write_string(line, index, column.heading, head)
    first = line + 1
    sheet.freeze_panes(first, 0)
    for row in table.rows:
        line += 1
        for index, value in enumerate(row):
            write_cell(sheet, line, index, value, styles[index])
    if line >= first:
        sheet.autofilter(first - 1, 0, line, len(table.columns) - 1)
    for offset, note in enumerate(table.notes, start=2):
        sheet.write_string(line + offset, 0, note)


def write_cell(sheet: Any, row: int, column: int, value: Any, style: Any) -> None:
    """Write one value: numbers as numbers, everything else as text."""
    if value is None or value == "":
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        sheet.write_number(row, column, float(value), style)
    else:
        sheet.write_string(row, column, str(value), style)
