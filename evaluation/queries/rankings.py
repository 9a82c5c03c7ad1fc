"""The ranking as its board and its workbook show it: official rows with the estimate beside.

Experts appear by number only; the numbers follow the snapshot's own order of experts. Visibility
is decided here (`round_for`): who may not read rankings learns nothing of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.core.cache import cache
from django.http import Http404
from django.shortcuts import get_object_or_404

from evaluation.calibration import Status
from evaluation.lifecycle import RankingState
from evaluation.models import Ranking, RankingRow
from evaluation.queries.blocking import Blocker, blockers, rows_with_talks
from evaluation.queries.snapshots import Inputs, stored_inputs
from portal.accounts.enums import Permission
from portal.core import audit
from portal.core.models import AuditChain
from showcase.models import Direction, Round

RECORD_KEPT = 600  # seconds; the record's head is part of the key
LEFT_OUT_KEPT = 24 * 3600  # a snapshot never changes


def round_for(user: Any, code: str) -> Round:
    """Return a round whose ranking this person may read; 404 alike for missing and forbidden."""
    if not user.may(Permission.EVALUATION_RANKINGS_READ):
        raise Http404
    rounds = Round.objects.select_related("notice").defer("notice__entries")
    return get_object_or_404(rounds, code=code)


def current_ranking(round: Round) -> Ranking | None:
    """Return the ranking in force: the published or frozen one."""
    live = round.rankings.exclude(state=RankingState.SUPERSEDED).select_related("frozen_by")
    return live.order_by("-number").first()


@dataclass(frozen=True)
class Line:
    """One entry on the board: the official row and, where it may be shown, its estimate."""

    row: RankingRow
    figures: Mapping[str, Any] | None
    blockers: tuple[Blocker, ...] = ()
    is_last_in: bool = False

    @property
    def is_close(self) -> bool:
        return bool(self.figures and self.figures["is_close_call"])


@dataclass(frozen=True)
class Board:
    """One direction of a ranking with everything beside it."""

    ranking: Ranking
    directions: tuple[Direction, ...]
    direction: Direction
    counts: Mapping[str, int]
    lines: tuple[Line, ...]
    open_points: tuple[Blocker, ...]
    inputs: Inputs = field(repr=False)

    @cached_property
    def numbers(self) -> dict[str, str]:
        """Experts' numbers (01 …) by key."""
        return numbers_of(self.inputs)

    @property
    def is_estimated(self) -> bool:
        return bool(self.ranking.estimate and self.ranking.estimate["status"] == Status.SHOWN)

    @property
    def close_calls(self) -> list[Line]:
        return [line for line in self.lines if line.is_close]

    @cached_property
    def severities(self) -> list[dict[str, Any]]:
        """Experts who judged this direction, strictest first, by number."""
        estimate = self.ranking.estimate
        if not self.is_estimated or estimate is None:
            return []
        here = {
            ballot.expert
            for entry in self.inputs.entries
            if entry.direction == self.direction.code
            for ballot in entry.ballots
        }
        rows = [row for row in estimate["experts"] if row["expert"] in here]
        return [
            {**row, "number": self.numbers[row["expert"]]}
            for row in sorted(rows, key=lambda row: (row["severity"], row["expert"]))
        ]

    @cached_property
    def left_out(self) -> list[dict[str, Any]]:
        """Experts without whom the official list of this direction would be another one."""
        here = {line.row.submission.public_id: line.row for line in self.lines}
        found = []
        for change in left_out_changes(self.ranking, self.inputs):
            entered = [here[key] for key in change["entered"] if key in here]
            left = [here[key] for key in change["left"] if key in here]
            if entered or left:
                number = self.numbers[change["expert"]]
                found.append({"number": number, "entered": entered, "left": left})
        return sorted(found, key=lambda row: row["number"])


def numbers_of(inputs: Inputs) -> dict[str, str]:
    """Return the experts' two-digit numbers by key, in the snapshot's order."""
    return {key: f"{place:02d}" for place, key in enumerate(inputs.experts(), start=1)}


