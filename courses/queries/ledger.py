"""Reads of the hours ledger: lines, sums, the yearly statement, hours that count for renewal."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from courses.certification import (
    AnnualStatement,
    Field,
    LedgerSums,
    Mode,
    Renewal,
    annual_statement,
    ledger_sums,
    renewal,
)
from courses.certification import HoursEntry as Line
from courses.models import Certificate, HoursEntry
from courses.queries.certificates import standing_facts


@dataclass(frozen=True)
class Ledger:
    """A person's ledger: its rows, what they come to, the years, newest first."""

    rows: list[HoursEntry]
    lines: list[Line]
    sums: LedgerSums
    years: list[int]

    def statement(self, year: int) -> AnnualStatement:
        """One year's hours against the rule."""
        return annual_statement(self.lines, year)

    def in_year(self, year: int) -> list[HoursEntry]:
        """The rows of one year, newest first: a counter-entry stands with what it takes back."""
        own = [row for row in self.rows if (row.counters or row).day.year == year]
        return sorted(own, key=lambda row: (row.day, row.pk), reverse=True)


def entries_of(user: Any) -> QuerySet[HoursEntry]:
    """Return a person's own lines; the one rule of who reads a ledger."""
    rows = HoursEntry.objects.filter(learner=user)
    return rows.select_related("counters", "enrolment__run__course").order_by("day", "pk")


def ledger_of(user: Any) -> Ledger:
    """Return a person's ledger with its sums; LedgerError when it does not hold together."""
    rows = list(entries_of(user))
    lines = [as_line(row) for row in rows]
    sums = ledger_sums(lines)
    return Ledger(rows, lines, sums, sorted(sums.by_year, reverse=True))


def as_line(row: HoursEntry) -> Line:
    """A row as the arithmetic knows it."""
    return Line(
        id=row.public_id,
        day=row.day,
        hours=row.hours,
        mode=Mode(row.mode),
        field=Field(row.field),
        source=row.source,
        counters=row.counters.public_id if row.counters else "",
    )


def hours_since(lines: list[Line], certificate: Certificate) -> Decimal:
    """Return the class hours taken while a certificate ran.

    Rule: for renewal count the hours of days after the one of issue, up to the last valid day; a
    line that was taken back counts nothing.
    """
    first, last = certificate.issued_on, certificate.expires_on
    own = {line.id for line in lines if not line.counters and first < line.day <= last}
    return sum((line.hours for line in lines if (line.counters or line.id) in own), Decimal(0))


def renewal_of(certificate: Certificate, lines: list[Line], day: date) -> tuple[Renewal, Decimal]:
    """Return whether a certificate can be renewed on a day, and the hours that count for it."""
    hours = hours_since(lines, certificate)
    return renewal(standing_facts(certificate), hours=hours, day=day), hours
