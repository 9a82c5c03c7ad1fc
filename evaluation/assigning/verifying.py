"""Recount panels by hand: no solver, no arrays, nothing shared with what made them.

For every published panel the same check runs over the database's rows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from evaluation.assigning.problem import AssignmentRules, Candidate, Entry, Seat


class ViolationCode(StrEnum):
    """What is wrong; the bendable rules keep their names."""

    UNKNOWN = "unknown"
    DOUBLED = "doubled"
    CONFLICT = "conflict"
    EMPLOYER = "employer"
    SIZE = "size"
    KIND_MIN = "kind_min"
    KIND_MAX = "kind_max"
    ORGANISATION_MAX = "organisation_max"
    REGION_MAX = "region_max"
    LOAD_MAX = "load_max"
    LOAD_MIN = "load_min"


@dataclass(frozen=True, slots=True)
class Violation:
    """`count` is the number found where a bound is broken."""

    code: ViolationCode
    entry: str = ""
    expert: str = ""
    subject: str = ""
    count: int = 0


def verify(
    entries: Iterable[Entry],
    candidates: Iterable[Candidate],
    conflicts: Iterable[Seat],
    seats: Iterable[Seat],
    rules: AssignmentRules,
) -> list[Violation]:
    """Everything wrong with these seats; an empty list means every rule is kept."""
    by_entry = {entry.id: entry for entry in entries}
    by_expert = {candidate.id: candidate for candidate in candidates}
    times = Counter(seats)
    known = [seat for seat in times if seat[0] in by_entry and seat[1] in by_expert]
    found = [
        Violation(ViolationCode.UNKNOWN, entry=entry, expert=expert)
        for entry, expert in times
        if entry not in by_entry or expert not in by_expert
    ]
    found += [
        Violation(ViolationCode.DOUBLED, entry=entry, expert=expert, count=count)
        for (entry, expert), count in times.items()
        if count > 1
    ]
    barred = set(conflicts)
    panels: dict[str, list[Candidate]] = defaultdict(list)
    for seat in known:
        case, person = by_entry[seat[0]], by_expert[seat[1]]
        panels[case.id].append(person)
        found += _pair_violations(case, person, barred)
    for case in by_entry.values():
        found += _panel_violations(case, panels[case.id], rules)
    loads = Counter(expert for _, expert in known)
    for person in by_expert.values():
        found += _load_violations(person, loads[person.id])
    return sorted(found, key=lambda v: (v.code, v.entry, v.expert, v.subject))


def _pair_violations(entry: Entry, candidate: Candidate, barred: set[Seat]) -> Iterator[Violation]:
    if (entry.id, candidate.id) in barred:
        yield Violation(ViolationCode.CONFLICT, entry=entry.id, expert=candidate.id)
    if candidate.organisation and candidate.organisation in entry.organisations:
        yield Violation(ViolationCode.EMPLOYER, entry=entry.id, expert=candidate.id)


def _panel_violations(
    entry: Entry, panel: Sequence[Candidate], rules: AssignmentRules
) -> Iterator[Violation]:
    if len(panel) != rules.size:
        yield Violation(ViolationCode.SIZE, entry=entry.id, count=len(panel))
    kinds = Counter(candidate.kind for candidate in panel)
    for kind, least in rules.required_kinds.items():
        if kinds[kind] < least:
            yield Violation(ViolationCode.KIND_MIN, entry=entry.id, subject=kind, count=kinds[kind])
    for kind, count in kinds.items():
        if count > rules.kind_max:
            yield Violation(ViolationCode.KIND_MAX, entry=entry.id, subject=kind, count=count)
    employers = Counter(candidate.organisation for candidate in panel if candidate.organisation)
    for employer, count in employers.items():
        if count > rules.organisation_max:
            yield Violation(
                ViolationCode.ORGANISATION_MAX, entry=entry.id, subject=employer, count=count
            )
    near = sum(1 for candidate in panel if candidate.region == entry.region != "")
    if near > rules.region_max:
        yield Violation(ViolationCode.REGION_MAX, entry=entry.id, subject=entry.region, count=near)


def _load_violations(candidate: Candidate, load: int) -> Iterator[Violation]:
    if load > candidate.load_max:
        yield Violation(ViolationCode.LOAD_MAX, expert=candidate.id, count=load)
    if load < candidate.load_min:
        yield Violation(ViolationCode.LOAD_MIN, expert=candidate.id, count=load)
