"""Where the table is in an office's sheet: the heading row, the data rows, the end.

Title rows above, notes and signature lines below, repeated headings and sums are not data.
What a cell means is the business of `recommendation_list`.
"""

import re
from collections.abc import Iterator

from portal.core.spreadsheets import Cell, Layout, Sheet, SheetRow
from portal.core.spreadsheets import layout as core_layout
from showcase.sheet_columns import key_of_heading

CORE = ("title", "applicant", "uscc")
LEAST_HEADINGS = 3
ENDING = re.compile(
    r"(注|备注|说明|填表说明|填表人|填报人|制表人|经办人|审核人|负责人|联系电话|推荐单位|单位盖章"
    r"|notes?|prepared by)\s*[:：.、(（0-9]",
    re.IGNORECASE,
)
SUM = re.compile(r"(合\s*计|总\s*计|小\s*计|共\s*计|共\s*\d+\s*项|total)", re.IGNORECASE)


def find_layout(sheet: Sheet) -> Layout | None:
    """Return the layout of a sheet, found by its headings wherever title rows put them."""
    return core_layout.find_layout(
        sheet, key_of_heading, lambda found: len(found) >= LEAST_HEADINGS and "title" in found
    )


def headings_of(row: SheetRow) -> core_layout.Headings:
    """Return place and text of the known headings in a row; the first of a kind counts."""
    return core_layout.headings_of(row, key_of_heading)


def data_rows(layout: Layout) -> Iterator[tuple[int, dict[str, Cell]]]:
    """Yield (sheet row, cells by column key) of the rows that hold an entry."""
    for row in layout.sheet.rows:
        if row.number <= layout.heading_row or row.is_empty:
            continue
        cells = layout.cells(row)
        first = next(cell.text for cell in row.cells if cell.text)
        has_core = any(cells[key].text for key in CORE if key in cells)
        if not has_core and ENDING.match(first):
            return
        if is_entry(row, cells, first, has_core):
            yield row.number, cells


def is_entry(row: SheetRow, cells: dict[str, Cell], first: str, has_core: bool) -> bool:
    """Say whether a row holds an entry: it has a title, an applicant, a code or a priority."""
    if len(headings_of(row)) >= LEAST_HEADINGS or SUM.match(first):
        return False
    priority = cells.get("priority", Cell())
    return has_core or priority.is_formula or priority.text.strip().isdecimal()
