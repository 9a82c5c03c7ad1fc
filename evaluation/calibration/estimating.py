"""The estimate, put together: run the chains, check that they agree, make the figures."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from evaluation.calibration.diagnostics import worst
from evaluation.calibration.field import field_of
from evaluation.calibration.figures import (
    cut_pairs,
    entry_figures,
    expert_figures,
    notices,
    own_order,
)
from evaluation.calibration.gibbs import Chain, run_chain
from evaluation.calibration.leaving_out import leave_each_out
from evaluation.calibration.ranges import LeftOutRanges
from evaluation.calibration.records import BallotTotal, Diagnostics, Estimate, Settings, Status
from evaluation.calibration.table import Floats, Table, table_of, without_expert

MODEL = "student-t/1"  # raise the number when the same seed would give another answer
DEFAULT_SETTINGS = Settings()
THREADS_FROM = 2000  # ballots; below, starting threads costs more than it saves
LONGER = (1, 4)  # first try, then once with four times the draws before giving up


def estimate(
    ballots: Sequence[BallotTotal],
    directions: Mapping[str, str],
    places: Mapping[str, int],
    seed: int,
    *,
    order: Mapping[str, Sequence[str]] | None = None,
    settings: Settings = DEFAULT_SETTINGS,
) -> Estimate:
    """Quality of every entry and severity of every expert, with their uncertainty.

    `directions` names each entry's direction, `places` how many each direction may select,
    `order` the official order of a direction's entries where the neighbours at the cut line
    should be those of the official list. Entries with fewer than three ballots still tell about
    severity but get no figures. Same inputs and seed, same answer. KeyError for an entry
    without direction, ValueError for two ballots of one expert on one entry.
    """
    table = table_of(ballots)
    field = field_of(table, directions, places, settings.ballots_min)
    if not field.groups:
        return Estimate(Status.EMPTY, seed, MODEL, unestimated=field.unestimated())
    chain, r_hat, size = _converged(table, seed, settings)
    left_out = LeftOutRanges(field, chain.quality.mean(axis=0))
    if settings.leave_out:
        for result in leave_each_out(
            table,
            chain,
            ballots_min=settings.ballots_min,
            refit=lambda table, expert: _refit(table, expert, seed, settings),
        ):
            left_out.add(result)
    refused = r_hat > settings.r_hat_limit
    entries = tuple(entry_figures(field, chain, left_out))
    return Estimate(
        status=Status.REFUSED if refused else Status.SHOWN,
        seed=seed,
        model=MODEL,
        entries=entries,
        experts=tuple(expert_figures(table, chain, left_out)),
        cuts=tuple(cut_pairs(field, chain, order or own_order(entries))),
        unestimated=field.unestimated(),
        notices=tuple(notices(field, r_hat if refused else None)),
        diagnostics=Diagnostics(
            chains=settings.chains,
            draws=len(chain.quality),
            r_hat=r_hat,
            effective_size=size,
            refits=left_out.refits,
        ),
    )


def _converged(table: Table, seed: int, settings: Settings) -> tuple[Chain, float, float]:
    """All chains' draws together, R-hat and effective size; once more, longer, on disagreement."""
    for times in LONGER:
        chains = _chains(table, seed, settings, times)
        r_hat, size = worst(list(zip(*(chain.watched() for chain in chains), strict=True)))
        if r_hat <= settings.r_hat_limit:
            break
    joined = Chain(
        quality=np.concatenate([chain.quality for chain in chains]),
        severity=np.concatenate([chain.severity for chain in chains]),
        spread=np.concatenate([chain.spread for chain in chains]),
        freedom=np.concatenate([chain.freedom for chain in chains]),
    )
    return joined, round(r_hat, 4), round(size, 1)


def _chains(table: Table, seed: int, settings: Settings, times: int) -> list[Chain]:
    def run(number: int) -> Chain:
        return run_chain(
            table,
            rng=_generator(seed, times, number),
            draws=settings.draws * times,
            burn_in=settings.burn_in * times,
        )

    numbers = range(settings.chains)
    if len(table.total) < THREADS_FROM:
        return [run(number) for number in numbers]
    # Each chain has its own generator, so the answer does not depend on who runs when.
    with ThreadPoolExecutor(min(settings.chains, os.cpu_count() or 1)) as pool:
        return list(pool.map(run, numbers))


def _refit(table: Table, expert: int, seed: int, settings: Settings) -> Floats:
    """Estimates of all entries from one chain without this expert's ballots."""
    chain = run_chain(
        without_expert(table, expert),
        rng=_generator(seed, 0, expert),
        draws=settings.draws,
        burn_in=settings.burn_in,
    )
    means: Floats = chain.quality.mean(axis=0)
    return means


def _generator(*key: int) -> np.random.Generator:
    """One generator for one key; SFC64 because the sampler spends most of its time drawing."""
    return np.random.Generator(np.random.SFC64(key))
