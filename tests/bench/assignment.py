"""Panels by the solver on seeded instances: seconds, and a recount of every rule.

Target: 48 entries x 24 experts x 5 below 2 s. The larger ones are reported.
"""

from __future__ import annotations

import resource
import sys

import numpy as np

from evaluation.assigning import (
    Assignment,
    AssignmentRules,
    Candidate,
    Entry,
    assign,
    assign_fairly,
    verify,
)

KINDS = ("research", "industry", "testing")
DIRECTIONS = tuple(f"d{number}" for number in range(8))
TOPICS = tuple(f"t{number:02}" for number in range(30))
RULES = AssignmentRules(
    required_kinds={"research": 1, "industry": 1},
    related={name: frozenset({DIRECTIONS[at - 1]}) for at, name in enumerate(DIRECTIONS)},
)
# entries, experts, most entries an expert reads
SIZES = ((48, 24, 12), (1000, 300, 20), (2000, 300, 40))
SECONDS_TARGET = 2.0


def instance(
    entries: int, experts: int, load_max: int, seed: int
) -> tuple[list[Entry], list[Candidate], set[tuple[str, str]]]:
    """Random entries, experts and 5 % conflicts; about two experts an organisation."""
    rng = np.random.default_rng(seed)

    def some(pool: tuple[str, ...], count: int) -> frozenset[str]:
        return frozenset(rng.choice(pool, size=count, replace=False).tolist())

    regions = [f"r{number:02}" for number in range(31)]
    cases = [
        Entry(
            id=f"n{number:04}",
            direction=str(rng.choice(DIRECTIONS)),
            region=str(rng.choice(regions)),
            topics=some(TOPICS, 5),
            organisations=frozenset({f"applicant{number}"}),
        )
        for number in range(entries)
    ]
    people = [
        Candidate(
            id=f"e{number:04}",
            kind=KINDS[number % 3],
            organisation=f"o{rng.integers(experts // 2)}",
            region=str(rng.choice(regions)),
            directions=some(DIRECTIONS, 2),
            topics=some(TOPICS, 8),
            load_max=load_max,
            load_min=2,
        )
        for number in range(experts)
    ]
    conflicts = {(case.id, person.id) for case in cases for person in people if rng.random() < 0.05}
    return cases, people, conflicts


def main() -> int:
    """Print a line an instance; 1 if a target is missed or a rule broken."""
    failed = False
    for entries, experts, load_max in SIZES:
        cases, people, conflicts = instance(entries, experts, load_max, seed=1)
        solvers = {"best sum": assign} | ({"fair": assign_fairly} if entries < 100 else {})
        for name, solve in solvers.items():
            found = solve(cases, people, conflicts=conflicts, rules=RULES, seed=7)
            faults = verify(cases, people, conflicts, found.seats, RULES)
            is_slow = entries == 48 and found.seconds >= SECONDS_TARGET
            failed |= bool(faults) or is_slow
            print(_line(f"{entries} x {experts}, {name}", found, len(faults)))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"peak memory {peak // (1024 if sys.platform == 'linux' else 1024**2)} MB")
    return int(failed)


def _line(title: str, found: Assignment, faults: int) -> str:
    seats = max(len(found.seats), 1)
    loads = [load.entries for load in found.loads]
    return (
        f"{title:24} {found.status:8} {found.seconds:6.2f} s  {found.variables:7,} variables  "
        f"mean affinity {found.affinity / seats:6.1f}  worst entry {found.worst_affinity:5}  "
        f"load {min(loads)}-{max(loads)}  broken rules {faults}"
    )
