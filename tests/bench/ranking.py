"""The estimate beside the rule against simulated truth, and its time at the largest size.

Seeded: the same figures every time, but for the seconds. Each scenario is 40 rounds of 300
entries (SD of quality 6) and 60 experts (severity 4, noise 6); found is the share of the true
top third that the figure puts into its top third.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter, process_time

import numpy as np

from evaluation.calibration import BallotTotal, Estimate, Settings, Status, estimate

ROUNDS, ENTRIES, EXPERTS = 40, 300, 60
QUALITY_SD, NOISE_SD, WILD = 6.0, 6.0, 25.0
QUICK = Settings(chains=2, draws=600, burn_in=150, leave_out=False)
TENTHS_FROM = 100  # entries a tenth must hold to be judged
CALIBRATION_TARGET, BRIER_TARGET, SECONDS_TARGET = 0.06, 0.10, 3.0


@dataclass(frozen=True)
class Scenario:
    name: str
    ballots: int
    wild: float
    severity: float
    gain_target: float | None = None


SCENARIOS = (
    Scenario("5 % wild ballots", 5, 0.05, 4.0, 3.0),
    Scenario("no wild ballots", 5, 0.0, 4.0),
    Scenario("all equally severe, no wild ballots", 5, 0.0, 0.0, 0.0),
    Scenario("all equally severe, 5 % wild", 5, 0.05, 0.0, 0.0),
    Scenario("7 ballots, 5 % wild", 7, 0.05, 4.0),
)


def simulated(
    scenario: Scenario, *, seed: int, entries: int = ENTRIES, experts: int = EXPERTS
) -> tuple[np.ndarray, np.ndarray, list[BallotTotal]]:
    """True quality, totals as an entries x ballots array, and the same as the model takes them."""
    rng = np.random.default_rng(seed)
    quality = rng.normal(75, QUALITY_SD, entries)
    severity = rng.normal(0, scenario.severity, experts)
    readers = np.argsort(rng.random((entries, experts)), axis=1)[:, : scenario.ballots]
    noise = rng.normal(0, NOISE_SD, readers.shape)
    noise += WILD * rng.choice([-1, 1], readers.shape) * (rng.random(readers.shape) < scenario.wild)
    totals = quality[:, None] + severity[readers] + noise
    ballots = [
        BallotTotal(f"n{entry:04}", f"e{expert:03}", float(total))
        for entry, row in enumerate(readers)
        for expert, total in zip(row, totals[entry], strict=True)
    ]
    return quality, totals, ballots


def found_share(figure: np.ndarray, quality: np.ndarray) -> float:
    """Per cent of the true top third that the figure puts into its own."""
    third = len(quality) // 3
    return 100 * len(set(np.argsort(-figure)[:third]) & set(np.argsort(-quality)[:third])) / third


def trimmed(totals: np.ndarray) -> np.ndarray:
    """The official rule's figure, one highest and one lowest dropped (floats will do here)."""
    return np.sort(totals, axis=1)[:, 1:-1].mean(axis=1)


def main() -> int:
    """Print every figure beside its target; 1 if one is missed."""
    print(f"{ROUNDS} rounds of {ENTRIES} entries, {EXPERTS} experts; share of the top third found")
    failed = False
    for scenario in SCENARIOS:
        failed |= _accuracy(scenario)
    failed |= _leaving_out()
    failed |= _time()
    print("all targets met" if not failed else "A TARGET IS MISSED")
    return int(failed)


