"""The assignment as a linear program: arcs, rows of rules, and the arrays HiGHS wants.

Built with numpy, column by column; nothing here solves anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from evaluation.assigning.affinity import affinities
from evaluation.assigning.problem import AssignmentRules, Candidate, Entry, RuleCode, Seat

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

BEST_OF_ENTRY = 40
BEST_OF_KIND = 12
BEST_OF_EXPERT = 30
UNBOUNDED = np.inf


@dataclass(frozen=True, slots=True)
class Ground:
    """Entries and candidates in a fixed order, with what each pair is worth."""

    entries: tuple[Entry, ...]
    candidates: tuple[Candidate, ...]
    rules: AssignmentRules
    affinity: Ints
    allowed: NDArray[np.bool_]
    draw: Floats  # lots: below one point of affinity over a whole panel


@dataclass(frozen=True, slots=True)
class Row:
    """One side of one rule for one entry or expert: `low` <= seats counted <= `high`."""

    rule: RuleCode | None  # None: a bound set for this solution, not a rule
    low: float
    high: float
    entry: str = ""
    expert: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Program:
    """Arcs (entry and candidate numbers), the rules' rows, and what each arc counts in each."""

    entry: Ints
    candidate: Ints
    value: Floats
    rows: tuple[Row, ...]
    row_at: Ints
    arc_at: Ints
    counts: Floats


@dataclass(frozen=True, slots=True)
class Columns:
    """A maximisation: each column's worth and bounds, and the matrix as (row, column, count)."""

    worth: Floats
    upper: Floats
    integral: NDArray[np.bool_]
    row_low: Floats
    row_high: Floats
    row_at: Ints
    column_at: Ints
    counts: Floats


def ground_of(
    entries: Iterable[Entry],
    candidates: Iterable[Candidate],
    conflicts: Iterable[Seat],
    rules: AssignmentRules,
    seed: int,
) -> Ground:
    """Order by id, so that the same seed draws the same lots whatever order things came in.

    Rule: a declared conflict, or an employer among the entry's organisations, bars the pair.
    """
    rows = tuple(sorted(entries, key=lambda entry: entry.id))
    columns = tuple(sorted(candidates, key=lambda candidate: candidate.id))
    if len({e.id for e in rows}) < len(rows) or len({c.id for c in columns}) < len(columns):
        raise ValueError("an entry or an expert is given twice")
    barred = set(conflicts)
    allowed = np.array(
        [
            [
                (entry.id, candidate.id) not in barred
                and (
                    not candidate.organisation or candidate.organisation not in entry.organisations
                )
                for candidate in columns
            ]
            for entry in rows
        ],
        dtype=bool,
    ).reshape(len(rows), len(columns))
    lots = np.random.default_rng(seed).random(allowed.shape)
    return Ground(
        entries=rows,
        candidates=columns,
        rules=rules,
        affinity=affinities(rows, columns, rules.related),
        allowed=allowed,
        # Much smaller lots leave the program so full of ties that it takes three times as long.
        draw=lots / rules.size,
    )


def promising_arcs(ground: Ground) -> NDArray[np.bool_]:
    """The arcs worth a variable: best experts of each entry, of each kind, best entries of each."""
    value = np.where(ground.allowed, ground.affinity + ground.draw, -1.0)
    kept = _best(value, BEST_OF_ENTRY)
    kinds = np.array([candidate.kind for candidate in ground.candidates])
    for kind in np.unique(kinds):
        columns = np.flatnonzero(kinds == kind)
        kept[:, columns] |= _best(value[:, columns], BEST_OF_KIND)
    kept |= _best(value.T, BEST_OF_EXPERT).T
    return kept & ground.allowed


def program_of(ground: Ground, arcs: NDArray[np.bool_]) -> Program:
    """The program over these arcs, with one row for every rule that could be broken."""
    entry, candidate = np.nonzero(arcs)
    places = [_size_rows, _load_rows, _kind_rows, _organisation_rows, _region_rows]
    rows: list[Row] = []
    row_at: list[Ints] = []
    arc_at: list[Ints] = []
    for place in places:
        for row, members in place(ground, entry, candidate):
            row_at.append(np.full(len(members), len(rows)))
            arc_at.append(members)
            rows.append(row)
    counted = np.concatenate(arc_at) if arc_at else np.empty(0, dtype=np.int64)
    return Program(
        entry=entry,
        candidate=candidate,
        value=(ground.affinity + ground.draw)[entry, candidate],
        rows=tuple(rows),
        row_at=np.concatenate(row_at) if row_at else np.empty(0, dtype=np.int64),
        arc_at=counted,
        counts=np.ones(len(counted)),
    )


def with_floor(ground: Ground, program: Program, floor: int) -> Program:
    """The same program where no entry's panel may fit it worse than `floor` points in sum."""
    arcs = np.arange(len(program.entry))
    bounds = tuple(Row(None, floor, UNBOUNDED, entry=entry.id) for entry in ground.entries)
    return replace(
        program,
        rows=program.rows + bounds,
        row_at=np.concatenate((program.row_at, program.entry + len(program.rows))),
        arc_at=np.concatenate((program.arc_at, arcs)),
        counts=np.concatenate((program.counts, ground.affinity[program.entry, program.candidate])),
    )


def columns_of(program: Program) -> Columns:
    """Each arc a column between 0 and 1, every row as it stands."""
    count = len(program.entry)
    return Columns(
        worth=program.value,
        upper=np.ones(count),
        integral=np.ones(count, dtype=bool),
        row_low=np.array([row.low for row in program.rows]),
        row_high=np.array([row.high for row in program.rows]),
        row_at=program.row_at,
        column_at=program.arc_at,
        counts=program.counts,
    )


