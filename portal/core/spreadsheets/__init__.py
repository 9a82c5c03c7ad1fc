"""Safe spreadsheets in and out: workbooks, delimited text, what cells mean, where a table stands.

What the columns are for is the importing app's business.
"""

from portal.core.spreadsheets.delimited import read_delimited
from portal.core.spreadsheets.layout import Layout, find_layout
from portal.core.spreadsheets.values import Unreadable
from portal.core.spreadsheets.workbooks import (
    MAX_ROWS,
    Cell,
    Column,
    Fault,
    Sheet,
    SheetRow,
    Table,
    as_text,
    read_sheets,
    weigh,
    write_cell,
    write_table,
    write_workbook,
)

__all__ = [
    "MAX_ROWS",
    "Cell",
    "Column",
    "Fault",
    "Layout",
    "Sheet",
    "SheetRow",
    "Table",
    "Unreadable",
    "as_text",
    "find_layout",
    "read_delimited",
    "read_sheets",
    "weigh",
    "write_cell",
    "write_table",
    "write_workbook",
]
