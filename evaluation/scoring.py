"""The official rule: from item points to scores, places and outcomes, in exact arithmetic.

Everything here is a pure function of ballots and of the round's versioned criteria, so that a
ranking can be recomputed years later and must come out byte for byte the same. Decimal and
Fraction only: no float takes part in an official result.

Not for the estimate shown beside the rule (calibration), for who may score or when (rules),
or for storing anything (services).

What is compared before rounding and what after:

- before: an item's share of its maximum (comment duty, anchors), which total is the highest or
  the lowest, and the spread. These are tests on what an expert wrote, nothing is published.
- after: the pass mark and the order. The rule defines the score as the figure with two
  decimals; a published 70.00 passes, and two entries with the same published score are tied
  and go to the tie order, else the list could not be checked from what is printed on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import groupby, pairwise
from typing import Any

from evaluation.criteria import CriterionSet
from portal.core.exact import canonical_json, digest, round_half_up


class Outcome(StrEnum):
    """What the rule says about one entry, before anybody decides anything."""

    PROPOSED = "proposed"
    TIED_AT_CUT = "tied_at_cut"  # equal in every figure, and not all of them fit: a vote decides
    NOT_SELECTED = "not_selected"  # passed, but the places were taken
    BELOW_PASS = "below_pass"  # noqa: S105 -- a mark, no password
    VETOED = "vetoed"
    INVALID = "invalid"  # too few ballots


@dataclass(frozen=True, slots=True)
class AggregationRule:
    """The numbers of the rule, frozen with the round. Points are on the 0-100 scale."""

    trim_from: int = 5
    ballots_min: int = 3
    talk_spread: Decimal = Decimal(20)
    pass_mark: Decimal = Decimal(70)
    tie_order: tuple[str, ...] = ("C2", "C1", "C3")

    def as_data(self) -> dict[str, Any]:
        """Plain JSON data, as stored with a round; Decimals as strings."""
        return {
            "trim_from": self.trim_from,
            "ballots_min": self.ballots_min,
            "talk_spread": f"{self.talk_spread:f}",
            "pass_mark": f"{self.pass_mark:f}",
            "tie_order": list(self.tie_order),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> AggregationRule:
        """Read back what `as_data` wrote."""
        return cls(
            trim_from=data["trim_from"],
            ballots_min=data["ballots_min"],
            talk_spread=Decimal(data["talk_spread"]),
            pass_mark=Decimal(data["pass_mark"]),
            tie_order=tuple(data["tie_order"]),
        )


@dataclass(frozen=True, slots=True)
class Ballot:
    """One expert's signed points on one entry, by item code."""

    expert: str
    points: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class EntryBallots:
    """All that the rule looks at for one entry.

    `vote_place` is the entry's place (1 is first) in a recorded vote among tied entries.
    Recused or withdrawn ballots are left out by the caller.
    """

    entry: str
    direction: str
    ballots: tuple[Ballot, ...]
    has_upheld_veto: bool = False
    vote_place: int | None = None


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One line of the ranking. Scores have two decimals; `rank` is None where none is given."""

    entry: str
    direction: str
    ballots: int
    score: Decimal | None
    criterion_scores: Mapping[str, Decimal]
    lowest: Decimal | None
    highest: Decimal | None
    spread: Decimal | None
    needs_talk: bool
    has_upheld_veto: bool
    vote_place: int | None
    rank: int | None = None
    needs_vote: bool = False
    outcome: Outcome = Outcome.INVALID


@dataclass(frozen=True, slots=True)
class Ranking:
    """The rows of every direction in order, with the SHA-256 of everything they came from."""

    inputs_digest: str
    places: Mapping[str, int]
    rows: tuple[ResultRow, ...]

    def canonical_json(self) -> bytes:
        """The one byte form of this ranking: what a snapshot stores and a check recomputes."""
        return canonical_json(self)

    def digest(self) -> str:
        """SHA-256 (hex) of the canonical form, inputs' digest included."""
        return digest(self)

    def proposed(self) -> frozenset[str]:
        """Entries the rule proposes."""
        return _proposed(self.rows)


@dataclass(frozen=True, slots=True)
class WithoutExpert:
    """The official result had this expert's ballots not been cast."""

    expert: str
    ranks: Mapping[str, int | None]
    entered: tuple[str, ...]
    left: tuple[str, ...]