def bending_columns(program: Program, cost: Mapping[RuleCode, float]) -> tuple[Columns, Ints]:
    """The same with a slack for every side of every row, at its rule's cost; and their rows.

    A slack adds seats to a row below its minimum or takes them from one above its maximum.
    """
    plain = columns_of(program)
    below = np.flatnonzero(np.isfinite(plain.row_low))
    above = np.flatnonzero(np.isfinite(plain.row_high))
    rows = np.concatenate((below, above))
    prices = np.array([cost[row.rule] if row.rule else 0.0 for row in program.rows])
    count = len(plain.worth)
    signs = np.concatenate((np.ones(len(below)), -np.ones(len(above))))
    columns = Columns(
        worth=np.concatenate((plain.worth, -prices[rows])),
        upper=np.concatenate((plain.upper, np.full(len(rows), UNBOUNDED))),
        integral=np.concatenate((plain.integral, np.zeros(len(rows), dtype=bool))),
        row_low=plain.row_low,
        row_high=plain.row_high,
        row_at=np.concatenate((plain.row_at, rows)),
        column_at=np.concatenate((plain.column_at, np.arange(count, count + len(rows)))),
        counts=np.concatenate((plain.counts, signs)),
    )
    return columns, rows


Rows = Iterable[tuple[Row, Ints]]


def _best(value: Floats, count: int) -> NDArray[np.bool_]:
    """The `count` greatest of each row."""
    if value.shape[1] <= count:
        return np.ones(value.shape, dtype=bool)
    kept = np.zeros(value.shape, dtype=bool)
    best = np.argpartition(-value, count - 1, axis=1)[:, :count]
    np.put_along_axis(kept, best, True, axis=1)
    return kept


def _grouped(keys: Ints, count: int) -> list[Ints]:
    """Arc numbers by key, 0 to count - 1."""
    if not count:
        return []
    order = np.argsort(keys, kind="stable")
    return np.split(order, np.searchsorted(keys[order], np.arange(1, count)))


def _size_rows(ground: Ground, entry: Ints, candidate: Ints) -> Rows:
    size = float(ground.rules.size)
    for owner, members in zip(ground.entries, _grouped(entry, len(ground.entries)), strict=True):
        yield Row(RuleCode.SIZE, size, size, entry=owner.id), members


def _load_rows(ground: Ground, entry: Ints, candidate: Ints) -> Rows:
    for owner, members in zip(
        ground.candidates, _grouped(candidate, len(ground.candidates)), strict=True
    ):
        yield Row(RuleCode.LOAD_MAX, -UNBOUNDED, owner.load_max, expert=owner.id), members
        if owner.load_min:
            yield Row(RuleCode.LOAD_MIN, owner.load_min, UNBOUNDED, expert=owner.id), members


def _kind_rows(ground: Ground, entry: Ints, candidate: Ints) -> Rows:
    rules = ground.rules
    kinds = sorted({c.kind for c in ground.candidates} | set(rules.required_kinds))
    for owner, kind, members in _crossed(ground, entry, candidate, kinds, "kind"):
        if rules.required_kinds.get(kind):
            low = float(rules.required_kinds[kind])
            yield Row(RuleCode.KIND_MIN, low, UNBOUNDED, entry=owner.id, subject=kind), members
        if len(members) > rules.kind_max:
            high = float(rules.kind_max)
            yield Row(RuleCode.KIND_MAX, -UNBOUNDED, high, entry=owner.id, subject=kind), members


def _organisation_rows(ground: Ground, entry: Ints, candidate: Ints) -> Rows:
    names = sorted({c.organisation for c in ground.candidates if c.organisation})
    most = ground.rules.organisation_max
    crossed = _crossed(ground, entry, candidate, names, "organisation", least=most + 1)
    for owner, name, members in crossed:
        row = Row(RuleCode.ORGANISATION_MAX, -UNBOUNDED, most, entry=owner.id, subject=name)
        yield row, members


def _region_rows(ground: Ground, entry: Ints, candidate: Ints) -> Rows:
    of_candidate = np.array([c.region for c in ground.candidates])
    of_entry = np.array([e.region for e in ground.entries])
    own = np.flatnonzero((of_entry[entry] == of_candidate[candidate]) & (of_entry[entry] != ""))
    high = float(ground.rules.region_max)
    for owner, members in zip(
        ground.entries, _grouped(entry[own], len(ground.entries)), strict=True
    ):
        if len(members) > high:
            row = Row(RuleCode.REGION_MAX, -UNBOUNDED, high, entry=owner.id, subject=owner.region)
            yield row, own[members]


def _crossed(
    ground: Ground,
    entry: Ints,
    candidate: Ints,
    values: list[str],
    attribute: str,
    *,
    least: int = 0,
) -> Iterable[tuple[Entry, str, Ints]]:
    """Arcs of each entry to the candidates with each value of the attribute, `least` or more."""
    at = {value: place for place, value in enumerate(values)}
    of_candidate = np.array(
        [at.get(getattr(c, attribute), -1) for c in ground.candidates], dtype=np.int64
    )
    counted = np.flatnonzero(of_candidate[candidate] >= 0)
    keys = entry[counted] * len(values) + of_candidate[candidate[counted]]
    counts = np.bincount(keys, minlength=len(ground.entries) * len(values))
    counted = counted[np.argsort(keys, kind="stable")]
    ends = np.cumsum(counts)
    for place in np.flatnonzero(counts >= least).tolist():
        owner, value = divmod(place, len(values))
        members = counted[ends[place] - counts[place] : ends[place]]
        yield ground.entries[owner], values[value], members
