"""The ballots with their directions and places: who competes with whom for what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from evaluation.calibration.records import Unestimated
from evaluation.calibration.table import Ints, Table


@dataclass(frozen=True, slots=True)
class Field:
    """`groups` are the entries with enough ballots for figures, by direction."""

    table: Table
    direction: tuple[str, ...]
    places: Mapping[str, int]
    groups: Mapping[str, Ints]
    scored: frozenset[int]

    def available(self, direction: str) -> int:
        """Places of a direction; none if it was not named."""
        return self.places.get(direction, 0)

    def unestimated(self) -> tuple[Unestimated, ...]:
        """Entries that get no figures."""
        counts = self.table.entry_ballots
        return tuple(
            Unestimated(entry, self.direction[at], int(counts[at]))
            for at, entry in enumerate(self.table.entries)
            if at not in self.scored
        )


def field_of(
    table: Table, directions: Mapping[str, str], places: Mapping[str, int], ballots_min: int
) -> Field:
    """Group the table's entries; KeyError for one without direction."""
    direction = tuple(directions[entry] for entry in table.entries)
    scored = np.flatnonzero(table.entry_ballots >= ballots_min).tolist()
    groups = {
        name: np.array([at for at in scored if direction[at] == name], dtype=np.int64)
        for name in sorted({direction[at] for at in scored})
    }
    return Field(table, direction, places, groups, frozenset(scored))
