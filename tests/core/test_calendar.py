from datetime import date

import pytest

from portal.core.calendar import add_working_days, is_working_day, working_days_between
from portal.core.models import SpecialDay

pytestmark = pytest.mark.django_db


def test_add_working_days_does_not_count_the_start():
    assert add_working_days(date(2026, 6, 1), 5) == date(2026, 6, 8)


def test_add_working_days_skips_holidays_and_counts_worked_weekends():
    SpecialDay.objects.create(day=date(2026, 6, 3), is_working=False)
    SpecialDay.objects.create(day=date(2026, 6, 6), is_working=True)
    assert add_working_days(date(2026, 6, 1), 5) == date(2026, 6, 8)
    assert is_working_day(date(2026, 6, 6))
    assert not is_working_day(date(2026, 6, 3))


def test_add_working_days_refuses_less_than_one():
    with pytest.raises(ValueError):
        add_working_days(date(2026, 6, 1), 0)


def test_working_days_between_counts_the_end_only():
    assert working_days_between(date(2026, 6, 1), date(2026, 6, 8)) == 5
