"""How far estimates and ranks move when the experts are left out one by one."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from evaluation.calibration.field import Field
from evaluation.calibration.leaving_out import LeftOut
from evaluation.calibration.ranks import ranks_of
from evaluation.calibration.table import Floats


@dataclass(slots=True)
class LeftOutRanges:
    """Gathers the results expert by expert; entries and experts by their place in the table."""

    of: Field
    whole: Floats
    refits: int = 0
    low: dict[int, float] = field(default_factory=dict)
    high: dict[int, float] = field(default_factory=dict)
    rank_low: dict[int, int] = field(default_factory=dict)
    rank_high: dict[int, int] = field(default_factory=dict)
    moved: dict[int, tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)

    def add(self, result: LeftOut) -> None:
        """Take in what the estimates are without one expert."""
        self.refits += result.is_refit
        changed = self.whole.copy()
        changed[result.entries] = result.estimates
        for entry, value in zip(result.entries.tolist(), result.estimates.tolist(), strict=True):
            if not np.isnan(value):
                self.low[entry] = min(value, self.low.get(entry, value))
                self.high[entry] = max(value, self.high.get(entry, value))
        entered: list[int] = []
        left: list[int] = []
        touched = {self.of.direction[at] for at in result.entries}
        for name in sorted(touched & self.of.groups.keys()):
            self._rank(name, changed, entered, left)
        names = self.of.table.entries
        self.moved[result.expert] = (
            tuple(names[at] for at in entered),
            tuple(names[at] for at in left),
        )

    def _rank(self, name: str, changed: Floats, entered: list[int], left: list[int]) -> None:
        """Ranks of one direction; entries left with too few ballots (NaN) go last, unranked."""
        group, available = self.of.groups[name], self.of.available(name)
        ranks = ranks_of(np.nan_to_num(changed[group], nan=-np.inf))
        before = ranks_of(self.whole[group])
        out = np.isnan(changed[group])
        for at, rank in zip(group[~out].tolist(), ranks[~out].tolist(), strict=True):
            self.rank_low[at] = min(rank, self.rank_low.get(at, rank))
            self.rank_high[at] = max(rank, self.rank_high.get(at, rank))
        chosen, chosen_before = (ranks <= available) & ~out, before <= available
        entered += group[chosen & ~chosen_before].tolist()
        left += group[chosen_before & ~chosen].tolist()
