"""What stands between a ranking and its publication: ballots, talks, votes, vetoes."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from evaluation.lifecycle import AssignmentState, BallotState
from evaluation.models import Assignment, Ranking, RankingRow, Talk
from evaluation.queries.snapshots import JUDGED, signed_ballots
from evaluation.scoring import Outcome
from showcase.models import Round

NEAR = 2  # places below the selection line that still count as near it


@dataclass(frozen=True)
class MissingBallots:
    """How many active assignments of one entry have no signed ballot."""

    public_id: str
    title: str
    number: int


@dataclass(frozen=True)
class Blocker:
    """One open point: `talk`, `vote` or `veto`, and the entry it is about."""

    code: str
    title: str
    public_id: str
    spread: Decimal | None = None


def missing_ballots(round: Round, *, only_reopened: bool = False) -> list[MissingBallots]:
    """Return the entries whose ballots are not all signed, with how many are missing.

    `only_reopened` counts those alone that were signed once and given back.
    """
    open_ones = (
        Assignment.objects.filter(
            submission__round=round,
            submission__state__in=JUDGED,
            state=AssignmentState.ACTIVE,
        )
        .exclude(ballot__state=BallotState.SIGNED)
        .values_list("submission__public_id", "submission__title")
        .order_by("submission__number", "submission__public_id")
    )
    if only_reopened:
        open_ones = open_ones.filter(ballot__reopened_at__isnull=False)
    counts: dict[tuple[str, str], int] = {}
    for key in open_ones:
        counts[key] = counts.get(key, 0) + 1
    return [MissingBallots(*key, number) for key, number in counts.items()]


def rows_with_talks(ranking: Ranking) -> QuerySet[Any]:
    """Return a ranking's rows, each with whether its spread and its veto ground are settled."""
    talks = Talk.objects.filter(submission=OuterRef("submission"))
    return ranking.rows.select_related("submission", "direction").annotate(
        is_talked_over=Exists(talks.filter(kind=Talk.Kind.SPREAD)),
        is_veto_decided=Exists(talks.filter(kind=Talk.Kind.VETO)),
    )


def blockers(ranking: Ranking, rows: Iterable[Any] | None = None) -> list[Blocker]:
    """Return what must be settled before publication, in the order of the list.

    Rule: totals 20 points or more apart need the panel's talk where the entry is proposed or
    stands within two places below the line; entries tied at the line need a vote; a veto ground
    an expert raised needs a decision, on whatever entry. `rows` are those of `rows_with_talks`,
    if the caller has them.
    """
    flagged = {b.assignment.submission_id for b in signed_ballots(ranking.round) if b.flags}
    rows = rows_with_talks(ranking) if rows is None else rows
    found = []
    for row in rows:
        if row.needs_talk and is_near(row) and not row.is_talked_over:
            found.append(blocker("talk", row))
        if row.reason == Outcome.TIED_AT_CUT:
            found.append(blocker("vote", row))
        if row.submission_id in flagged and not row.is_veto_decided:
            found.append(blocker("veto", row))
    return found


def is_near(row: RankingRow) -> bool:
    """Say whether an entry is at or near the selection line of its direction."""
    return row.rank is not None and row.rank <= row.direction.places + NEAR


def blocker(code: str, row: RankingRow) -> Blocker:
    return Blocker(code, row.submission.title, row.submission.public_id, row.spread)
