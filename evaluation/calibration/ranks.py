"""Ranks within a direction, draw by draw, and the intervals read off them."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from evaluation.calibration.table import Floats

TAIL = 0.025  # on each side of a 95 % interval

Ranks = NDArray[np.int64]
Number = TypeVar("Number", np.float64, np.int64)


def ranks_of(quality: Floats) -> Ranks:
    """Rank (1 is best) of every column within its row; draws of equal quality do not happen."""
    order = np.argsort(-quality, axis=-1)
    ranks = np.empty(quality.shape, dtype=np.int64)
    places = np.arange(1, quality.shape[-1] + 1, dtype=np.int64)
    np.put_along_axis(ranks, order, np.broadcast_to(places, quality.shape), axis=-1)
    return ranks


def interval(draws: NDArray[Number]) -> tuple[NDArray[Number], NDArray[Number]]:
    """The 2.5 % and 97.5 % values of each column: values that were drawn, never between two."""
    count = len(draws)
    low = int(np.floor(TAIL * count))
    columns = np.ascontiguousarray(draws.T)
    columns.partition((low, count - 1 - low), axis=1)
    return columns[:, low], columns[:, count - 1 - low]