def _accuracy(scenario: Scenario) -> bool:
    shares, chances, truths = [], [], []
    for number in range(ROUNDS):
        quality, totals, ballots = simulated(scenario, seed=number)
        figures = {entry.entry: entry for entry in _estimate(ballots, number).entries}
        by_entry = [figures[f"n{at:04}"] for at in range(ENTRIES)]
        means = np.array([figure.estimate for figure in by_entry])
        shares.append([found_share(f, quality) for f in (totals.mean(1), trimmed(totals), means)])
        chances.append([figure.selection for figure in by_entry])
        truths.append(np.argsort(np.argsort(-quality)) < ENTRIES // 3)
    mean, trim, model = np.mean(shares, axis=0)
    gains = np.diff(np.array(shares)[:, 1:], axis=1)[:, 0]
    error = gains.std(ddof=1) / np.sqrt(ROUNDS)
    target = scenario.gain_target
    missed = target is not None and bool(gains.mean() < target)
    aim = "" if target is None else f" (target >= {target:.0f})"
    print(
        f"{scenario.name:36} mean {mean:.1f}  trimmed {trim:.1f}  estimate {model:.1f}  "
        f"gain over trimmed {gains.mean():+.1f} +- {error:.1f}{aim}{' MISSED' * missed}"
    )
    if scenario is SCENARIOS[0]:
        missed |= _calibration(np.ravel(chances), np.ravel(truths))
    return missed


def _estimate(ballots: list[BallotTotal], seed: int) -> Estimate:
    directions = dict.fromkeys((ballot.entry for ballot in ballots), "all")
    result = estimate(ballots, directions, {"all": ENTRIES // 3}, seed, settings=QUICK)
    assert result.status == Status.SHOWN
    return result


def _calibration(chance: np.ndarray, truth: np.ndarray) -> bool:
    """Said against happened, in tenths of the probability of selection."""
    tenth = np.minimum((chance * 10).astype(int), 9)
    missed = False
    for number in range(10):
        inside = tenth == number
        if inside.sum() < TENTHS_FROM:
            continue
        said, happened = chance[inside].mean(), truth[inside].mean()
        is_off = bool(abs(said - happened) > CALIBRATION_TARGET)
        missed |= is_off
        print(
            f"    said {number / 10:.1f}-{(number + 1) / 10:.1f}: mean {said:.3f}, happened "
            f"{happened:.3f}, {inside.sum():5} entries (within {CALIBRATION_TARGET})"
            f"{' MISSED' * is_off}"
        )
    brier = float(((chance - truth) ** 2).mean())
    print(f"    Brier {brier:.3f} (target <= {BRIER_TARGET:.2f})")
    return missed or brier > BRIER_TARGET


def _leaving_out() -> bool:
    """How far reweighting is from fitting again without the expert (reported, no target)."""
    scenario = SCENARIOS[0]
    _, _, ballots = simulated(scenario, seed=99, entries=60, experts=24)
    directions = {ballot.entry: "all" for ballot in ballots}
    whole = estimate(ballots, directions, {"all": 20}, 1)
    plain = {entry.entry: entry.estimate for entry in whole.entries}
    edges: dict[str, list[float]] = {entry: [] for entry in plain}
    for expert in sorted({ballot.expert for ballot in ballots}):
        rest = [ballot for ballot in ballots if ballot.expert != expert]
        seen = {ballot.entry for ballot in ballots if ballot.expert == expert}
        again = estimate(rest, directions, {"all": 20}, 1, settings=Settings(leave_out=False))
        for entry in again.entries:
            if entry.entry in seen:
                edges[entry.entry].append(entry.estimate)
    gaps = [
        gap
        for entry in whole.entries
        if entry.without_low is not None and entry.without_high is not None
        for gap in (
            abs(entry.without_low - min(edges[entry.entry])),
            abs(entry.without_high - max(edges[entry.entry])),
        )
    ]
    moves = [abs(v - plain[entry]) for entry, values in edges.items() for v in values]
    print(
        f"leave one expert out, 60 x 24 x 5: refitting moves an entry {np.mean(moves):.2f} points "
        f"on average; ends of the ranges by reweighting differ {np.mean(gaps):.2f} on average, "
        f"{max(gaps):.2f} at most; {whole.diagnostics.refits if whole.diagnostics else 0} refits"
    )
    return False


def _time() -> bool:
    _, _, ballots = simulated(SCENARIOS[0], seed=1, entries=2000, experts=300)
    directions = {ballot.entry: f"d{int(ballot.entry[1:]) % 8}" for ballot in ballots}
    places = {f"d{number}": 83 for number in range(8)}
    seconds = cpu = float("inf")
    for _ in range(3):  # the best of three: what else the machine does is not measured
        started, cpu_started = perf_counter(), process_time()
        result = estimate(ballots, directions, places, 1)
        seconds = min(seconds, perf_counter() - started)
        cpu = min(cpu, process_time() - cpu_started)
    print(
        f"2,000 x 300 x 5, 4 chains of 1,000 kept draws, probabilities and leave-one-out ranges: "
        f"{seconds:.2f} s (target < {SECONDS_TARGET:.0f} on 2 idle cores), {cpu:.2f} s of processor"
    )
    print(f"    {result.diagnostics}")
    return seconds >= SECONDS_TARGET
