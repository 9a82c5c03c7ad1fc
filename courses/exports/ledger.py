"""A person's hours ledger as a workbook: exactly the lines the page shows."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from courses.models import HoursEntry
from portal.core.spreadsheets import Column, Table, write_workbook


def ledger_workbook(name: str, rows: Iterable[HoursEntry], titles: list[str]) -> bytes:
    """Return the ledger as xlsx; `titles` are lines above the table."""
    columns = [
        Column(_("Day"), 12),
        Column(_("Source"), 40),
        Column(_("Run"), 24),
        Column(_("Class hours"), 12, "0.00"),
        Column(_("Kind"), 12),
        Column(_("Subjects"), 18),
        Column(_("Remark"), 40),
    ]
    lines = [row_of(row) for row in rows]
    return write_workbook([Table(_("Hours ledger"), columns, lines, [name, *titles])])


def row_of(row: HoursEntry) -> list[Any]:
    """Return the cells of one line."""
    return [
        f"{row.day:%Y-%m-%d}",
        row.source,
        row.enrolment.run.code if row.enrolment else "",
        row.hours,
        row.get_mode_display(),
        row.get_field_display(),
        remark_of(row),
    ]


def remark_of(row: HoursEntry) -> str:
    """Say of a counter-entry what it takes back and why."""
    if not row.counters:
        return ""
    return _("Takes back the line of %(day)s: %(reason)s") % {
        "day": f"{row.counters.day:%Y-%m-%d}",
        "reason": row.reason,
    }
