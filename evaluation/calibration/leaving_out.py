"""What the estimate would be had one expert not scored.

Rule: the draws are reweighted by one over the likelihood of the ballot left out; a full refit is
made only where that fails: the weights rest on too few draws, or the expert held two parts of
the graph together. Each entry is reweighted for its own ballot of that expert. What the expert's
other ballots say about it, by way of the other experts' severity, is left as it was: weights
over all his ballots at once would rest on a handful of draws. `make bench BENCH=ranking` prints
how far this is from refitting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from evaluation.calibration.gibbs import Chain
from evaluation.calibration.table import Floats, Table, connected_parts

THINNED = 500  # draws that carry the weights
EFFECTIVE_MIN = 0.1  # share of them below which a weighting is not trusted

Refit = Callable[[Table, int], Floats]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Estimates without one expert, for the entries that expert scored; NaN: too few ballots."""

    expert: int
    entries: np.ndarray
    estimates: Floats
    is_refit: bool


def leave_each_out(
    table: Table, chain: Chain, *, ballots_min: int, refit: Refit
) -> Iterator[LeftOut]:
    """One result an expert, in the order of experts."""
    estimates, shares = _reweighted(table, chain)
    enough = table.entry_ballots[table.entry] > ballots_min
    for expert in range(len(table.experts)):
        at = np.flatnonzero(table.expert == expert)
        entries = table.entry[at]
        needs_refit = bool((shares[at][enough[at]] < EFFECTIVE_MIN).any())
        if needs_refit or _holds_together(table, expert, entries[enough[at]]):
            found, is_refit = refit(table, expert)[entries], True
        else:
            found, is_refit = estimates[at], False
        yield LeftOut(expert, entries, np.where(enough[at], found, np.nan), is_refit)


def _reweighted(table: Table, chain: Chain) -> tuple[Floats, Floats]:
    """For each ballot: its entry's estimate without it, and the effective share of the draws."""
    every = max(len(chain.quality) // THINNED, 1)
    quality = np.ascontiguousarray(chain.quality[::every].T)
    severity = np.ascontiguousarray(chain.severity[::every].T)
    noise_var, freedom = chain.spread[::every, 2] ** 2, chain.freedom[::every]
    whole = chain.quality.mean(axis=0)
    estimates, shares = np.empty(len(table.total)), np.empty(len(table.total))
    for place in range(0, len(table.total), 1024):  # in blocks, to stay in the cache
        block = slice(place, place + 1024)
        drawn = quality[table.entry[block]]
        residual = table.total[block, None] - drawn - severity[table.expert[block]]
        # One over the Student-t density, to a factor.
        weight = (1 + residual**2 / (freedom * noise_var)) ** ((freedom + 1) / 2)
        total = weight.sum(axis=1)
        # Against the thinned mean, so that thinning itself moves nothing.
        moved = (weight * drawn).sum(axis=1) / total - drawn.mean(axis=1)
        estimates[block] = whole[table.entry[block]] + moved
        shares[block] = total**2 / (weight**2).sum(axis=1) / weight.shape[1]
    return estimates, shares


def _holds_together(table: Table, expert: int, entries: np.ndarray) -> bool:
    """Would the entries this expert links fall into more than one part without him?"""
    kept = table.expert != expert
    part, _ = connected_parts(
        table.entry[kept], table.expert[kept], len(table.entries), len(table.experts)
    )
    return len(np.unique(part[entries])) > 1
