import io
from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command

from portal.core import calendar, clock
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


# --- the yearly table ---------------------------------------------------------------------------


def table(year):
    rows = calendar.special_days(year)
    return {f"{one.day:%m-%d}": (one.is_working, one.name) for one in rows}


def test_seeding_enters_the_published_arrangement():
    assert calendar.seed_special_days([2026]) == 39
    october = {day: facts for day, facts in table(2026).items() if day >= "09-20"}
    assert october == {
        "09-20": (True, "国庆节调休"),
        "09-25": (False, "中秋节"),
        "09-26": (False, "中秋节"),
        "09-27": (False, "中秋节"),
        **{f"10-0{n}": (False, "国庆节") for n in range(1, 8)},
        "10-10": (True, "国庆节调休"),
    }
    assert add_working_days(date(2026, 9, 30), 5) == date(2026, 10, 13)


def test_seeding_again_adds_nothing_and_keeps_what_people_changed():
    calendar.seed_special_days([2026])
    SpecialDay.objects.filter(day=date(2026, 10, 10)).update(is_working=False, name="")
    SpecialDay.objects.filter(day=date(2026, 10, 7)).update(name="国庆节（部分地区）")
    before = list(SpecialDay.objects.values_list("day", "is_working", "name"))
    assert calendar.seed_special_days([2026, 2026]) == 0
    assert list(SpecialDay.objects.values_list("day", "is_working", "name")) == before
    assert not is_working_day(date(2026, 10, 10))
    assert "10-10" not in table(2026)


def test_unknown_years_are_left_to_the_weekdays():
    assert calendar.seed_special_days([2099]) == 0
    assert add_working_days(date(2099, 9, 30), 5) == date(2099, 10, 7)


def test_seed_calendar_takes_all_known_years_from_last_year_on():
    output = io.StringIO()
    with clock.at(datetime(2026, 3, 2, tzinfo=UTC)):
        call_command("seed_calendar", stdout=output)
        call_command("seed_calendar", "2025", "2099", stdout=output)
    assert output.getvalue().splitlines()[:2] == ["2025: 33 days added", "2026: 39 days added"]
    assert output.getvalue().splitlines()[-2:] == [
        "2025: 0 days added",
        "2099: no arrangement known; weekends only",
    ]


def test_years_of_the_table_reach_from_last_year_to_next():
    with clock.at(datetime(2026, 3, 2, tzinfo=UTC)):
        assert calendar.years_of_table() == (2025, 2027)
        SpecialDay.objects.create(day=date(2023, 10, 1), name="国庆节")
        assert calendar.years_of_table() == (2023, 2027)
