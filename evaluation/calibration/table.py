"""Ballots as arrays, and which of them can be compared with which.

Severity can be told from quality only inside a connected part of the expert-entry graph.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.calibration.records import BallotTotal

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Table:
    """One row a ballot, in the order of entry and expert, whatever order they came in."""

    entries: tuple[str, ...]
    experts: tuple[str, ...]
    entry: Ints
    expert: Ints
    total: Floats
    entry_part: Ints
    expert_part: Ints
    parts: int

    @property
    def entry_ballots(self) -> Ints:
        return np.bincount(self.entry, minlength=len(self.entries))

    @property
    def expert_ballots(self) -> Ints:
        return np.bincount(self.expert, minlength=len(self.experts))


def table_of(ballots: Sequence[BallotTotal]) -> Table:
    """Arrays from ballots; ValueError if an expert has two ballots on one entry."""
    rows = sorted(ballots, key=lambda ballot: (ballot.entry, ballot.expert))
    if len({(row.entry, row.expert) for row in rows}) < len(rows):
        raise ValueError("an expert has two ballots on one entry")
    entries = tuple(sorted({row.entry for row in rows}))
    experts = tuple(sorted({row.expert for row in rows}))
    entry_at = {key: place for place, key in enumerate(entries)}
    expert_at = {key: place for place, key in enumerate(experts)}
    entry = np.array([entry_at[row.entry] for row in rows], dtype=np.int64)
    expert = np.array([expert_at[row.expert] for row in rows], dtype=np.int64)
    entry_part, expert_part = connected_parts(entry, expert, len(entries), len(experts))
    return Table(
        entries=entries,
        experts=experts,
        entry=entry,
        expert=expert,
        total=np.array([float(row.total) for row in rows]),
        entry_part=entry_part,
        expert_part=expert_part,
        parts=int(entry_part.max(initial=-1)) + 1,
    )


def connected_parts(entry: Ints, expert: Ints, entries: int, experts: int) -> tuple[Ints, Ints]:
    """Part of each entry and each expert, numbered from 0 by their first entry.

    The lowest entry number spreads along the ballots until nothing changes. An expert without
    a ballot has part -1; an entry without one is a part of its own.
    """
    label = np.arange(entries, dtype=np.int64)
    while True:
        by_expert = np.full(experts, entries, dtype=np.int64)
        np.minimum.at(by_expert, expert, label[entry])
        spread = label.copy()
        np.minimum.at(spread, entry, by_expert[expert])
        if np.array_equal(spread, label):
            break
        label = spread
    heads, entry_part = np.unique(label, return_inverse=True)
    expert_part = np.full(experts, -1, dtype=np.int64)
    expert_part[expert] = entry_part[entry]
    assert len(heads) == entry_part.max(initial=-1) + 1
    return entry_part.astype(np.int64), expert_part


def without_expert(table: Table, expert: int) -> Table:
    """The same entries and experts with this expert's ballots gone."""
    kept = table.expert != expert
    entry, others = table.entry[kept], table.expert[kept]
    entry_part, expert_part = connected_parts(entry, others, len(table.entries), len(table.experts))
    return Table(
        entries=table.entries,
        experts=table.experts,
        entry=entry,
        expert=others,
        total=table.total[kept],
        entry_part=entry_part,
        expert_part=expert_part,
        parts=int(entry_part.max(initial=-1)) + 1,
    )
