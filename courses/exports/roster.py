"""Lists of participants as workbooks: the empty template, and a list back with its faults."""

from collections.abc import Iterable

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from courses.imports.roster import COLUMNS, Reading
from courses.models import Run
from portal.core.spreadsheets import Column, Fault, Table, lists, write_workbook

WIDTHS = {"name": 14, "email": 30, "mobile": 16, "uscc": 24, "note": 30}


def template_workbook(run: Run) -> bytes:
    """Return an empty list of participants for a run, with what each column needs.

    Headings are Chinese first, so that any office knows them; both languages are read back.
    """
    english = (get_language() or "").startswith("en")
    columns = [
        # Text format keeps a mobile number from turning into 1.38E+10.
        Column(en if english else zh, WIDTHS[key], "@")
        for key, (zh, en, _needed) in COLUMNS.items()
    ]
    notes = (
        _("Name and e-mail are needed; mobile, credit code and note may stay empty."),
        _("Format the mobile column as text. One person a row, at most 5,000."),
        _("Please enter no identity numbers: they are not needed and are refused (PIPL)."),
    )
    title = _("List of participants: %(course)s, run %(code)s") % {
        "course": run.course.display_title,
        "code": run.code,
    }
    table = Table(_("Participants"), columns, [[""] * len(columns)] * 30, (title, *notes))
    return write_workbook([table])


def corrected_workbook(reading: Reading, faults: Iterable[Fault]) -> bytes:
    """Return the list with its faults beside each row; an empty sheet for what is no list."""
    if reading.layout is None:
        return write_workbook([Table(_("Participants"), [Column("")], [])])
    return lists.corrected_workbook(reading.layout, WIDTHS, faults, _("Participants"))
