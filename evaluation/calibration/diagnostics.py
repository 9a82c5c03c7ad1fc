"""Have the chains forgotten where they began, and how many independent draws are they worth?

Rule: split R-hat and effective sample size of Gelman et al., Bayesian Data Analysis (3rd ed.),
section 11.4-11.5: each chain is halved, so that a drift within a chain shows as well.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from evaluation.calibration.table import Floats

BLOCK = 256  # columns at a time, to keep the transforms in the cache


def worst(quantities: Sequence[Sequence[Floats]]) -> tuple[float, float]:
    """Largest split R-hat and smallest effective size over all columns of all quantities.

    A quantity is given as its draws x columns, one array a chain.
    """
    blocks = [
        [chain[:, start : start + BLOCK] for chain in chains]
        for chains in quantities
        for start in range(0, chains[0].shape[1], BLOCK)
    ]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        found = list(pool.map(lambda chains: _columns(_halves(chains)), blocks))
    return max(float(r.max()) for r, _ in found), min(float(size.min()) for _, size in found)


def _halves(chains: Sequence[Floats]) -> Floats:
    """Sequences x columns x draws, each chain cut in two."""
    half = len(chains[0]) // 2
    cut = [part for chain in chains for part in (chain[:half], chain[half : 2 * half])]
    return np.ascontiguousarray(np.stack(cut).transpose(0, 2, 1))


def _columns(halves: Floats) -> tuple[Floats, Floats]:
    """R-hat and effective size of each column."""
    sequences, _, length = halves.shape
    centred = halves - halves.mean(axis=2, keepdims=True)
    within = centred.var(axis=2, ddof=1).mean(axis=0)
    between = halves.mean(axis=2).var(axis=0, ddof=1)
    pooled = within * (length - 1) / length + between
    # A column that never moves (an expert alone in its part is always exactly average) is exact.
    moves = pooled > 1e-12
    within, pooled = np.where(moves, within, 1.0), np.where(moves, pooled, 1.0)
    spectrum = np.fft.rfft(centred, n=2 * length, axis=2)
    covariance = np.fft.irfft((spectrum.real**2 + spectrum.imag**2).mean(axis=0), axis=1)
    covariance = covariance[:, :length] / length
    correlation = 1 - (within[:, None] - covariance) / pooled[:, None]
    # Geyer: sums of neighbouring pairs are positive in truth; from the first negative on, noise.
    pairs = correlation[:, : length // 2 * 2].reshape(len(correlation), -1, 2).sum(axis=2)
    positive = np.logical_and.accumulate(pairs > 0, axis=1)
    time = np.maximum(2 * (pairs * positive).sum(axis=1) - 1, 1.0)
    total = float(sequences * length)
    return (
        np.where(moves, np.sqrt(pooled / within), 1.0),
        np.where(moves, total / time, total),
    )
