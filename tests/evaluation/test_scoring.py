import random
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.criteria import DEFAULT_CRITERIA, BallotError, CriterionSet
from evaluation.scoring import (
    AggregationRule,
    Ballot,
    EntryBallots,
    Outcome,
    needs_talk,
    official_score,
    official_without,
    rank_entries,
    trimmed_mean,
)
from portal.core.exact import canonical_json, round_half_up

CRITERIA = DEFAULT_CRITERIA
ITEMS = {item.code: item.points for item in CRITERIA.items()}

half_points = st.integers(0, 200).map(lambda n: Decimal(n) / 2)


def totals(*values):
    return [Decimal(value) for value in values]


def ballot(expert, less=0, **items):
    """A ballot at full marks, `less` points taken off from the last items on, some items set."""
    points, left = dict(ITEMS), Decimal(str(less))
    for code in reversed(list(points)):
        taken = min(points[code], left)
        points[code], left = points[code] - taken, left - taken
    return Ballot(expert, points | {code: Decimal(str(value)) for code, value in items.items()})


def case(entry, *totals_given, direction="control", **extra):
    """An entry whose ballots have the given totals, by experts e0, e1, ..."""
    ballots = tuple(ballot(f"e{n}", less=100 - total) for n, total in enumerate(totals_given))
    return EntryBallots(entry, direction, ballots, **extra)


def ranking(*cases, **places):
    return rank_entries(cases, criteria=CRITERIA, places=places)


def outcomes(result):
    return {row.entry: (row.rank, row.outcome) for row in result.rows}


def test_trimmed_mean_drops_one_highest_and_one_lowest():
    assert trimmed_mean(totals(10, 80, 82, 87, 100)) == Fraction(83)


def test_trimmed_mean_drops_only_one_of_equal_highest():
    assert trimmed_mean(totals(60, 90, 90, 90, 90)) == Fraction(90)


@pytest.mark.parametrize(
    ("given_totals", "expected"),
    [
        ([], None),
        ([80], None),
        ([80, 90], None),
        ([80, 90, 100], Fraction(90)),
        ([70, 80, 90, 100], Fraction(85)),
    ],
)
def test_trimmed_mean_below_five_ballots_keeps_all_or_is_invalid(given_totals, expected):
    assert trimmed_mean(totals(*given_totals)) == expected


@given(st.lists(half_points, min_size=3, max_size=11))
def test_trimmed_mean_equals_fraction_arithmetic(values):
    exact = sorted(Fraction(value) for value in values)
    kept = exact[1:-1] if len(exact) >= 5 else exact
    assert trimmed_mean(values) == sum(kept) / Fraction(len(kept))


@given(st.lists(half_points, min_size=3, max_size=9), st.randoms())
def test_trimmed_mean_does_not_depend_on_order(values, rng):
    shuffled = list(values)
    rng.shuffle(shuffled)
    assert trimmed_mean(shuffled) == trimmed_mean(values)


@given(st.lists(half_points, min_size=3, max_size=9), st.data())
def test_trimmed_mean_never_falls_when_one_total_rises(values, data):
    place = data.draw(st.integers(0, len(values) - 1))
    raised = list(values)
    raised[place] = data.draw(
        st.integers(int(values[place] * 2), 200).map(lambda n: Decimal(n) / 2)
    )
    assert trimmed_mean(raised) >= trimmed_mean(values)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Fraction(84005, 1000), "84.01"),
        (Fraction(84004999, 1000000), "84.00"),
        (Fraction(250, 3), "83.33"),
        (Fraction(200, 3), "66.67"),
        (Fraction(0), "0.00"),
    ],
)
def test_round_half_up_keeps_two_decimals(value, expected):
    assert str(round_half_up(value)) == expected


@given(st.lists(half_points, min_size=3, max_size=9))
def test_official_score_is_within_half_a_hundredth(values):
    gap = Fraction(official_score(values)) - trimmed_mean(values)
    assert Fraction(-1, 200) < gap <= Fraction(1, 200)


@pytest.mark.parametrize(
    ("given_totals", "expected"), [([70, 80, "89.5"], False), ([70, 80, 90], True), ([], False)]
)
def test_needs_talk_begins_at_twenty_points(given_totals, expected):
    assert needs_talk(totals(*given_totals)) is expected


@pytest.mark.parametrize(
    ("item", "points", "expected"),
    [
        ("C1a", "8.5", True),
        ("C1a", "9", False),
        ("C1a", "13", False),
        ("C1a", "13.5", True),
        ("C4b", "4", True),  # 57.1 %
        ("C4b", "4.5", False),  # 64.3 %
        ("C4b", "6", False),  # 85.7 %
        ("C4b", "6.5", True),  # 92.9 %
    ],
)
def test_comment_needed_below_sixty_and_from_ninety_per_cent(item, points, expected):
    assert CRITERIA.comment_needed(CRITERIA.item(item), Decimal(points)) is expected


