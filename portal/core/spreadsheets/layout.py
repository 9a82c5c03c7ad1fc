"""Where the table is in an office's sheet: the heading row and which column stands where.

Title lines above and columns in any order are normal. Which rows below hold data, and where the
table ends, differs from list to list and is the importing app's business.
"""

from collections.abc import Callable
from dataclasses import dataclass

from portal.core.spreadsheets.workbooks import Cell, Sheet, SheetRow

KeyOf = Callable[[str], str | None]
Headings = dict[str, tuple[int, str]]


@dataclass(frozen=True)
class Layout:
    """A sheet whose heading row was found: which column stands where, and its heading."""

    sheet: Sheet
    heading_row: int
    places: dict[str, int]
    headings: dict[str, str]

    def cells(self, row: SheetRow) -> dict[str, Cell]:
        """Return a row's cells by column key; cells the file leaves out are empty."""
        return {
            key: row.cells[place] if place < len(row.cells) else Cell()
            for key, place in self.places.items()
        }


def headings_of(row: SheetRow, key_of: KeyOf) -> Headings:
    """Return place and text of the known headings in a row; the first of a kind counts."""
    found: Headings = {}
    for place, cell in enumerate(row.cells):
        key = key_of(cell.text) if cell.text and not cell.is_formula else None
        if key and key not in found:
            found[key] = (place, " ".join(cell.text.split()))
    return found


def find_layout(sheet: Sheet, key_of: KeyOf, accepts: Callable[[Headings], bool]) -> Layout | None:
    """Return the layout of a sheet, found by its headings wherever title lines put them.

    `key_of` names the column of a heading's text; `accepts` says whether the headings of a row are
    enough to be the heading row.
    """
    for row in sheet.rows:
        headings = headings_of(row, key_of)
        if headings and accepts(headings):
            places = {key: place for key, (place, _text) in headings.items()}
            texts = {key: text for key, (_place, text) in headings.items()}
            return Layout(sheet, row.number, places, texts)
    return None
