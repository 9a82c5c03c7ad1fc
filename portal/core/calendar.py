"""Working days of the programme: weekends, public holidays and make-up working days.

The yearly table (`SpecialDay`) wins over the weekday rule; it is seeded from the published
arrangements and edited by the secretariat. A year without rows falls back to Monday–Friday.
"""

from datetime import date, timedelta

from portal.core.models import SpecialDay


def is_working_day(day: date) -> bool:
    """Say whether `day` is a working day (工作日)."""
    special = SpecialDay.objects.filter(day=day).values_list("is_working", flat=True).first()
    return day.weekday() < 5 if special is None else special


def add_working_days(start: date, days: int) -> date:
    """Return the last of `days` working days counted from the day after `start`.

    Rule: the start day is not counted (domain.md, publicity "excl. start day"); `days` >= 1.
    """
    if days < 1:
        raise ValueError("days must be at least 1")
    horizon = start + timedelta(days=days * 3 + 30)
    special = dict(
        SpecialDay.objects.filter(day__gt=start, day__lte=horizon).values_list("day", "is_working")
    )
    current = start
    while days:
        current += timedelta(days=1)
        days -= special.get(current, current.weekday() < 5)
    return current


def working_days_between(start: date, end: date) -> int:
    """Return how many working days lie after `start` up to and including `end`."""
    special = dict(
        SpecialDay.objects.filter(day__gt=start, day__lte=end).values_list("day", "is_working")
    )
    span = ((start + timedelta(days=i)) for i in range(1, max((end - start).days, 0) + 1))
    return sum(special.get(day, day.weekday() < 5) for day in span)
