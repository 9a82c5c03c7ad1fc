"""Delimited text (CSV) as offices save it: whatever encoding, comma, semicolon or tab."""

import csv
import io

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.core.spreadsheets.workbooks import MAX_COLUMNS, MAX_ROWS, Cell, Sheet, SheetRow

MARKED = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
DELIMITERS = ",;\t"
# What a spreadsheet program would take for a formula when it opens the file.
FORMULA = ("=", "@")


def decoded(content: bytes) -> str:
    """Return the text of a file in UTF-8 (with mark or without), UTF-16 or GB18030.

    Raises ValidationError, saying how to save the file, when it is none of them.
    """
    for mark, encoding in MARKED.items():
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    # Without a mark, UTF-16 shows in its zero bytes: at odd places the low byte comes first.
    if b"\x00" in content[:200]:
        low_first = content[1:200:2].count(0) > content[0:200:2].count(0)
        return content.decode("utf-16-le" if low_first else "utf-16-be", errors="replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValidationError(
        _("The text of this file cannot be read. Save it as .xlsx, or as CSV in UTF-8."),
        code="unreadable",
    )


def delimiter_of(text: str) -> str:
    """Return the sign that separates cells: the most frequent one in the first twenty lines."""
    head = "\n".join(text.splitlines()[:20])
    return max(DELIMITERS, key=head.count)


def read_delimited(content: bytes, name: str = "CSV") -> Sheet:
    """Return a CSV file as a sheet; raises ValidationError if it cannot be read or is too long."""
    text = decoded(content)
    rows = []
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
        for number, values in enumerate(reader, start=1):
            if number > MAX_ROWS:
                raise ValidationError(
                    _("The sheet has more than %(max)d rows. Split it."), params={"max": MAX_ROWS}
                )
            cells = (Cell(one.strip(), one.startswith(FORMULA)) for one in values[:MAX_COLUMNS])
            rows.append(SheetRow(number, tuple(cells)))
    except csv.Error as error:
        raise ValidationError(
            _("The text of this file cannot be read. Save it as .xlsx, or as CSV in UTF-8."),
            code="unreadable",
        ) from error
    return Sheet(name, rows)
