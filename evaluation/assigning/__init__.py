"""Panels by an open solver: who reads what, best fit in sum, under the panel rules.

Pure: no Django, no storage. The caller gives entries, candidates, conflicts, rules and a seed,
keeps the seed, and checks what it publishes with `verify`, which does not use the solver.
Not for who decides on a conflict or when a panel may change: those are rules and services.
"""

from evaluation.assigning.affinity import affinities
from evaluation.assigning.problem import (
    Assignment,
    AssignmentRules,
    Candidate,
    Entry,
    Load,
    RuleCode,
    Seat,
    Shortfall,
    Status,
)
from evaluation.assigning.solving import assign, assign_fairly
from evaluation.assigning.verifying import Violation, ViolationCode, verify

__all__ = [
    "Assignment",
    "AssignmentRules",
    "Candidate",
    "Entry",
    "Load",
    "RuleCode",
    "Seat",
    "Shortfall",
    "Status",
    "Violation",
    "ViolationCode",
    "affinities",
    "assign",
    "assign_fairly",
    "verify",
]
