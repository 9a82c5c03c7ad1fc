"""The recommendation list (推荐汇总表) as the workbook an authority prints, seals and sends."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from portal.accounts.models import Organisation
from portal.core import clock
from portal.core.spreadsheets import Column, Table, write_workbook
from portal.core.taxonomies import industry_name, region_name
from portal.core.templatetags.formatting import day
from showcase.form_schema import as_money
from showcase.models import Round, Submission
from showcase.models.programme import in_language
from showcase.sheet_columns import COLUMNS, SHEET_NAME


def recommendation_workbook(
    round: Round, authority: Organisation, entries: Iterable[Submission]
) -> bytes:
    """Return the list as xlsx: title, authority and date, headings, rows, notes, signature.

    It can be read in again as it is. Entries without a priority leave that cell empty.
    """
    programme = in_language(round.programme.name, round.programme.name_en)
    title = _("%(year)d %(programme)s: recommendation list") % {
        "year": round.year,
        "programme": programme,
    }
    sealed = _("Recommending authority (seal): %(authority)s    Date: %(day)s") % {
        "authority": authority.display_name,
        "day": day(clock.today()),
    }
    notes = [
        _(
            "Note: 1. In the order of priority. 2. Credit codes have 18 characters. "
            "3. Investment in 10,000 yuan, two decimals."
        ),
        _("Prepared by:                Telephone:"),
    ]
    table = Table(
        name=in_language(SHEET_NAME, "Recommendation list"),
        columns=[sheet_column(column) for column in COLUMNS],
        rows=[row_of(entry) for entry in entries],
        title_lines=[title, sealed],
        notes=notes,
    )
    return write_workbook([table])


def sheet_column(column: Any) -> Column:
    """Return how a column is written: heading in the reader's language, width, number format."""
    formats = {"priority": "0", "investment": "0.00"}
    heading = in_language(column.zh, column.en)
    return Column(heading, column.width, formats.get(column.key, ""))


def row_of(entry: Submission) -> list[Any]:
    """Return the cells of one entry, in the order of the columns."""
    data = entry.data
    recommendation = getattr(entry, "recommendation", None)
    return [
        recommendation.priority if recommendation else None,
        entry.title,
        entry.applicant.name,
        entry.applicant.uscc,
        _(", ").join(partner.name for partner in entry.partners.all()),
        entry.direction.display_name if entry.direction else "",
        region_name(entry.region),
        industry_text(str(data.get("org.industry") or "")),
        as_money(data.get("pj.invest")),
        data.get("ct.name", ""),
        data.get("ct.mobile", ""),
        data.get("ct.email", ""),
        recommendation.reason if recommendation else "",
        recommendation.remark if recommendation else "",
    ]


def industry_text(code: str) -> str:
    """Return an industry as offices write it: its digits and its name ("38电气机械…")."""
    return f"{code[1:]}{industry_name(code)}" if code else ""