def test_bands_cover_every_step_once():
    for item in CRITERIA.items():
        bands = sorted(CRITERIA.bands(item), key=lambda band: band.low)
        assert bands[0].low == 0
        assert bands[-1].high == item.points
        gaps = {low.low - high.high for high, low in pairwise(bands)}
        assert gaps == {CRITERIA.step}


def test_default_criteria_weigh_as_the_template_says():
    weights = {criterion.code: criterion.points for criterion in CRITERIA.criteria}
    assert weights == {"C1": 25, "C2": 25, "C3": 20, "C4": 15, "C5": 10, "C6": 5}


def test_criteria_survive_storage():
    assert CriterionSet.from_data(CRITERIA.as_data()) == CRITERIA
    assert AggregationRule.from_data(AggregationRule().as_data()) == AggregationRule()


def test_criteria_that_do_not_add_up_are_refused():
    with pytest.raises(ValueError, match="100 points"):
        replace(CRITERIA, criteria=CRITERIA.criteria[:-1])


def test_faults_name_item_and_reason():
    points = dict(ITEMS) | {"C1a": Decimal(16), "C1b": Decimal("7.3"), "C2a": Decimal(10)}
    points["C9x"] = points.pop("C2b")
    comments = dict.fromkeys(ITEMS, "证据经第三方检测核验，口径前后一致，数据可以复现。")
    comments["C6a"] = "好 " * 19
    found = [(fault.item, fault.code) for fault in CRITERIA.faults(points, comments)]
    assert found == [
        ("C1a", "out_of_range"),
        ("C1b", "off_step"),
        ("C2b", "missing"),
        ("C6a", "comment_short"),
        ("C9x", "unknown_item"),
    ]


def test_total_of_an_incomplete_ballot_is_refused():
    with pytest.raises(BallotError) as caught:
        CRITERIA.total({"C1a": Decimal(10)})
    assert (caught.value.code, caught.value.item) == ("missing", "C1b")


def test_ranking_orders_cuts_and_explains_every_entry():
    result = ranking(
        case("a", 80, 80, 80),
        case("b", 90, 90, 90),
        case("c", 75, 75, 75),
        case("d", 69, 70, 70),
        case("e", 99, 99),
        case("f", 99, 99, 99, has_upheld_veto=True),
        case("g", 70, 70, 70, direction="data"),
        control=2,
        data=1,
    )
    assert outcomes(result) == {
        "b": (1, Outcome.PROPOSED),
        "a": (2, Outcome.PROPOSED),
        "c": (3, Outcome.NOT_SELECTED),
        "d": (4, Outcome.BELOW_PASS),
        "e": (None, Outcome.INVALID),
        "f": (None, Outcome.VETOED),
        "g": (1, Outcome.PROPOSED),
    }
    assert [row.entry for row in result.rows] == ["b", "a", "c", "d", "e", "f", "g"]
    assert result.proposed() == {"a", "b", "g"}


def test_pass_mark_is_compared_with_the_published_score():
    ballots = tuple(ballot(f"e{n}", less=30) for n in range(99)) + (ballot("e99", less="30.5"),)
    exact = EntryBallots("a", "control", ballots)
    rule = AggregationRule(trim_from=1000)
    row = rank_entries([exact], criteria=CRITERIA, places={"control": 1}, rule=rule).rows[0]
    assert (row.score, row.outcome) == (Decimal("70.00"), Outcome.PROPOSED)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"C1a": 13}, {"C2a": 13}),  # equal totals: C2 first
        ({"C3a": 10}, {"C1a": 13}),  # then C1
        ({"C4a": 6}, {"C3a": 10}),  # then C3
    ],
)
def test_ties_fall_to_effect_then_innovation_then_use(better, worse):
    first = EntryBallots("z", "control", tuple(ballot(f"e{n}", **better) for n in range(5)))
    second = EntryBallots("a", "control", tuple(ballot(f"e{n}", **worse) for n in range(5)))
    result = ranking(first, second, control=1)
    assert outcomes(result) == {"z": (1, Outcome.PROPOSED), "a": (2, Outcome.NOT_SELECTED)}