def trimmed_mean(
    values: Sequence[Decimal], rule: AggregationRule = AggregationRule()
) -> Fraction | None:
    """Rule: from five ballots on, drop one highest and one lowest, then take the mean.

    With three or four ballots the plain mean; with fewer there is no valid score (None).
    Exact: nothing is rounded here. Where several share the highest value, one of them goes.
    Source: default programme template, "aggregate".
    """
    if len(values) < rule.ballots_min:
        return None
    kept = sorted(values)[1:-1] if len(values) >= rule.trim_from else values
    return sum(map(Fraction, kept), Fraction(0)) / len(kept)


def official_score(
    values: Sequence[Decimal], rule: AggregationRule = AggregationRule()
) -> Decimal | None:
    """The published figure: the trimmed mean with two decimals, half up; None below the minimum."""
    mean = trimmed_mean(values, rule)
    return None if mean is None else round_half_up(mean)


def spread(totals: Sequence[Decimal]) -> Decimal | None:
    """Highest less lowest total of one entry, in points; None without ballots."""
    return max(totals) - min(totals) if totals else None


def needs_talk(totals: Sequence[Decimal], rule: AggregationRule = AggregationRule()) -> bool:
    """Rule: totals 20 points or more apart go to the panel for talk before the ranking (合议)."""
    apart = spread(totals)
    return apart is not None and apart >= rule.talk_spread


def rank_entries(
    entries: Iterable[EntryBallots],
    *,
    criteria: CriterionSet,
    places: Mapping[str, int],
    rule: AggregationRule = AggregationRule(),
) -> Ranking:
    """Score, order and cut every direction; independent of the order of entries and ballots.

    Rule: pass at 70 with no upheld veto; order within the direction by score, then by C2, C1 and
    C3, then by recorded vote; the first so many as the direction has places are proposed.
    A direction without an entry in `places` has none. Entries with a veto or too few ballots
    get no rank. Raises ValueError for a doubled entry or expert, BallotError for a missing item.
    """
    cases = _checked(entries)
    rows = [_scored(case, criteria, rule) for case in cases]
    return Ranking(
        inputs_digest=inputs_digest(cases, criteria=criteria, places=places, rule=rule),
        places=dict(places),
        rows=tuple(row for group in _by_direction(rows) for row in _placed(group, rule, places)),
    )


def official_without(
    entries: Iterable[EntryBallots],
    *,
    criteria: CriterionSet,
    places: Mapping[str, int],
    rule: AggregationRule = AggregationRule(),
) -> tuple[WithoutExpert, ...]:
    """The official ranking recomputed exactly with each expert left out in turn.

    An entry that falls under the minimum of ballots loses its rank, as the rule says.
    `ranks` covers the directions the expert scored in; elsewhere nothing can change.
    """
    cases = {case.entry: case for case in _checked(entries)}
    rows = {key: _scored(case, criteria, rule) for key, case in cases.items()}
    directions: dict[str, list[str]] = {}
    scored_by: dict[str, list[str]] = {}
    for case in cases.values():
        directions.setdefault(case.direction, []).append(case.entry)
        for ballot in case.ballots:
            scored_by.setdefault(ballot.expert, []).append(case.entry)
    before = {
        direction: _proposed(_placed([rows[key] for key in keys], rule, places))
        for direction, keys in directions.items()
    }

    def without(expert: str) -> WithoutExpert:
        changed = {
            key: _scored(_less(cases[key], expert), criteria, rule) for key in scored_by[expert]
        }
        touched = sorted({cases[key].direction for key in changed})
        placed = [
            row
            for direction in touched
            for row in _placed(
                [changed.get(key, rows[key]) for key in directions[direction]], rule, places
            )
        ]
        old, new = set().union(*(before[key] for key in touched)), _proposed(placed)
        return WithoutExpert(
            expert=expert,
            ranks={row.entry: row.rank for row in placed},
            entered=tuple(sorted(new - old)),
            left=tuple(sorted(old - new)),
        )

    return tuple(without(expert) for expert in sorted(scored_by))


def inputs_digest(
    entries: Iterable[EntryBallots],
    *,
    criteria: CriterionSet,
    places: Mapping[str, int],
    rule: AggregationRule = AggregationRule(),
) -> str:
    """SHA-256 (hex) over everything the ranking depends on, in canonical form."""
    inputs = {
        "criteria": criteria.as_data(),
        "rule": rule,
        "places": dict(places),
        "entries": _checked(entries),
    }
    return digest(inputs)


def _checked(entries: Iterable[EntryBallots]) -> list[EntryBallots]:
    """Entries and their ballots in one fixed order, each at most once."""
    cases = sorted(entries, key=lambda case: case.entry)
    for one, following in pairwise(cases):
        if one.entry == following.entry:
            raise ValueError(f"entry {one.entry} is given twice")
    return [_sorted_ballots(case) for case in cases]


