import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.core import clock
from portal.core.home import gather, open_items
from showcase.lifecycle import RoundState
from showcase.queries.rounds import public_rounds
from tests.factories.pages import make_site, make_solution
from tests.factories.showcase import make_round

pytestmark = [pytest.mark.django_db, pytest.mark.either]


def test_selection_shows_published_rounds_only(client):
    make_round(RoundState.APPLYING, title="公开批次")
    make_round(RoundState.SETUP, title="筹备批次")
    text = client.get("/selection/").content.decode()
    assert ("公开批次" in text, "筹备批次" in text) == (True, False)


def test_selection_says_the_numbers_of_the_newest_round(client):
    make_round(RoundState.APPLYING, rules={"pass_mark": 65, "panel_size": 7, "validity_months": 36})
    text = client.get("/selection/").content.decode()
    assert [number in text for number in ("65", "7", "36")] == [True, True, True]


def test_selection_takes_the_same_queries_at_one_and_three_rounds(client):
    def count():
        client.get("/selection/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/selection/")
        return len(captured)

    make_round()
    one = count()
    make_round()
    make_round()
    assert count() == one <= 10


def test_selection_stands_without_any_round(client):
    assert client.get("/selection/").status_code == 200


def test_open_window_is_announced_and_a_closed_one_is_not():
    make_site()
    open_round = make_round(RoundState.APPLYING)
    make_round(RoundState.REVIEWING)
    assert [item.url for item in open_items()] == [f"/selection/#{open_round.code}"]
    assert [item.percent for item in open_items()] == [50]


def test_newest_cases_leave_out_the_revoked():
    standing = make_solution(title="有效方案")
    make_solution(title="撤销方案", revoked_on="2026-01-08", revoked_reason="不实。")
    assert [case["title"] for case in gather("cases")] == [standing.title]


@pytest.mark.parametrize(
    ("state", "states"),
    [
        (RoundState.APPLYING, ["now", "", "", "", "", ""]),
        (RoundState.CHECKING, ["done", "done", "now", "", "", ""]),
        (RoundState.RANKING, ["done"] * 5 + [""]),
        (RoundState.PUBLICITY, ["done"] * 5 + ["now"]),
        (RoundState.ANNOUNCED, ["done"] * 6),
    ],
)
def test_steps_follow_the_state_of_the_round(state, states):
    make_round(state)
    assert [row["state"] for row in public_rounds()[0]["stages"]] == states


def test_window_that_has_passed_is_over_even_before_the_secretariat_closes_it():
    made = make_round(RoundState.APPLYING)
    with clock.at(made.stage("apply").closes_at):
        assert public_rounds()[0]["stages"][0]["state"] == "done"
