"""Reads for the secretariat's panel screens: the board, the ties, the progress.

None of them reads a score: points are nobody's business before the review is closed.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from evaluation.lifecycle import AssignmentState, BallotState, DrawState
from evaluation.models import Assignment, Draw, Expert, Panel
from evaluation.queries.wording import violation_words
from showcase.models import Round, Submission


@dataclass
class Seat:
    """One place on a panel as the board shows it."""

    assignment: Assignment
    affinity: int | None
    is_free: bool = False
    is_signed: bool = False

    @property
    def percent(self) -> int | None:
        """Affinity as a share of the best possible, in whole per cent."""
        return None if self.affinity is None else self.affinity // 10


@dataclass
class BoardRow:
    """One entry with its panel."""

    submission: Submission
    seats: list[Seat] = field(default_factory=list)
    is_worst: bool = False

    @property
    def percent(self) -> int | None:
        """Mean affinity of the panel, in whole per cent."""
        known = [seat.affinity for seat in self.seats if seat.affinity is not None]
        return sum(known) // len(known) // 10 if known else None


@dataclass(frozen=True)
class LoadRow:
    """How many entries an expert reads in this round, and how many he would."""

    expert: Expert
    entries: int
    limit: int


@dataclass(frozen=True)
class Board:
    """What the panel board shows: a proposal to be decided on, or the panels in force."""

    draw: Draw | None
    is_proposal: bool
    rows: list[BoardRow]
    loads: list[LoadRow]
    faults: list[str]
    worst: BoardRow | None
    free: int


def board_of(round: Round) -> Board:
    """Return the board of a round: its open proposal, else the panels in force."""
    draws = list(round.draws.exclude(state=DrawState.DISCARDED))
    proposal = next((draw for draw in draws if draw.state == DrawState.PROPOSED), None)
    shown = seats_of_draw(proposal) if proposal else seats_in_force(round)
    points = affinity_of(draws)
    replaced = {draw.report.get("replaces") for draw in draws}
    rows = board_rows(shown, points, replaced)
    draw = proposal or next((draw for draw in draws if "replaces" not in draw.report), None)
    worst = mark_worst(rows)
    return Board(
        draw=draw,
        is_proposal=proposal is not None,
        rows=rows,
        loads=load_rows(round, shown, added=proposal is not None),
        faults=fault_words(proposal, rows) if proposal else [],
        worst=worst,
        free=sum(seat.is_free for row in rows for seat in row.seats),
    )


def seats_of_draw(draw: Draw) -> list[Assignment]:
    """The seats a proposal would fill."""
    return list(with_names(draw.assignments.all()))


def seats_in_force(round: Round) -> list[Assignment]:
    """The seats that are filled or were left, in the order of the entries."""
    states = (AssignmentState.ACTIVE, AssignmentState.RECUSED)
    return list(with_names(Assignment.objects.filter(submission__round=round, state__in=states)))


def with_names(seats: QuerySet[Assignment]) -> QuerySet[Assignment]:
    return (
        seats.select_related("expert__user", "submission__direction", "submission__applicant")
        .annotate(signed=Count("ballot", filter=Q(ballot__state=BallotState.SIGNED)))
        .order_by("submission__number", "submission__pk", "state", "pk")
    )


def affinity_of(draws: Iterable[Draw]) -> dict[str, int]:
    """Affinity by "entry:expert" over several draws; the later draw wins."""
    found: dict[str, int] = {}
    for draw in sorted(draws, key=lambda one: one.number):
        found |= draw.report.get("seats", {})
    return found


def board_rows(
    seats: Iterable[Assignment], points: Mapping[str, int], replaced: Collection[str]
) -> list[BoardRow]:
    """Group seats by entry; one that was left is free until a replacement sits."""
    rows: dict[int, BoardRow] = {}
    for seat in seats:
        row = rows.setdefault(seat.submission_id, BoardRow(seat.submission))
        key = f"{seat.submission.public_id}:{seat.expert.public_id}"
        is_free = seat.state == AssignmentState.RECUSED
        if not is_free or seat.public_id not in replaced:
            is_signed = bool(getattr(seat, "signed", 0))
            row.seats.append(Seat(seat, points.get(key), is_free, is_signed))
    return list(rows.values())


def mark_worst(rows: list[BoardRow]) -> BoardRow | None:
    """Mark and return the entry whose panel fits least; None without figures."""
    known = [row for row in rows if row.percent is not None]
    if not known:
        return None
    worst = min(known, key=lambda row: row.percent or 0)
    worst.is_worst = True
    return worst


def load_rows(round: Round, shown: Iterable[Assignment], *, added: bool) -> list[LoadRow]:
    """How many entries each active expert reads; with a proposal what it adds counts too."""
    cap = round.rules.get("load_max", 20)
    experts = (
        Expert.objects.filter(is_active=True)
        .select_related("user")
        .annotate(
            active=Count(
                "assignments",
                filter=Q(
                    assignments__state=AssignmentState.ACTIVE, assignments__submission__round=round
                ),
            )
        )
    )
    more = Counter(seat.expert_id for seat in shown) if added else Counter()
    rows = [
        LoadRow(expert, expert.active + more[expert.pk], min(cap, expert.load_max))
        for expert in experts
    ]
    return sorted(rows, key=lambda row: (-row.entries, row.expert.pk))


def fault_words(draw: Draw, rows: Iterable[BoardRow]) -> list[str]:
    """Every rule the proposal does not keep, told in words."""
    names: dict[str, str] = {}
    for row in rows:
        names[row.submission.public_id] = str(row.submission)
        names |= {s.assignment.expert.public_id: str(s.assignment.expert) for s in row.seats}
    return [violation_words(found, names) for found in draw.report.get("violations", [])]


def panels_of(round: Round) -> list[tuple[Any, Panel | None]]:
    """Each direction of a round with its panel, if one is set."""
    directions = round.directions.select_related("panel__chair__user")
    return [(direction, getattr(direction, "panel", None)) for direction in directions]


@dataclass(frozen=True)
class ProgressRow:
    """How far one expert has come. Counts only: no points before the review is closed."""

    expert: Expert
    assigned: int
    declared: int
    begun: int
    signed: int
    recused: int
    last_saved: datetime | None

    @property
    def is_done(self) -> bool:
        return self.assigned == self.signed


def progress_of(round: Round) -> list[ProgressRow]:
    """Each expert's progress in a round, those with most left first."""
    mine = Q(assignments__submission__round=round)
    active = mine & Q(assignments__state=AssignmentState.ACTIVE)
    counts = {
        "assigned": Count("assignments", filter=active),
        "declared": Count("assignments", filter=active & Q(assignments__declared_at__isnull=False)),
        "begun": Count("assignments__ballot", filter=active),
        "signed": Count(
            "assignments__ballot", filter=active & Q(assignments__ballot__state=BallotState.SIGNED)
        ),
        "recused": Count(
            "assignments", filter=mine & Q(assignments__state=AssignmentState.RECUSED)
        ),
        "last_saved": Max("assignments__ballot__saved_at", filter=active),
    }
    experts = Expert.objects.select_related("user").annotate(**counts)
    rows = [
        ProgressRow(expert, **{name: getattr(expert, name) for name in counts})
        for expert in experts.filter(Q(assigned__gt=0) | Q(recused__gt=0))
    ]
    return sorted(rows, key=lambda row: (row.signed - row.assigned, row.expert.pk))
