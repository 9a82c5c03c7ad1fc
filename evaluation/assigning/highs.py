"""One call to HiGHS: arrays in, values out. Nothing here knows what a panel is."""

from __future__ import annotations

import highspy
import numpy as np

from evaluation.assigning.model import Columns, Floats

WHOLE = 1e-6  # a value this near to 0 or 1 is 0 or 1


def best_values(columns: Columns, *, whole: bool, seconds: float) -> Floats | None:
    """Values of the best solution, None if there is none (or none in time).

    `whole` asks for integers where `columns.integral` says so. One thread and a fixed seed, so
    that the same program gives the same answer.
    """
    if not len(columns.worth):  # HiGHS calls a model without columns empty, not solved
        holds = (columns.row_low <= 0) & (columns.row_high >= 0)
        return columns.worth if holds.all() else None
    solver = highspy.Highs()
    options: dict[str, bool | int | float | str] = {
        "output_flag": False,
        "threads": 1,
        "parallel": "off",
        "random_seed": 0,
        "mip_rel_gap": 1e-7,
        "time_limit": float(seconds),
    }
    for name, value in options.items():
        solver.setOptionValue(name, value)
    solver.passModel(_lp(columns, whole))
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return np.asarray(solver.getSolution().col_value)


def is_whole(values: Floats) -> bool:
    """Are all values integers, but for rounding?"""
    return bool(np.all(np.abs(values - np.rint(values)) < WHOLE))


def _lp(columns: Columns, whole: bool) -> highspy.HighsLp:
    order = np.argsort(columns.column_at, kind="stable")
    count = len(columns.worth)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = count, len(columns.row_low)
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = columns.worth, np.zeros(count), columns.upper
    lp.row_lower_, lp.row_upper_ = columns.row_low, columns.row_high
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    starts = np.searchsorted(columns.column_at[order], np.arange(count + 1))
    lp.a_matrix_.start_ = starts.astype(np.int32)
    lp.a_matrix_.index_ = columns.row_at[order].astype(np.int32)
    lp.a_matrix_.value_ = columns.counts[order]
    if whole:
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[int(flag)] for flag in columns.integral]
    return lp
