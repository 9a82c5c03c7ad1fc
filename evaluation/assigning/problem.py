"""What goes into an assignment and what comes out: plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

# (entry, expert)
Seat = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """An accepted application. `organisations` are its applicant and partners, by credit code."""

    id: str
    direction: str
    region: str = ""
    topics: frozenset[str] = frozenset()
    organisations: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Candidate:
    """An expert who may be called. An empty organisation or region never counts as the same."""

    id: str
    kind: str
    organisation: str = ""
    region: str = ""
    directions: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    load_max: int = 20
    load_min: int = 0


@dataclass(frozen=True, slots=True)
class AssignmentRules:
    """The panel rules of a round.

    Rule: five experts an entry, at least one of each required kind, at most three of any kind,
    at most one from an organisation, at most two from the applicant's own region.
    """

    size: int = 5
    required_kinds: Mapping[str, int] = field(default_factory=dict)
    kind_max: int = 3
    organisation_max: int = 1
    region_max: int = 2
    # direction -> directions near enough to read it
    related: Mapping[str, frozenset[str]] = field(default_factory=dict)


class RuleCode(StrEnum):
    """Rules that can be bent when nothing else is possible, the first to give way first.

    Conflicts are not among them: they never give way.
    """

    LOAD_MIN = "load_min"
    REGION_MAX = "region_max"
    KIND_MAX = "kind_max"
    KIND_MIN = "kind_min"
    ORGANISATION_MAX = "organisation_max"
    LOAD_MAX = "load_max"
    SIZE = "size"


class Status(StrEnum):
    """How the answer came about."""

    OPTIMAL = "optimal"
    BENT = "bent"  # no panel keeps all rules: the shortfalls say which were bent, and by how much
    FAILED = "failed"  # time ran out; no seats


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A rule not kept. `entry` or `expert` says where, `subject` the kind, organisation, region.

    `missing` counts seats: too few for a minimum and the size, too many for a maximum.
    """

    rule: RuleCode
    missing: int
    entry: str = ""
    expert: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Load:
    """How many entries an expert reads."""

    expert: str
    entries: int


@dataclass(frozen=True, slots=True)
class Assignment:
    """The answer. Affinities are whole points, 0-1000 a seat; `worst` is an entry's sum."""

    status: Status
    seats: tuple[Seat, ...]
    affinity: int
    worst_entry: str
    worst_affinity: int
    loads: tuple[Load, ...]
    shortfalls: tuple[Shortfall, ...]
    seed: int
    seconds: float
    variables: int
