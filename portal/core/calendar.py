"""Working days of the programme: weekends, public holidays and make-up working days.

The yearly table (`SpecialDay`) wins over the weekday rule; it is seeded from the published
arrangements and edited by the secretariat. A year without rows falls back to Monday–Friday.
A day that people made ordinary again keeps its row, so that seeding anew does not bring it back.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta

from chinese_calendar import constants
from django.db.models import Max, Min

from portal.core import clock
from portal.core.models import SpecialDay

# The yearly notices of the State Council call these a festival; the package cuts the last word.
CUT_SHORT = ("清明", "端午", "中秋")


def is_weekday(day: date) -> bool:
    """Say whether `day` is one of Monday to Friday."""
    return day.weekday() < 5


def is_working_day(day: date) -> bool:
    """Say whether `day` is a working day (工作日)."""
    special = SpecialDay.objects.filter(day=day).values_list("is_working", flat=True).first()
    return is_weekday(day) if special is None else special


def add_working_days(start: date, days: int) -> date:
    """Return the last of `days` working days counted from the day after `start`.

    Rule: the start day is not counted (domain.md, publicity "excl. start day"); `days` >= 1.
    """
    return working_days_after([start], days)[start]


def working_days_after(starts: Collection[date], days: int) -> dict[date, date]:
    """Return `add_working_days` of several days, by the day; one query, none without days."""
    if days < 1:
        raise ValueError("days must be at least 1")
    if not starts:
        return {}
    special = special_between(min(starts), max(starts) + timedelta(days=days * 3 + 30))
    return {start: nth_working_day(start, days, special) for start in starts}


def nth_working_day(start: date, days: int, special: Mapping[date, bool]) -> date:
    """Return the last of `days` working days after `start`, by a table read before."""
    current = start
    while days:
        current += timedelta(days=1)
        days -= special.get(current, is_weekday(current))
    return current


def special_between(start: date, end: date) -> dict[date, bool]:
    """Return whether work is done on the special days after `start` up to and including `end`."""
    rows = SpecialDay.objects.filter(day__gt=start, day__lte=end)
    return dict(rows.values_list("day", "is_working"))


def working_days_between(start: date, end: date) -> int:
    """Return how many working days lie after `start` up to and including `end`."""
    special = special_between(start, end)
    span = ((start + timedelta(days=i)) for i in range(1, max((end - start).days, 0) + 1))
    return sum(special.get(day, is_weekday(day)) for day in span)


# --- the yearly table ---------------------------------------------------------------------------


def arranged_years() -> list[int]:
    """Return the years whose arrangement is known, from last year on."""
    last_year = clock.today().year - 1
    return sorted({day.year for day in constants.holidays if day.year >= last_year})


def arranged_days(year: int) -> list[SpecialDay]:
    """Return the published arrangement of a year as rows not yet kept; none if it is not known."""
    off = [
        SpecialDay(day=day, is_working=False, name=holiday_name(value))
        for day, value in constants.holidays.items()
        if day.year == year
    ]
    worked = [
        SpecialDay(day=day, is_working=True, name=f"{holiday_name(value)}调休")
        for day, value in constants.workdays.items()
        if day.year == year
    ]
    return off + worked


def holiday_name(value: str) -> str:
    """Return the Chinese name of a holiday of the package, as the State Council writes it."""
    name = constants.Holiday(value).chinese
    return f"{name}节" if name in CUT_SHORT else name


def seed_special_days(years: Iterable[int]) -> int:
    """Add the published days of these years that have no row yet; return how many were added.

    Rule: a day that has a row, by an earlier seeding or by people, stays as it is.
    """
    days = [one for year in years for one in arranged_days(year)]
    there = set(
        SpecialDay.objects.filter(day__in=[one.day for one in days]).values_list("day", flat=True)
    )
    missing = [one for one in days if one.day not in there]
    SpecialDay.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)


def special_days(year: int) -> list[SpecialDay]:
    """Return the holidays and worked weekends of a year by date, in one query."""
    rows = SpecialDay.objects.filter(day__year=year)
    return [one for one in rows if not is_ordinary(one)]


def is_ordinary(one: SpecialDay) -> bool:
    """Say whether a row only says what the weekday says: people took the day off the table."""
    return not one.name and one.is_working == is_weekday(one.day)


def years_of_table() -> tuple[int, int]:
    """Return the first and the last year to show: those with rows, last year to next year."""
    ends = SpecialDay.objects.aggregate(first=Min("day"), last=Max("day"))
    year = clock.today().year
    found = [end.year for end in ends.values() if end]
    return min([year - 1, *found]), max([year + 1, *found])
