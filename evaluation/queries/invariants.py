"""What must always hold of panels and score sheets, recounted from the tables."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Count

from evaluation.criteria import CriterionSet
from evaluation.lifecycle import AssignmentState, BallotState, DrawState, RankingState
from evaluation.models import (
    Assignment,
    Ballot,
    ConflictFact,
    Employment,
    Ranking,
    RankingRow,
)
from evaluation.models import CriterionSet as StoredCriteria
from evaluation.queries.ballots import content_digest, gaps_of
from evaluation.queries.conflicts import reference_day, tie_kind
from evaluation.queries.snapshots import ballot_faults, snapshot_faults
from portal.core.invariants import invariant
from showcase.lifecycle import RoundState
from showcase.models import Partner, Round, Submission

ACTIVE = AssignmentState.ACTIVE


@invariant("evaluation.panel_size")
def panels_are_full() -> Iterator[str]:
    """An entry that has a panel has as many experts as the round says, once none is owed.

    A seat that an expert has left may be empty while the review runs.
    """
    entries = (
        Submission.objects.filter(assignments__draw__state=DrawState.PUBLISHED)
        .distinct()
        .select_related("round")
    )
    seated = Counter(Assignment.objects.filter(state=ACTIVE).values_list("submission", flat=True))
    left = Counter(
        Assignment.objects.filter(state=AssignmentState.RECUSED).values_list(
            "submission", flat=True
        )
    )
    for entry in entries:
        size, number = entry.round.rules.get("panel_size", 5), seated[entry.pk]
        if not size - left[entry.pk] <= number <= size:
            yield f"{entry.number}: {number} experts instead of {size}"


@invariant("evaluation.one_active_seat")
def nobody_sits_twice() -> Iterator[str]:
    """An expert has at most one active seat on an entry."""
    doubled = (
        Assignment.objects.filter(state=ACTIVE)
        .values("submission__number", "expert__public_id")
        .annotate(seats=Count("pk"))
        .filter(seats__gt=1)
    )
    for row in doubled:
        yield f"{row['submission__number']}: expert {row['expert__public_id']} sits twice"


@invariant("evaluation.no_conflict_sits")
def nobody_with_an_upheld_tie_sits() -> Iterator[str]:
    """No active seat is held by an expert with an upheld tie to the entry."""
    upheld = set(ConflictFact.objects.filter(upheld=True).values_list("expert", "submission"))
    for seat in Assignment.objects.filter(state=ACTIVE).select_related("submission", "expert"):
        if (seat.expert_id, seat.submission_id) in upheld:
            yield f"{seat.submission.number}: expert {seat.expert.public_id} has an upheld tie"


@invariant("evaluation.no_employer_sits")
def nobody_judges_an_employer() -> Iterator[str]:
    """Read from the credit codes themselves: no seat in an entry of an expert's employers.

    Looks at rounds under review only: later a tie may begin that did not exist then.
    """
    for round in Round.objects.filter(state=RoundState.REVIEWING).prefetch_related("stages"):
        reference = reference_day(round)
        codes: dict[int, set[str]] = {}
        for job in Employment.objects.all():
            if tie_kind(job, reference):
                codes.setdefault(job.expert_id, set()).add(job.uscc)
        seats = Assignment.objects.filter(state=ACTIVE, submission__round=round)
        partners: dict[int, set[str]] = {}
        for entry, code in Partner.objects.filter(submission__round=round).values_list(
            "submission", "uscc"
        ):
            partners.setdefault(entry, set()).add(code)
        for seat in seats.select_related("submission__applicant", "expert"):
            named = {seat.submission.applicant.uscc} | partners.get(seat.submission_id, set())
            if named & codes.get(seat.expert_id, set()):
                yield f"{seat.submission.number}: expert {seat.expert.public_id} works there"


@invariant("evaluation.loads")
def loads_are_within_limits() -> Iterator[str]:
    """No expert judges more entries of a round than the round and he himself allow."""
    rows = (
        Assignment.objects.filter(state=ACTIVE)
        .values("submission__round", "expert", "expert__public_id", "expert__load_max")
        .annotate(load=Count("pk"))
    )
    caps = {round.pk: round.rules.get("load_max", 20) for round in Round.objects.all()}
    for row in rows:
        limit = min(caps[row["submission__round"]], row["expert__load_max"])
        if row["load"] > limit:
            yield f"expert {row['expert__public_id']}: {row['load']} entries, limit {limit}"


@invariant("evaluation.signed_sheets")
def signed_sheets_add_up() -> Iterator[str]:
    """A signed sheet is complete, its total the sum of its items, its digest that of its text."""
    sheets = {
        stored.round_id: CriterionSet.from_data(stored.data)
        for stored in StoredCriteria.objects.all()
    }
    signed = Ballot.objects.filter(state=BallotState.SIGNED).select_related(
        "assignment__submission"
    )
    for ballot in signed.iterator(chunk_size=500):
        where = f"{ballot.assignment.submission.number} ({ballot.assignment.public_id})"
        if ballot.total != sum(map(Decimal, ballot.scores.values()), Decimal(0)):
            yield f"{where}: the total is not the sum of the items"
        elif gaps_of(sheets[ballot.assignment.submission.round_id], ballot):
            yield f"{where}: signed although not complete"
        elif ballot.content_hash != content_digest(ballot):
            yield f"{where}: the digest does not fit the text"


@invariant("evaluation.versions")
def every_revision_is_kept() -> Iterator[str]:
    """A sheet's versions are numbered 1 to its revision without a gap."""
    for ballot in Ballot.objects.annotate(kept=Count("versions")):
        if ballot.kept != ballot.revision:
            yield f"ballot {ballot.pk}: {ballot.kept} versions, revision {ballot.revision}"


@invariant("evaluation.rankings")
def rankings_are_what_the_rule_gives() -> Iterator[str]:
    """Every snapshot follows from its inputs, and a published one from the ballots as they are.

    A frozen one may be behind a sheet that was given back since; publication refuses it then.
    """
    for ranking in Ranking.objects.select_related("round").order_by("pk"):
        yield from snapshot_faults(ranking)
        if ranking.state == RankingState.PUBLISHED:
            yield from ballot_faults(ranking)


@invariant("evaluation.verdicts")
def verdicts_are_those_of_the_ranking() -> Iterator[str]:
    """Every entry of a published ranking has its verdict, and it is the one on the list."""
    rows = RankingRow.objects.filter(ranking__state=RankingState.PUBLISHED)
    for row in rows.select_related("submission__verdict", "ranking"):
        verdict = getattr(row.submission, "verdict", None)
        if verdict is None or verdict.is_proposed != row.is_proposed:
            yield f"{row.submission.number}: the verdict is not that of {row.ranking}"
