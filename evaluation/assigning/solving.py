"""From entries and experts to panels: the steps, cheapest first.

A linear program on the promising arcs is whole by itself almost always; where it is not, the
same as an integer program; if the promising arcs do not suffice, all arcs; if no panel keeps
every rule, the program that bends them, in the order of their rank, and says which.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from evaluation.assigning.affinity import WHOLE
from evaluation.assigning.highs import best_values, is_whole
from evaluation.assigning.model import (
    Columns,
    Floats,
    Ground,
    Program,
    Row,
    bending_columns,
    columns_of,
    ground_of,
    program_of,
    promising_arcs,
    with_floor,
)
from evaluation.assigning.problem import (
    Assignment,
    AssignmentRules,
    Candidate,
    Entry,
    Load,
    RuleCode,
    Seat,
    Shortfall,
    Status,
)

TIME_LIMIT = 60.0  # seconds for one program
FAIR_STEP = 25  # points of an entry's sum worth another solution
# What bending a rule by one seat costs, in affinity points: the least rule more than any seat
# is worth, each next three times the one before.
BENDING_COST = {rule: 4000.0 * 3**rank for rank, rule in enumerate(RuleCode)}
DEFAULT_RULES = AssignmentRules()


def assign(
    entries: Iterable[Entry],
    candidates: Iterable[Candidate],
    *,
    conflicts: Iterable[Seat] = (),
    rules: AssignmentRules = DEFAULT_RULES,
    seed: int = 0,
) -> Assignment:
    """The panels with the greatest affinity in sum; among equals the seed draws (随机抽取).

    Same inputs and seed, same answer, whatever order they come in. ValueError for a doubled id.
    """
    started = perf_counter()
    ground = ground_of(entries, candidates, conflicts, rules, seed)
    found = _within_rules(ground) or _bent(ground)
    return _answer(ground, found, seed, started)


def assign_fairly(
    entries: Iterable[Entry],
    candidates: Iterable[Candidate],
    *,
    conflicts: Iterable[Seat] = (),
    rules: AssignmentRules = DEFAULT_RULES,
    seed: int = 0,
) -> Assignment:
    """Panels whose worst-served entry is served as well as can be, then the greatest sum.

    The bound is found by halving, to within 25 points of an entry's sum, with a solution for
    each try. Where rules must bend the answer is that of `assign`.
    """
    started = perf_counter()
    ground = ground_of(entries, candidates, conflicts, rules, seed)
    best = _within_rules(ground)
    if best is None:
        return _answer(ground, _bent(ground), seed, started)
    low, high = _worst(ground, best.seats)[1], _reachable(ground)
    while high - low > FAIR_STEP:
        middle = (low + high + 1) // 2
        tried = _within_rules(ground, floor=middle)
        if tried is None:
            high = middle - 1
        else:
            best, low = tried, _worst(ground, tried.seats)[1]
    return _answer(ground, best, seed, started)


@dataclass(frozen=True, slots=True)
class _Found:
    """A solution: (entry, candidate) numbers, and the rules it bends."""

    status: Status
    seats: tuple[tuple[int, int], ...]
    variables: int
    shortfalls: tuple[Shortfall, ...] = ()


def _within_rules(ground: Ground, floor: int = 0) -> _Found | None:
    """The best panels that keep every rule and give each entry at least `floor`, if any do."""
    for arcs in _arc_sets(ground):
        program = program_of(ground, arcs)
        values = _solved(columns_of(with_floor(ground, program, floor) if floor else program))
        if values is not None:
            return _Found(Status.OPTIMAL, _seats(program, values), len(values))
    return None


def _arc_sets(ground: Ground) -> Iterator[NDArray[np.bool_]]:
    """The promising arcs, then all of them if those were fewer."""
    promising = promising_arcs(ground)
    yield promising
    if promising.sum() < ground.allowed.sum():
        yield ground.allowed


def _bent(ground: Ground) -> _Found:
    """The panels that bend the rules least, over all arcs, and what they bend."""
    program = program_of(ground, ground.allowed)
    columns, slack_row = bending_columns(program, BENDING_COST)
    values = _solved(columns)
    if values is None:
        return _Found(Status.FAILED, (), len(columns.worth))
    slacks = np.rint(values[len(program.entry) :]).astype(int)
    shortfalls = tuple(
        _shortfall(program.rows[row], int(missing))
        for row, missing in zip(slack_row.tolist(), slacks.tolist(), strict=True)
        if missing > 0
    )
    return _Found(Status.BENT, _seats(program, values), len(values), shortfalls)


def _solved(columns: Columns) -> Floats | None:
    """As a linear program; as an integer program only if that came out in parts."""
    values = best_values(columns, whole=False, seconds=TIME_LIMIT)
    if values is None or is_whole(values):
        return values
    return best_values(columns, whole=True, seconds=TIME_LIMIT)


def _shortfall(row: Row, missing: int) -> Shortfall:
    assert row.rule is not None
    return Shortfall(row.rule, missing, entry=row.entry, expert=row.expert, subject=row.subject)


def _seats(program: Program, values: Floats) -> tuple[tuple[int, int], ...]:
    taken = np.flatnonzero(values[: len(program.entry)] > 0.5)
    pairs = zip(program.entry[taken].tolist(), program.candidate[taken].tolist(), strict=True)
    return tuple(sorted(pairs))


def _worst(ground: Ground, seats: Sequence[tuple[int, int]]) -> tuple[str, int]:
    """The entry with the least affinity in sum (the first of equals by id), and that sum."""
    sums = [0] * len(ground.entries)
    for entry, candidate in seats:
        sums[entry] += int(ground.affinity[entry, candidate])
    if not sums:
        return "", 0
    worst = sums.index(min(sums))
    return ground.entries[worst].id, sums[worst]


def _reachable(ground: Ground) -> int:
    """No bound above this can hold: the least, over entries, of their best experts' sum."""
    value = np.where(ground.allowed, ground.affinity, 0)
    best = np.sort(value, axis=1)[:, -ground.rules.size :]
    return int(best.sum(axis=1).min(initial=ground.rules.size * WHOLE))


def _answer(ground: Ground, found: _Found, seed: int, started: float) -> Assignment:
    worst_entry, worst_affinity = _worst(ground, found.seats)
    loads = Counter(candidate for _, candidate in found.seats)
    return Assignment(
        status=found.status,
        seats=tuple((ground.entries[e].id, ground.candidates[c].id) for e, c in found.seats),
        affinity=sum(int(ground.affinity[seat]) for seat in found.seats),
        worst_entry=worst_entry,
        worst_affinity=worst_affinity,
        loads=tuple(Load(c.id, loads[at]) for at, c in enumerate(ground.candidates)),
        shortfalls=found.shortfalls,
        seed=seed,
        seconds=round(perf_counter() - started, 3),
        variables=found.variables,
    )
