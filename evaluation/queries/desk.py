"""Reads for the expert's desk. What an expert may see at all is decided in `blind`."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from evaluation.criteria import CriterionSet
from evaluation.lifecycle import AssignmentState, BallotState
from evaluation.models import Assignment, Ballot, ConflictFact
from evaluation.models import CriterionSet as StoredCriteria
from evaluation.queries.ballots import gaps_of
from evaluation.queries.blind import assignments_of, panels_chaired_by, seats_chaired_by
from portal.core import clock
from showcase.models import Round, Stage


@dataclass(frozen=True)
class DeskEntry:
    """One of the expert's entries: where it stands and what is to do."""

    assignment: Assignment
    position: int
    state: str
    judged: int
    items: int

    @property
    def ballot(self) -> Ballot | None:
        return getattr(self.assignment, "ballot", None)

    @property
    def total(self) -> Decimal | None:
        return self.ballot.total if self.ballot else None

    @property
    def pill(self) -> tuple[str, str]:
        """The state's word and tone."""
        return {
            "signed": (_("Signed"), "good"),
            "recused": (_("Stepped back"), "mute"),
            "doubt": (_("Tie being decided"), "warn"),
            "undeclared": (_("Declare ties first"), "warn"),
            "complete": (_("Ready to sign"), "warn"),
            "draft": (_("Draft"), ""),
            "open": (_("Not begun"), "todo"),
        }[self.state]

    @property
    def mark(self) -> str:
        """The state as the strip of entries draws it."""
        marks = {"signed": "done", "recused": "out", "draft": "warn", "complete": "warn"}
        return marks.get(self.state, "warn" if self.state == "doubt" else "")


@dataclass(frozen=True)
class DeskRound:
    """An expert's work in one round."""

    round: Round
    stage: Stage | None
    entries: list[DeskEntry]

    def count(self, *states: str) -> int:
        """How many entries are in one of these states."""
        return sum(entry.state in states for entry in self.entries)

    @property
    def signed(self) -> int:
        return self.count("signed")

    @property
    def drafts(self) -> int:
        return self.count("draft", "complete", "doubt")

    @property
    def recused(self) -> int:
        return self.count("recused")

    @property
    def active(self) -> int:
        return len(self.entries) - self.recused

    @property
    def is_open(self) -> bool:
        return self.stage is not None and self.stage.is_open()

    @property
    def is_over(self) -> bool:
        return self.stage is not None and clock.now() >= self.stage.closes_at


def desk_of(user: Any, round: Round | None = None) -> list[DeskRound]:
    """Return this expert's entries by round, the newest round first."""
    own = assignments_of(user)
    seats = list(own.filter(submission__round=round) if round else own)
    rounds = {seat.submission.round_id: seat.submission.round for seat in seats}
    prefetch_related_objects(list(rounds.values()), "stages")
    sheets = {
        stored.round_id: CriterionSet.from_data(stored.data)
        for stored in StoredCriteria.objects.filter(round__in=rounds)
    }
    doubts = doubted_by(user)
    return [
        DeskRound(
            one,
            one.stage(Stage.Kind.REVIEW),
            entries_in(
                [seat for seat in seats if seat.submission.round_id == key],
                sheets.get(key),
                doubts,
            ),
        )
        for key, one in sorted(rounds.items(), reverse=True)
    ]


def doubted_by(user: Any) -> set[int]:
    """Entries about which this expert has declared a tie that is not decided yet."""
    facts = ConflictFact.objects.filter(expert__user_id=user.pk, upheld=None)
    return set(facts.values_list("submission", flat=True))


def entries_in(
    seats: Iterable[Assignment], sheet: CriterionSet | None, doubts: set[int]
) -> list[DeskEntry]:
    """Number an expert's seats of one round and say where each stands.

    An entry that was left and came back in a later draw is shown once, as it is now.
    """
    latest: dict[int, Assignment] = {}
    for seat in seats:
        held = latest.get(seat.submission_id)
        if held is None or held.state == AssignmentState.RECUSED:
            latest[seat.submission_id] = seat
    return [
        desk_entry(seat, position, sheet, doubts)
        for position, seat in enumerate(latest.values(), start=1)
    ]


def desk_entry(
    seat: Assignment, position: int, sheet: CriterionSet | None, doubts: set[int]
) -> DeskEntry:
    """Say where one of the expert's entries stands."""
    ballot = getattr(seat, "ballot", None)
    items = sheet.items() if sheet else ()
    judged = sum(item.code in (ballot.scores if ballot else {}) for item in items)
    return DeskEntry(seat, position, state_of(seat, ballot, sheet, doubts), judged, len(items))


def state_of(
    seat: Assignment, ballot: Ballot | None, sheet: CriterionSet | None, doubts: set[int]
) -> str:
    """Return the one word for where an entry stands on the desk."""
    if seat.state == AssignmentState.RECUSED:
        return "recused"
    if ballot is not None and ballot.state == BallotState.SIGNED:
        return "signed"
    if seat.submission_id in doubts:
        return "doubt"
    if seat.declared_at is None:
        return "undeclared"
    if ballot is None:
        return "open"
    return "draft" if sheet is None or gaps_of(sheet, ballot) else "complete"


@dataclass(frozen=True)
class ChairRow:
    """One entry of a chaired panel, its seats by number: names stay closed to the chair too."""

    title: str
    number: str
    direction: str
    seats: list[dict[str, Any]]


def chaired_rows(user: Any) -> list[ChairRow]:
    """Return the entries of the panels this person chairs, with each seat's state."""
    grouped: dict[int, list[Assignment]] = {}
    for seat in seats_chaired_by(user):
        grouped.setdefault(seat.submission_id, []).append(seat)
    return [
        ChairRow(
            title=str(seats[0].submission),
            number=seats[0].submission.number or "",
            direction=direction_name(seats[0]),
            seats=[chaired_seat(seat, number) for number, seat in enumerate(seats, start=1)],
        )
        for seats in grouped.values()
    ]


def direction_name(seat: Assignment) -> str:
    """Return the direction of a seat's entry in the active language."""
    direction = seat.submission.direction
    return direction.display_name if direction else ""


def chaired_seat(seat: Assignment, number: int) -> dict[str, Any]:
    """Return what a chair sees of one seat: its number and whether the sheet is signed."""
    ballot = getattr(seat, "ballot", None)
    signed = ballot is not None and ballot.state == BallotState.SIGNED
    return {
        "number": number,
        "public_id": seat.public_id,
        "is_signed": signed,
        "signed_at": ballot.signed_at if ballot and signed else None,
        "is_begun": ballot is not None,
    }


def chairs(user: Any) -> bool:
    """Say whether this person chairs a panel at work."""
    return panels_chaired_by(user).exists()


def versions_of(ballot: Ballot) -> QuerySet[Any]:
    """The kept versions of a sheet, newest first."""
    return ballot.versions.only("number", "saved_at")
