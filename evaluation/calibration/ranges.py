"""How far estimates and ranks move when the experts are left out one by one."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from evaluation.calibration.field import Field
from evaluation.calibration.leaving_out import LeftOut
from evaluation.calibration.ranks import ranks_of
from evaluation.calibration.table import Floats, Ints

Names = tuple[str, ...]


@dataclass(slots=True)
class LeftOutRanges:
    """Gathers the results expert by expert; entries and experts by their place in the table."""

    of: Field
    whole: Floats
    refits: int = 0
    moved: dict[int, tuple[Names, Names]] = field(default_factory=dict)
    _low: Floats = field(init=False)
    _high: Floats = field(init=False)
    _rank_low: Ints = field(init=False)
    _rank_high: Ints = field(init=False)
    _ranks: dict[str, Ints] = field(init=False)

    def __post_init__(self) -> None:
        count = len(self.whole)
        self._low, self._high = np.full(count, np.inf), np.full(count, -np.inf)
        self._rank_low, self._rank_high = np.full(count, count + 1), np.zeros(count, dtype=np.int64)
        self._ranks = {name: ranks_of(self.whole[at]) for name, at in self.of.groups.items()}

    def add(self, result: LeftOut) -> None:
        """Take in what the estimates are without one expert."""
        self.refits += result.is_refit
        at, values = result.entries, result.estimates
        self._low[at] = np.fmin(self._low[at], values)
        self._high[at] = np.fmax(self._high[at], values)
        changed = self.whole.copy()
        changed[at] = values
        touched = {self.of.direction[entry] for entry in at} & self.of.groups.keys()
        entered: list[str] = []
        left: list[str] = []
        for name in sorted(touched):
            came, went = self._rank(name, changed)
            entered += [self.of.table.entries[entry] for entry in came]
            left += [self.of.table.entries[entry] for entry in went]
        self.moved[result.expert] = tuple(entered), tuple(left)

    def estimates(self, entry: int) -> tuple[float | None, float | None]:
        """Lowest and highest estimate; None if no expert could be left out."""
        if self._low[entry] > self._high[entry]:
            return None, None
        return round(float(self._low[entry]), 4), round(float(self._high[entry]), 4)

    def ranks(self, entry: int) -> tuple[int | None, int | None]:
        """Best and worst rank; None if the entry never kept enough ballots."""
        if self._rank_low[entry] > self._rank_high[entry]:
            return None, None
        return int(self._rank_low[entry]), int(self._rank_high[entry])

    def _rank(self, name: str, changed: Floats) -> tuple[Ints, Ints]:
        """Rank one direction, those with too few ballots left (NaN) last; who came, who went."""
        group, available = self.of.groups[name], self.of.available(name)
        ranks = ranks_of(np.nan_to_num(changed[group], nan=-np.inf))
        stays = ~np.isnan(changed[group])
        kept = group[stays]
        self._rank_low[kept] = np.minimum(self._rank_low[kept], ranks[stays])
        self._rank_high[kept] = np.maximum(self._rank_high[kept], ranks[stays])
        chosen, before = (ranks <= available) & stays, self._ranks[name] <= available
        return group[chosen & ~before], group[before & ~chosen]