def test_equal_in_every_figure_shares_the_rank_and_needs_a_vote():
    result = ranking(*(case(key, 80, 80, 80) for key in "abc"), case("d", 90, 90, 90), control=2)
    assert outcomes(result) == {
        "d": (1, Outcome.PROPOSED),
        "a": (2, Outcome.TIED_AT_CUT),
        "b": (2, Outcome.TIED_AT_CUT),
        "c": (2, Outcome.TIED_AT_CUT),
    }
    assert [row.needs_vote for row in result.rows] == [False, True, True, True]


def test_recorded_vote_settles_a_tie_only_when_it_places_all():
    votes = {"a": 2, "b": 1}
    tied = [case(key, 80, 80, 80, vote_place=place) for key, place in votes.items()]
    assert outcomes(ranking(*tied, control=1)) == {
        "b": (1, Outcome.PROPOSED),
        "a": (2, Outcome.NOT_SELECTED),
    }
    partly = [tied[0], replace(tied[1], vote_place=None)]
    assert {outcome for _, outcome in outcomes(ranking(*partly, control=1)).values()} == {
        Outcome.TIED_AT_CUT
    }


def test_vote_never_overrides_the_figures():
    result = ranking(
        case("a", 80, 80, 80, vote_place=1), case("b", 81, 81, 81, vote_place=2), control=1
    )
    assert outcomes(result) == {"b": (1, Outcome.PROPOSED), "a": (2, Outcome.NOT_SELECTED)}


def random_round(seed, entries=24):
    rng = random.Random(seed)
    return [
        case(
            f"n{number:02}",
            *(rng.randint(120, 200) / 2 for _ in range(rng.randint(2, 6))),
            direction=rng.choice(["control", "data", "network"]),
        )
        for number in range(entries)
    ]


def test_ranking_bytes_do_not_depend_on_the_order_of_inputs():
    cases = random_round(7)
    shuffled = [replace(c, ballots=tuple(reversed(c.ballots))) for c in reversed(cases)]
    places = {"control": 3, "data": 3, "network": 3}
    first = rank_entries(cases, criteria=CRITERIA, places=places)
    again = rank_entries(shuffled, criteria=CRITERIA, places=dict(reversed(list(places.items()))))
    assert again.canonical_json() == first.canonical_json()
    assert again.digest() == first.digest()


def test_digest_does_not_depend_on_trailing_zeros_but_on_every_point():
    one = case("a", 80, 80, 80)
    padded = replace(
        one,
        ballots=tuple(
            replace(b, points={k: v.quantize(Decimal("0.000")) for k, v in b.points.items()})
            for b in one.ballots
        ),
    )
    other = replace(one, ballots=(*one.ballots[:2], ballot("e2", less="19.5")))
    digests = [ranking(c, control=1).inputs_digest for c in (one, padded, other)]
    assert digests[0] == digests[1]
    assert digests[0] != digests[2]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_ranks_are_competition_ranks_of_the_published_score(seed):
    cases = random_round(seed, entries=12)
    rows = rank_entries(cases, criteria=CRITERIA, places={}).rows
    for row in rows:
        ahead = [
            other
            for other in rows
            if other.direction == row.direction
            and other.score is not None
            and row.score is not None
            and other.score > row.score
        ]
        equal = [
            o for o in rows if o.direction == row.direction and o.score == row.score is not None
        ]
        if row.rank is not None:
            assert len(ahead) < row.rank <= len(ahead) + len(equal)


def test_official_without_equals_ranking_the_rest():
    cases, places = random_round(11), {"control": 3, "data": 2, "network": 3}
    whole = rank_entries(cases, criteria=CRITERIA, places=places)
    for result in official_without(cases, criteria=CRITERIA, places=places):
        rest = [
            replace(c, ballots=tuple(b for b in c.ballots if b.expert != result.expert))
            for c in cases
        ]
        expected = rank_entries(rest, criteria=CRITERIA, places=places)
        ranks = {row.entry: row.rank for row in expected.rows}
        assert {entry: ranks[entry] for entry in result.ranks} == result.ranks
        assert set(result.entered) == expected.proposed() - whole.proposed()
        assert set(result.left) == whole.proposed() - expected.proposed()


def test_doubled_entry_or_expert_is_refused():
    with pytest.raises(ValueError, match="twice"):
        ranking(case("a", 80, 80, 80), case("a", 80, 80, 80))
    with pytest.raises(ValueError, match="two ballots"):
        ranking(EntryBallots("a", "control", (ballot("e1"), ballot("e1"))))


def test_canonical_json_sorts_keys_and_refuses_floats():
    assert canonical_json({"乙": Decimal("70.50"), "a": [True, None, Decimal("0.00")]}) == (
        '{"a":[true,null,"0"],"乙":"70.5"}'.encode()
    )
    with pytest.raises(TypeError, match="float"):
        canonical_json({"score": 70.5})