def _sorted_ballots(case: EntryBallots) -> EntryBallots:
    ballots = tuple(sorted(case.ballots, key=lambda ballot: ballot.expert))
    if len({ballot.expert for ballot in ballots}) < len(ballots):
        raise ValueError(f"an expert has two ballots on entry {case.entry}")
    return replace(case, ballots=ballots)


def _less(case: EntryBallots, expert: str) -> EntryBallots:
    return replace(case, ballots=tuple(b for b in case.ballots if b.expert != expert))


def _scored(case: EntryBallots, criteria: CriterionSet, rule: AggregationRule) -> ResultRow:
    """Figures of one entry, not yet placed.

    A criterion's figure drops its own highest and lowest points, like the total: which ballots
    the total dropped is not defined where totals are equal, so they cannot be followed.
    """
    by_criterion = [criteria.criterion_points(ballot.points) for ballot in case.ballots]
    totals = [sum(points.values(), Decimal(0)) for points in by_criterion]
    scores = {
        criterion.code: official_score([points[criterion.code] for points in by_criterion], rule)
        for criterion in criteria.criteria
    }
    return ResultRow(
        entry=case.entry,
        direction=case.direction,
        ballots=len(totals),
        score=official_score(totals, rule),
        criterion_scores={code: score for code, score in scores.items() if score is not None},
        lowest=min(totals, default=None),
        highest=max(totals, default=None),
        spread=spread(totals),
        needs_talk=needs_talk(totals, rule),
        has_upheld_veto=case.has_upheld_veto,
        vote_place=case.vote_place,
    )


def _by_direction(rows: Iterable[ResultRow]) -> Iterable[list[ResultRow]]:
    ordered = sorted(rows, key=lambda row: row.direction)
    return (list(group) for _, group in groupby(ordered, lambda row: row.direction))


def _proposed(rows: Iterable[ResultRow]) -> frozenset[str]:
    return frozenset(row.entry for row in rows if row.outcome == Outcome.PROPOSED)


def _figures(row: ResultRow, rule: AggregationRule) -> tuple[Decimal, ...]:
    """What decides the order, highest first: the score, then the criteria of the tie order."""
    assert row.score is not None
    return (row.score, *(row.criterion_scores[code] for code in rule.tie_order))


def _tied_groups(rows: Sequence[ResultRow], rule: AggregationRule) -> Iterable[list[ResultRow]]:
    """Groups that share a rank, best first. A vote splits a group only if it placed all of it."""
    ordered = sorted(rows, key=lambda row: row.entry)
    ordered.sort(key=lambda row: _figures(row, rule), reverse=True)
    for _, tied in groupby(ordered, lambda row: _figures(row, rule)):
        group = list(tied)
        if any(row.vote_place is None for row in group):
            yield group
            continue
        group.sort(key=lambda row: row.vote_place or 0)
        for _, equal in groupby(group, lambda row: row.vote_place):
            yield list(equal)


def _placed(
    rows: Sequence[ResultRow], rule: AggregationRule, places: Mapping[str, int]
) -> list[ResultRow]:
    """Rows of one direction in order, with rank and outcome; unranked ones last, by entry."""
    ranked = [row for row in rows if row.score is not None and not row.has_upheld_veto]
    others = [row for row in rows if row.score is None or row.has_upheld_veto]
    placed: list[ResultRow] = []
    for group in _tied_groups(ranked, rule):
        first = len(placed) + 1
        outcome = _outcome(group, first, rule, places)
        # Below the pass mark nothing hangs on the order, so nobody is asked to vote.
        tied = len(group) > 1 and outcome != Outcome.BELOW_PASS
        placed += [replace(row, rank=first, needs_vote=tied, outcome=outcome) for row in group]
    for row in sorted(others, key=lambda row: row.entry):
        outcome = Outcome.VETOED if row.has_upheld_veto else Outcome.INVALID
        placed.append(replace(row, outcome=outcome))
    return placed


def _outcome(
    tied: Sequence[ResultRow], first: int, rule: AggregationRule, places: Mapping[str, int]
) -> Outcome:
    """Outcome of entries that share one rank."""
    score, available = tied[0].score, places.get(tied[0].direction, 0)
    if score is None or score < rule.pass_mark:
        return Outcome.BELOW_PASS
    if first + len(tied) - 1 <= available:
        return Outcome.PROPOSED
    return Outcome.TIED_AT_CUT if first <= available else Outcome.NOT_SELECTED
