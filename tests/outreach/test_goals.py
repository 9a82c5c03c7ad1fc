from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from portal.accounts.enums import Role
from portal.accounts.services.cms import sync_cms_access
from portal.core import home
from portal.outreach.models import GoalValue
from portal.outreach.queries.goals import plain, progress
from tests.factories.accounts import make_member
from tests.factories.outreach import make_goal
from tests.factories.pages import make_site, make_solution
from tests.outreach.counting import statements

pytestmark = [pytest.mark.django_db, pytest.mark.both]
EARLY, LATE = date(2025, 6, 5), date(2026, 3, 5)


def test_last_value_counts():
    make_goal((LATE, 23), (EARLY, 16), target=20, unit="项")
    [one] = progress()
    assert (one.reached, one.is_met, one.figure) == (Decimal(23), True, "23/20 项")


def test_bar_of_an_exceeded_goal_is_full_and_not_over():
    make_goal((LATE, 23), target=20)
    assert progress()[0].shown == Decimal(20)


def test_values_of_days_to_come_do_not_count():
    make_goal((EARLY, 16), (date(2099, 1, 1), 99), target=20)
    assert progress()[0].reached == Decimal(16)


def test_goal_without_a_figure_has_no_bar(client):
    make_site()
    make_goal((EARLY, 12), unit="家")
    text = client.get("/goals/").content.decode()
    assert ("<progress" in text, "12 家" in text) == (False, True)


def test_only_reported_values_can_be_late():
    make_goal((EARLY, 5), target=20, due=date(2020, 12, 31))
    make_goal(target=20, due=date(2020, 12, 31))
    assert [one.is_late for one in progress()] == [False, False]
    GoalValue.objects.update(is_example=False)
    assert [one.is_late for one in progress()] == [True, False]


def test_invented_values_are_marked(client):
    make_site()
    make_goal((EARLY, 5), target=20)
    assert "标注“示例”的数值为虚构" in client.get("/goals/").content.decode()
    GoalValue.objects.update(is_example=False)
    assert "示例”的数值" not in client.get("/goals/").content.decode()


def test_series_is_drawn_from_two_values_on(client):
    make_site()
    make_goal((EARLY, 5), target=20)
    make_goal((EARLY, 5), (LATE, 9), target=20)
    charts = [goal["chart"] for goal in client.get("/goals/").context["goals"]]
    assert [chart.startswith("<svg") for chart in charts] == [False, True]
    assert "2025-06-05: 5; 2026-03-05: 9" in charts[1]


def test_page_shows_what_the_portal_has_come_to(client):
    make_site()
    make_solution()
    figures = {one.key: one.number for one in home.gather("figures")}
    nothing = dict.fromkeys(("practices", "courses", "runs", "completed", "certificates"), 0)
    assert figures == {"solutions": 1, "rounds": 1, **nothing}
    shown = client.get("/goals/").context["figures"]
    assert [(one.key, one.number) for one in shown] == [("solutions", 1), ("rounds", 1)]


def test_revoked_solution_is_no_longer_counted():
    make_solution(revoked_on=EARLY)
    assert {one.key: one.number for one in home.gather("figures")}["solutions"] == 0


def test_page_without_goals_stands(client):
    make_site()
    assert client.get("/goals/").status_code == 200


def test_page_takes_the_same_statements_for_one_goal_and_many(client):
    make_site()
    make_goal((EARLY, 5), target=20)
    one = statements(client, "/goals/")
    for _number in range(8):
        make_goal((EARLY, 5), (LATE, 6), target=20)
    assert statements(client, "/goals/") == one <= 12


def test_one_value_a_day_and_none_below_zero():
    goal = make_goal((EARLY, 5))
    for on, value in ((EARLY, 6), (LATE, -1)):
        with pytest.raises(IntegrityError), transaction.atomic():
            GoalValue.objects.create(goal=goal, on=on, value=value)


@pytest.mark.parametrize(
    ("number", "text"), [("20.00", "20"), ("20.50", "20.5"), ("100", "100"), ("0", "0")]
)
def test_numbers_are_written_plainly(number, text):
    assert plain(Decimal(number)) == text


def test_editor_keeps_the_goals(client):
    make_site()
    goal = make_goal((EARLY, 5), target=20)
    editor = make_member(Role.EDITOR)
    sync_cms_access(user=editor)
    client.force_login(editor)
    urls = ["", "add/", f"edit/{goal.pk}/"]
    answers = [client.get(f"/admin/snippets/outreach/goal/{url}").status_code for url in urls]
    assert answers == [200, 200, 200]
