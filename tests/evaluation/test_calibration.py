import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.calibration import BallotTotal, NoticeCode, Settings, Status, estimate
from evaluation.calibration.diagnostics import worst
from evaluation.calibration.ranks import interval, ranks_of
from evaluation.calibration.table import connected_parts
from tests.bench.ranking import SCENARIOS, found_share, simulated, trimmed

QUICK = Settings(chains=2, draws=200, burn_in=100, leave_out=False)


def ballots_of(rows):
    """Ballots from {entry: {expert: total}}."""
    return [
        BallotTotal(entry, expert, total)
        for entry, totals in rows.items()
        for expert, total in totals.items()
    ]


def one_direction(ballots):
    return dict.fromkeys((ballot.entry for ballot in ballots), "control")


def small_round(seed=3, entries=12, experts=8):
    _, _, ballots = simulated(SCENARIOS[1], seed=seed, entries=entries, experts=experts)
    return ballots


def test_estimate_is_the_same_for_the_same_seed_whatever_the_order():
    ballots = small_round()
    first = estimate(ballots, one_direction(ballots), {"control": 4}, 7, settings=QUICK)
    again = estimate(ballots[::-1], one_direction(ballots), {"control": 4}, 7, settings=QUICK)
    other = estimate(ballots, one_direction(ballots), {"control": 4}, 8, settings=QUICK)
    assert again == first
    assert other.entries != first.entries


def test_estimate_survives_json():
    ballots = small_round()
    found = estimate(ballots, one_direction(ballots), {"control": 4}, 7, settings=QUICK)
    assert json.loads(json.dumps(found.as_data()))["entries"][0]["entry"] == found.entries[0].entry


def test_estimate_finds_more_of_the_truly_best_than_the_trimmed_mean():
    gains = []
    for seed in range(4):
        quality, totals, ballots = simulated(SCENARIOS[0], seed=seed)
        found = estimate(ballots, one_direction(ballots), {"control": 100}, seed, settings=QUICK)
        means = {entry.entry: entry.estimate for entry in found.entries}
        model = np.array([means[f"n{at:04}"] for at in range(len(quality))])
        gains.append(found_share(model, quality) - found_share(trimmed(totals), quality))
    assert np.mean(gains) > 1


def test_estimate_recovers_the_severity_of_experts():
    rng = np.random.default_rng(5)
    severity = {"kind": 8.0, "fair1": 0.0, "fair2": 0.0, "strict": -8.0}
    rows = {
        f"n{at:02}": {
            expert: quality + shift + rng.normal(0, 2) for expert, shift in severity.items()
        }
        for at, quality in enumerate(rng.normal(75, 6, 20))
    }
    ballots = ballots_of(rows)
    found = estimate(ballots, one_direction(ballots), {"control": 5}, 1, settings=QUICK)
    told = {expert.expert: expert for expert in found.experts}
    for expert, shift in severity.items():
        assert told[expert].severity == pytest.approx(shift, abs=1.5)
        assert told[expert].low < shift < told[expert].high
    assert sum(expert.severity for expert in found.experts) == pytest.approx(0, abs=1e-3)


def test_one_wild_ballot_moves_the_estimate_less_than_the_mean():
    rows = {
        f"n{entry}": {f"e{expert}": 70.0 + entry + expert / 2 for expert in range(5)}
        for entry in range(10)
    }
    plain = estimate(
        ballots_of(rows), one_direction(ballots_of(rows)), {"control": 3}, 1, settings=QUICK
    )
    rows["n5"]["e0"] -= 40
    wild = estimate(
        ballots_of(rows), one_direction(ballots_of(rows)), {"control": 3}, 1, settings=QUICK
    )
    before = {entry.entry: entry.estimate for entry in plain.entries}["n5"]
    after = {entry.entry: entry.estimate for entry in wild.entries}["n5"]
    assert before - after < 40 / 5 / 2


def test_entries_with_fewer_than_three_ballots_get_no_figures():
    rows = {f"n{n}": {f"e{e}": 70.0 + n + e for e in range(3)} for n in range(4)}
    rows["few"] = {"e0": 90.0, "e1": 91.0}
    ballots = ballots_of(rows)
    found = estimate(ballots, one_direction(ballots), {"control": 2}, 1, settings=QUICK)
    assert [(u.entry, u.ballots) for u in found.unestimated] == [("few", 2)]
    assert {entry.entry for entry in found.entries} == {"n0", "n1", "n2", "n3"}


def test_no_ballots_or_too_few_is_empty():
    assert estimate([], {}, {}, 1).status == Status.EMPTY
    few = [BallotTotal("n", "e", 80.0)]
    found = estimate(few, {"n": "control"}, {}, 1)
    assert (found.status, [u.entry for u in found.unestimated]) == (Status.EMPTY, ["n"])


def test_notices_name_parts_split_directions_bounds_and_lone_ballots():
    rows = {f"a{n}": {f"e{e}": 100.0 for e in range(3)} for n in range(3)}
    rows |= {f"b{n}": {f"f{e}": 70.0 + n for e in range(3)} for n in range(3)}
    rows["b0"]["lone"] = 71.0
    ballots = ballots_of(rows)
    found = estimate(ballots, one_direction(ballots), {"control": 2}, 1, settings=QUICK)
    told = [(n.code, n.subject) for n in found.notices if n.code != NoticeCode.NOT_CONVERGED]
    assert told == [
        (NoticeCode.COMPONENTS, ""),
        (NoticeCode.DIRECTION_SPLIT, "control"),
        (NoticeCode.AT_BOUND, ""),
        (NoticeCode.LITTLE_EVIDENCE, "lone"),
    ]
    assert {e.entry: e.component for e in found.entries} == dict.fromkeys(
        ("a0", "a1", "a2"), 0
    ) | dict.fromkeys(("b0", "b1", "b2"), 1)
    assert {e.expert: e.has_little_evidence for e in found.experts}["lone"] is True