def left_out_changes(ranking: Ranking, inputs: Inputs) -> list[dict[str, Any]]:
    """Return how the official list changes without each expert; kept, since it never changes."""
    key = f"left-out:{ranking.inputs_digest}"
    kept = cache.get(key)
    if kept is None:
        kept = [
            {"expert": one.expert, "entered": list(one.entered), "left": list(one.left)}
            for one in inputs.without_each_expert()
            if one.entered or one.left
        ]
        cache.set(key, kept, LEFT_OUT_KEPT)
    return kept


def board_of(ranking: Ranking, direction_code: str = "") -> Board:
    """Return the board of one direction, the first with entries unless one is named."""
    in_order = ("direction__order", "rank", "score", "submission__public_id")
    rows = list(
        rows_with_talks(ranking).select_related("submission__applicant").order_by(*in_order)
    )
    directions = tuple(ranking.round.directions.order_by("order"))
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.direction.code] = counts.get(row.direction.code, 0) + 1
    direction = chosen(directions, direction_code, counts)
    open_points = tuple(blockers(ranking, rows))
    return Board(
        ranking=ranking,
        directions=directions,
        direction=direction,
        counts=counts,
        lines=lines_of(
            ranking, [row for row in rows if row.direction_id == direction.pk], open_points
        ),
        open_points=open_points,
        inputs=stored_inputs(ranking),
    )


def chosen(directions: tuple[Direction, ...], code: str, counts: Mapping[str, int]) -> Direction:
    """Return the direction asked for; Http404 for a code the round does not have."""
    if not code:
        return next((one for one in directions if one.code in counts), directions[0])
    found = next((one for one in directions if one.code == code), None)
    if found is None:
        raise Http404
    return found


def lines_of(
    ranking: Ranking, rows: list[RankingRow], open_points: tuple[Blocker, ...]
) -> tuple[Line, ...]:
    """Return a direction's lines in order, unranked ones last."""
    ordered = sorted(rows, key=lambda row: (row.rank is None, row.rank or 0))
    figures = figures_of(ranking)
    return tuple(
        Line(
            row=row,
            figures=figures.get(row.submission.public_id),
            blockers=tuple(b for b in open_points if b.public_id == row.submission.public_id),
            is_last_in=is_last_in(ordered, place),
        )
        for place, row in enumerate(ordered)
    )


def is_last_in(rows: list[RankingRow], place: int) -> bool:
    """Say whether the selection line runs under this row."""
    row = rows[place]
    following = rows[place + 1] if place + 1 < len(rows) else None
    places = row.direction.places
    inside = row.rank is not None and row.rank <= places
    return inside and (following is None or following.rank is None or following.rank > places)


def figures_of(ranking: Ranking) -> dict[str, Mapping[str, Any]]:
    """Return the estimate's figures by entry; nothing unless they may be shown."""
    estimate = ranking.estimate or {}
    if estimate.get("status") != Status.SHOWN:
        return {}
    return {row["entry"]: row for row in estimate["entries"]}


@dataclass(frozen=True)
class RecordCheck:
    """The round's record as it was last recomputed: how many rows, and what is wrong if any."""

    rows: int
    fault: str = ""


def record_check(round: Round) -> RecordCheck | None:
    """Return the state of the round's hash chain, recomputed at most every ten minutes."""
    chain = AuditChain.objects.filter(name=round.audit_chain).first()
    if chain is None:
        return None
    key = f"record:{chain.head}"
    fault = cache.get(key)
    if fault is None:
        fault = audit.verify(chain) or ""
        cache.set(key, fault, RECORD_KEPT)
    return RecordCheck(chain.length, fault)


@dataclass(frozen=True)
class Sheet:
    """One ballot of an entry by the expert's number, as the snapshot holds it."""

    number: str
    points: Mapping[str, Decimal]
    by_criterion: Mapping[str, Decimal]
    total: Decimal


def sheets_of(inputs: Inputs, entry_key: str) -> list[Sheet]:
    """Return an entry's ballots from the snapshot, by expert number."""
    numbers = numbers_of(inputs)
    entry = next((one for one in inputs.entries if one.entry == entry_key), None)
    sheets = [
        Sheet(
            number=numbers[ballot.expert],
            points=ballot.points,
            by_criterion=inputs.criteria.criterion_points(ballot.points),
            total=inputs.criteria.total(ballot.points),
        )
        for ballot in (entry.ballots if entry else ())
    ]
    return sorted(sheets, key=lambda sheet: sheet.number)
