"""F1 to F10 on plain facts."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from showcase.eligibility import (
    ITEMS,
    Facts,
    Outcome,
    blocking,
    judge,
    on_time,
    projects_within_limit,
)

NOW = datetime(2026, 3, 20, 8, 59, 59, tzinfo=UTC)
GOOD = Facts(
    handed_in_at=NOW,
    closes_at=NOW + timedelta(seconds=1),
    faults=0,
    codes=["A", "B"],
    bad_codes=[],
    other_projects={"A": 1},
    projects_max=2,
    partners=1,
    partners_max=2,
    directions=["control"],
    online=date(2026, 3, 19),
    today=date(2026, 3, 20),
    awards=[],
    missing_files=[],
)


def outcomes(**changes):
    return {one.code: one.outcome for one in judge(replace(GOOD, **changes))}


def test_everything_is_met_but_the_quota_is_open():
    expected = dict.fromkeys([f"F{n}" for n in range(1, 11)], Outcome.MET) | {"F9": Outcome.OPEN}
    assert outcomes() == expected
    assert blocking(judge(GOOD)) == []


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("F1", {"closes_at": NOW}),
        ("F1", {"closes_at": None}),
        ("F2", {"faults": 1}),
        ("F3", {"bad_codes": ["A"]}),
        ("F4", {"other_projects": {"B": 2}}),
        ("F5", {"partners": 3}),
        ("F6", {"directions": []}),
        ("F6", {"directions": ["control", "data"]}),
        ("F7", {"online": None}),
        ("F7", {"online": date(2026, 3, 20)}),
        ("F8", {"awards": ["A"]}),
        ("F9", {"quota_places": 3, "quota_used": 4}),
        ("F10", {"missing_files": ["A5"]}),
    ],
)
def test_one_broken_fact_breaks_one_item(code, changes):
    expected = outcomes(**{k: v for k, v in changes.items() if k.startswith("quota")})
    if code == "F9":
        expected = outcomes(quota_places=3, quota_used=3)
    assert outcomes(**changes) == expected | {code: Outcome.UNMET}


def test_on_time_excludes_the_closing_moment():
    assert on_time(replace(GOOD, handed_in_at=NOW, closes_at=NOW)).blocks
    assert on_time(replace(GOOD, closes_at=NOW + timedelta(microseconds=1))).is_met


@given(
    st.lists(st.sampled_from("ABCDE"), min_size=1, max_size=3, unique=True),
    st.dictionaries(st.sampled_from("ABCDE"), st.integers(0, 5)),
    st.integers(1, 4),
)
def test_limit_of_projects_names_exactly_the_entities_over_it(codes, others, limit):
    found = projects_within_limit(
        replace(GOOD, codes=codes, other_projects=others, projects_max=limit)
    )
    over = sorted(code for code in codes if others.get(code, 0) >= limit)
    assert found.figures["over"] == over
    assert found.is_met == (over == [])
    assert found.figures["count"] == others.get(codes[0], 0) + 1


@given(st.integers(0, 50), st.integers(0, 50))
def test_judging_is_complete_and_in_order(used, places):
    found = judge(replace(GOOD, quota_places=places, quota_used=used))
    assert [one.code for one in found] == [f"F{n}" for n in range(1, len(ITEMS) + 1)]
    assert found[8].is_met == (used <= places)
