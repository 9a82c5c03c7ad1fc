"""Experts, panels, ballots, rankings and what follows from them."""

from evaluation.models.ballots import Ballot, BallotVersion
from evaluation.models.experts import ConflictFact, Employment, Expert
from evaluation.models.panels import Assignment, CriterionSet, Draw, Panel
from evaluation.models.results import (
    Objection,
    PublicNotice,
    Ranking,
    RankingRow,
    Talk,
    Verdict,
)

__all__ = [
    "Assignment",
    "Ballot",
    "BallotVersion",
    "ConflictFact",
    "CriterionSet",
    "Draw",
    "Employment",
    "Expert",
    "Objection",
    "Panel",
    "PublicNotice",
    "Ranking",
    "RankingRow",
    "Talk",
    "Verdict",
]
