"""Lists of organisations and people as workbooks: the template, and a list with its faults."""

from collections.abc import Iterable

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.accounts.enums import Role
from portal.accounts.imports import COLUMNS, Reading
from portal.accounts.models import Organisation
from portal.core.spreadsheets import Column, Fault, Table, lists, write_workbook

WIDTHS = {
    "organisation": 32,
    "uscc": 24,
    "kind": 14,
    "region": 14,
    "name": 14,
    "email": 30,
    "role": 16,
    "is_administrator": 12,
}


def heading_of(key: str) -> str:
    """Return a column's heading in the reader's language; both are read back."""
    zh, en, _needed = COLUMNS[key]
    return en if (get_language() or "").startswith("en") else zh


def template_workbook() -> bytes:
    """Return an empty list, with a second sheet that says what each column takes."""
    columns = [Column(heading_of(key), WIDTHS[key], "@") for key in COLUMNS]
    listed = Table(_("People"), columns, [[""] * len(columns)] * 30)
    guide = Table(
        _("How to fill it in"),
        [Column(_("Column of the list"), 22), Column(_("What it takes"), 90)],
        [(heading_of(key), text) for key, text in guide_texts().items()],
    )
    return write_workbook([listed, guide])


def guide_texts() -> dict[str, str]:
    """Return what each column takes, by its key."""
    sign = _(", ")
    return {
        "organisation": _("Full name, as on the licence; needed where the code is new here."),
        "uscc": _("18 characters of the licence; needed in each row."),
        "kind": sign.join(str(one.label) for one in Organisation.Kind),
        "region": _("Province or city, or its code of six digits; may stay empty."),
        "name": _("Of the person; may stay empty."),
        "email": _("The invitation goes there. Without it only the organisation is registered."),
        "role": sign.join(str(one.label) for one in Role),
        "is_administrator": _("Yes or no: whether the person administers the organisation."),
    }


def corrected_workbook(reading: Reading, faults: Iterable[Fault]) -> bytes:
    """Return the list with its faults beside each row; the empty template for what is no list."""
    if reading.layout is None:
        return template_workbook()
    return lists.corrected_workbook(reading.layout, WIDTHS, faults, _("People"))
