"""A round's entries as a workbook: exactly the rows the office's page shows."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.core.spreadsheets import Column, Table, write_workbook
from portal.core.taxonomies import region_name
from showcase.form_schema import as_money
from showcase.models import Round, Submission


def submission_workbook(round: Round, entries: Iterable[Submission], conditions: str = "") -> bytes:
    """Return the list as xlsx; `conditions` says which filter was on."""
    columns = [
        Column(_("Number"), 14),
        Column(_("Title"), 34),
        Column(_("Applicant"), 28),
        Column(_("Credit code"), 21),
        Column(_("Direction"), 16),
        Column(_("Region"), 10),
        Column(_("Authority"), 26),
        Column(_("Priority"), 8, "0"),
        Column(_("Investment (10,000 yuan)"), 14, "0.00"),
        Column(_("State"), 14),
        Column(_("Submitted at (UTC+8)"), 20),
    ]
    titles = [round.display_title, *([conditions] if conditions else [])]
    rows = [row_of(entry) for entry in entries]
    return write_workbook([Table(_("Applications"), columns, rows, title_lines=titles)])


def row_of(entry: Submission) -> list[Any]:
    """Return the cells of one entry."""
    recommendation = getattr(entry, "recommendation", None)
    at = entry.submitted_at
    return [
        entry.number,
        entry.title,
        entry.applicant.display_name,
        entry.applicant.uscc,
        entry.direction.display_name if entry.direction else "",
        region_name(entry.region),
        entry.authority.display_name if entry.authority else "",
        recommendation.priority if recommendation else None,
        as_money(entry.investment),  # type: ignore[attr-defined]
        entry.get_state_display(),
        f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else "",
    ]