def test_chains_that_disagree_are_refused():
    ballots = small_round()
    hasty = Settings(chains=4, draws=4, burn_in=0, leave_out=False, r_hat_limit=1.05)
    found = estimate(ballots, one_direction(ballots), {"control": 4}, 1, settings=hasty)
    assert found.status == Status.REFUSED
    assert found.notices[0].code == NoticeCode.NOT_CONVERGED
    assert found.diagnostics.r_hat > 1.05


def test_a_real_round_converges_at_the_default_length():
    _, _, ballots = simulated(SCENARIOS[0], seed=1, entries=48, experts=24)
    found = estimate(ballots, one_direction(ballots), {"control": 12}, 1)
    assert found.status == Status.SHOWN
    assert found.diagnostics.effective_size > 100


def test_figures_of_an_entry_hang_together():
    ballots = small_round()
    found = estimate(
        ballots,
        one_direction(ballots),
        {"control": 4},
        2,
        settings=replace(QUICK, leave_out=True),
    )
    assert [entry.rank for entry in found.entries] == list(range(1, 13))
    assert sum(entry.selection for entry in found.entries) == pytest.approx(4, abs=0.01)
    for entry in found.entries:
        assert entry.low < entry.estimate < entry.high
        assert 1 <= entry.rank_low <= entry.rank <= entry.rank_high <= 12
        assert entry.without_low <= entry.without_high
        assert entry.without_rank_low <= entry.without_rank_high
        assert entry.is_close_call == (0.2 <= entry.selection <= 0.8)


def test_cut_pairs_follow_the_official_order_around_the_line():
    ballots = small_round()
    order = {"control": [f"n{at:04}" for at in range(12)]}
    found = estimate(
        ballots, one_direction(ballots), {"control": 4}, 1, order=order, settings=QUICK
    )
    assert [(pair.ahead, pair.behind) for pair in found.cuts] == [
        (f"n{at:04}", f"n{at + 1:04}") for at in range(1, 6)
    ]


def test_leaving_an_expert_out_comes_near_to_fitting_without_him():
    ballots = small_round(entries=20, experts=10)
    settings = Settings(chains=2, draws=300, burn_in=100)
    whole = estimate(ballots, one_direction(ballots), {"control": 6}, 1, settings=settings)
    lows: dict[str, list[float]] = {}
    for expert in {ballot.expert for ballot in ballots}:
        rest = [ballot for ballot in ballots if ballot.expert != expert]
        seen = {ballot.entry for ballot in ballots if ballot.expert == expert}
        again = estimate(
            rest,
            one_direction(rest),
            {"control": 6},
            1,
            settings=replace(settings, leave_out=False),
        )
        for entry in again.entries:
            if entry.entry in seen:
                lows.setdefault(entry.entry, []).append(entry.estimate)
    gaps = [abs(entry.without_low - min(lows[entry.entry])) for entry in whole.entries]
    assert np.mean(gaps) < 0.6


def test_an_entry_that_needs_every_ballot_has_no_range_without_experts():
    rows = {f"n{n}": {f"e{e}": 70.0 + n + e for e in range(3)} for n in range(4)}
    ballots = ballots_of(rows)
    found = estimate(
        ballots,
        one_direction(ballots),
        {"control": 2},
        1,
        settings=replace(QUICK, leave_out=True),
    )
    assert {(entry.without_low, entry.without_rank_low) for entry in found.entries} == {
        (None, None)
    }


def test_doubled_ballot_is_refused():
    with pytest.raises(ValueError, match="two ballots"):
        estimate([BallotTotal("n", "e", 1.0), BallotTotal("n", "e", 2.0)], {"n": "control"}, {}, 1)


@given(
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 5)), min_size=1, unique=True),
    st.randoms(),
)
def test_connected_parts_equal_a_plain_search(pairs, rng):
    entry = np.array([e for e, _ in pairs])
    expert = np.array([x for _, x in pairs])
    parts, expert_parts = connected_parts(entry, expert, 8, 6)
    for start in range(8):
        reached, frontier = {start}, [start]
        while frontier:
            at = frontier.pop()
            readers = {x for e, x in pairs if e == at}
            new = {e for e, x in pairs if x in readers} - reached
            reached |= new
            frontier += new
        assert {e for e in range(8) if parts[e] == parts[start]} == reached
    assert all(parts[e] == expert_parts[x] for e, x in pairs)


@settings(max_examples=30)
@given(st.integers(0, 10**6))
def test_ranks_equal_counting_those_ahead(seed):
    draws = np.random.default_rng(seed).normal(size=(5, 7))
    counted = 1 + (draws[:, None, :] > draws[:, :, None]).sum(axis=2)
    assert ranks_of(draws).tolist() == counted.tolist()


def test_interval_leaves_two_and_a_half_per_cent_on_each_side():
    low, high = interval(np.arange(1000.0)[:, None])
    assert (low[0], high[0]) == (25.0, 974.0)


def test_diagnostics_know_independent_draws_from_drifting_ones():
    rng = np.random.default_rng(1)
    good = [rng.normal(size=(1000, 3)) for _ in range(4)]
    r_hat, size = worst([good])
    assert r_hat < 1.01
    assert 3000 < size <= 4000
    apart = [chain + number for number, chain in enumerate(good)]
    assert worst([apart])[0] > 1.2
    slow = [np.cumsum(chain, axis=0) for chain in good]
    assert worst([slow])[1] < 100
