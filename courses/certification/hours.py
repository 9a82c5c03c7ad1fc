"""The hours ledger: entries are added and never changed; a mistake is taken back by its counter.

Class hours are of 45 minutes and kept in quarters. Who may enter or recognise hours is for rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

MINUTES = 45
QUARTER = Decimal("0.25")


class Mode(StrEnum):
    """How the hours were spent."""

    THEORY = "theory"
    PRACTICE = "practice"


class Field(StrEnum):
    """What they count as in continuing education (公需科目, 专业科目)."""

    PUBLIC = "public"
    PROFESSIONAL = "professional"


class LedgerError(ValueError):
    """A ledger does not hold together: `code` says how, `entry` where."""

    def __init__(self, code: str, entry: str) -> None:
        super().__init__(f"{entry}: {code}")
        self.code = code
        self.entry = entry


@dataclass(frozen=True, slots=True)
class HoursEntry:
    """One line. `counters` names the entry a counter-entry takes back, with the same hours less."""

    id: str
    day: date
    hours: Decimal
    mode: Mode
    field: Field
    source: str = ""
    counters: str = ""


@dataclass(frozen=True, slots=True)
class LedgerSums:
    """What a ledger comes to, in class hours."""

    total: Decimal
    by_mode: dict[Mode, Decimal]
    by_field: dict[Field, Decimal]
    by_year: dict[int, Decimal]


@dataclass(frozen=True, slots=True)
class AnnualRule:
    """Class hours a year, and how many of them professional. Data, for the rule is dated."""

    hours: Decimal = Decimal(90)
    professional: Decimal = Decimal(60)


STANDARD = AnnualRule()


@dataclass(frozen=True, slots=True)
class AnnualStatement:
    """One year's hours against the rule."""

    year: int
    total: Decimal
    professional: Decimal
    is_met: bool


def class_hours(minutes: int) -> Decimal:
    """Rule: a class hour is 45 minutes; attendance counts in full quarters of it, the rest is
    dropped.

    ValueError for less than nothing.
    """
    if minutes < 0:
        raise ValueError("minutes are never negative")
    return QUARTER * (minutes * 4 // MINUTES)


def figure(hours: Decimal) -> str:
    """Return hours as people write them: 2, 1.5, 10."""
    return f"{hours.normalize():f}"


def counter_entry(entry: HoursEntry, *, id: str, day: date) -> HoursEntry:
    """The entry that takes `entry` back; LedgerError for taking back a counter-entry.

    Its hours are taken from the year of `entry`, whenever the mistake was found.
    """
    if entry.counters:
        raise LedgerError("counter_of_counter", entry.id)
    return replace(entry, id=id, day=day, hours=-entry.hours, counters=entry.id)


def ledger_sums(entries: Iterable[HoursEntry]) -> LedgerSums:
    """Add up a ledger; independent of the order of its entries. LedgerError when it is broken.

    Rule: hours are in quarters and above 0; a counter-entry names an entry that is there, takes
    back exactly its hours in the same kind, and no entry is taken back twice.
    """
    lines = _checked(tuple(entries))
    years = {line.id: line.day.year for line in lines}
    by_mode, by_field = dict.fromkeys(Mode, Decimal(0)), dict.fromkeys(Field, Decimal(0))
    by_year: dict[int, Decimal] = {}
    for line in lines:
        year = years[line.counters or line.id]
        by_mode[line.mode] += line.hours
        by_field[line.field] += line.hours
        by_year[year] = by_year.get(year, Decimal(0)) + line.hours
    return LedgerSums(sum(by_mode.values(), Decimal(0)), by_mode, by_field, by_year)


def annual_statement(
    entries: Iterable[HoursEntry], year: int, rule: AnnualRule = STANDARD
) -> AnnualStatement:
    """Rule: 90 class hours a year, 60 of them professional (two thirds of what is asked for)."""
    lines = tuple(entries)
    own = {line.id for line in lines if line.day.year == year and not line.counters}
    sums = ledger_sums(line for line in lines if (line.counters or line.id) in own)
    professional = sums.by_field[Field.PROFESSIONAL]
    is_met = sums.total >= rule.hours and professional >= rule.professional
    return AnnualStatement(year, sums.total, professional, is_met)


def _checked(lines: Sequence[HoursEntry]) -> Sequence[HoursEntry]:
    by_id: dict[str, HoursEntry] = {}
    for line in lines:
        if by_id.setdefault(line.id, line) is not line:
            raise LedgerError("doubled", line.id)
        if line.hours % QUARTER:
            raise LedgerError("not_in_quarters", line.id)
    taken: set[str] = set()
    for line in lines:
        _check_sign(line, by_id)
        if line.counters in taken:
            raise LedgerError("countered_twice", line.id)
        taken |= {line.counters} - {""}
    return lines


def _check_sign(line: HoursEntry, by_id: dict[str, HoursEntry]) -> None:
    """An entry gives hours; a counter-entry takes exactly those of the one it names."""
    if not line.counters:
        if line.hours <= 0:
            raise LedgerError("not_positive", line.id)
        return
    entry = by_id.get(line.counters)
    if entry is None or entry.counters:
        raise LedgerError("counters_nothing", line.id)
    same = replace(line, id=entry.id, day=entry.day, source=entry.source, counters="")
    if same != replace(entry, hours=-entry.hours):
        raise LedgerError("counters_other_hours", line.id)
