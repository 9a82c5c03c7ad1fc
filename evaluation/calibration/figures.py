"""From draws to figures: entries, experts, the cut line, and what a reader must be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from evaluation.calibration.field import Field
from evaluation.calibration.gibbs import Chain
from evaluation.calibration.ranges import LeftOutRanges
from evaluation.calibration.ranks import interval, ranks_of
from evaluation.calibration.records import (
    CutPair,
    EntryEstimate,
    ExpertSeverity,
    Notice,
    NoticeCode,
)
from evaluation.calibration.table import Table

CLOSE_CALL = (0.2, 0.8)  # a probability of selection in here is too close to call
BOUND_SHARE = 0.1  # of ballots at 0 or 100, from which the scale hides differences
FULL_MARKS = 100.0


def entry_figures(field: Field, chain: Chain, left_out: LeftOutRanges) -> Iterator[EntryEstimate]:
    """Figures of each entry, by direction and estimated rank."""
    table, counts = field.table, field.table.entry_ballots
    for name, group in field.groups.items():
        quality = chain.quality[:, group]
        ranks, means = ranks_of(quality), quality.mean(axis=0)
        low, high = interval(quality)
        rank_low, rank_high = interval(ranks)
        selection = (ranks <= field.available(name)).mean(axis=0)
        own = ranks_of(means)
        for place in np.argsort(own):
            at = int(group[place])
            chance = round(float(selection[place]), 4)
            without, without_rank = left_out.estimates(at), left_out.ranks(at)
            yield EntryEstimate(
                entry=table.entries[at],
                direction=name,
                ballots=int(counts[at]),
                component=int(table.entry_part[at]),
                estimate=round(float(means[place]), 4),
                low=round(float(low[place]), 4),
                high=round(float(high[place]), 4),
                rank=int(own[place]),
                rank_low=int(rank_low[place]),
                rank_high=int(rank_high[place]),
                selection=chance,
                is_close_call=CLOSE_CALL[0] <= chance <= CLOSE_CALL[1],
                without_low=without[0],
                without_high=without[1],
                without_rank_low=without_rank[0],
                without_rank_high=without_rank[1],
            )


def expert_figures(table: Table, chain: Chain, left_out: LeftOutRanges) -> Iterator[ExpertSeverity]:
    """Severity of each expert, by key."""
    counts, means = table.expert_ballots, chain.severity.mean(axis=0)
    low, high = interval(chain.severity)
    for at, expert in enumerate(table.experts):
        entered, left = left_out.moved.get(at, ((), ()))
        yield ExpertSeverity(
            expert=expert,
            ballots=int(counts[at]),
            component=int(table.expert_part[at]),
            severity=round(float(means[at]), 4),
            low=round(float(low[at]), 4),
            high=round(float(high[at]), 4),
            has_little_evidence=bool(counts[at] == 1),
            entered=entered,
            left=left,
        )


def own_order(entries: Sequence[EntryEstimate]) -> dict[str, list[str]]:
    """Each direction's entries by estimate, where no official order was given."""
    order: dict[str, list[str]] = {}
    for entry in entries:  # already by rank
        order.setdefault(entry.direction, []).append(entry.entry)
    return order


def cut_pairs(field: Field, chain: Chain, order: Mapping[str, Sequence[str]]) -> Iterator[CutPair]:
    """Neighbours on the list from two before the cut line to two behind it."""
    at = {entry: place for place, entry in enumerate(field.table.entries)}
    for name in field.groups:
        listed = [entry for entry in order.get(name, ()) if at.get(entry) in field.scored]
        cut = field.available(name)
        for place in range(max(cut - 3, 0), min(cut + 2, len(listed) - 1)):
            ahead, behind = listed[place], listed[place + 1]
            better = chain.quality[:, at[ahead]] > chain.quality[:, at[behind]]
            yield CutPair(name, ahead, behind, round(float(better.mean()), 4))


def notices(field: Field, r_hat: float | None) -> Iterator[Notice]:
    """Warnings; `r_hat` is given when it is too high."""
    table = field.table
    if r_hat is not None:
        yield Notice(NoticeCode.NOT_CONVERGED, value=r_hat)
    if table.parts > 1:
        yield Notice(NoticeCode.COMPONENTS, value=float(table.parts))
    for name, group in field.groups.items():
        if len(np.unique(table.entry_part[group])) > 1:
            yield Notice(NoticeCode.DIRECTION_SPLIT, subject=name)
    at_bound = float(((table.total <= 0) | (table.total >= FULL_MARKS)).mean())
    if at_bound > BOUND_SHARE:
        yield Notice(NoticeCode.AT_BOUND, value=round(at_bound, 4))
    for expert, ballots in zip(table.experts, table.expert_ballots, strict=True):
        if ballots == 1:
            yield Notice(NoticeCode.LITTLE_EVIDENCE, subject=expert)
