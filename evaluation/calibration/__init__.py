"""The estimate beside the official rule: how sure is the order, who is too close to call, how
strict is each expert. Decision support only: nothing here may change the official order.

Method, evidence and limits are in docs/methods.md. No Django, no storage; the caller keeps the
seed and the answer with the snapshot. Not for official scores: those are in scoring.
"""

from evaluation.calibration.estimating import estimate
from evaluation.calibration.records import (
    BallotTotal,
    CutPair,
    Diagnostics,
    EntryEstimate,
    Estimate,
    ExpertSeverity,
    Notice,
    NoticeCode,
    Settings,
    Status,
    Unestimated,
)

__all__ = [
    "BallotTotal",
    "CutPair",
    "Diagnostics",
    "EntryEstimate",
    "Estimate",
    "ExpertSeverity",
    "Notice",
    "NoticeCode",
    "Settings",
    "Status",
    "Unestimated",
    "estimate",
]
