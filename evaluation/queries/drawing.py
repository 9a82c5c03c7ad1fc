"""What the solver is given for a round: entries, candidates, ties and rules as plain values.

Ids are public ids. The same reads feed the recount before publication, which uses no solver.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Count, QuerySet

from evaluation.assigning import (
    AssignmentRules,
    Candidate,
    Entry,
    Seat,
    Violation,
    affinities,
    verify,
)
from evaluation.lifecycle import AssignmentState
from evaluation.models import Assignment, Expert
from evaluation.queries.conflicts import barred_seats, entries_under_review
from portal.core import taxonomies
from portal.core.identifiers import normalise_uscc
from showcase.models import Round, Submission

# Directions near enough to read: an expert of one can judge the other, with less affinity.
RELATED: dict[str, frozenset[str]] = {
    "device": frozenset({"control", "integrated"}),
    "control": frozenset({"device", "network", "integrated"}),
    "network": frozenset({"control", "platform", "integrated"}),
    "platform": frozenset({"network", "data"}),
    "data": frozenset({"platform", "data-management"}),
    "integrated": frozenset({"control", "network", "service"}),
    "service": frozenset({"integrated", "data-management"}),
    "data-management": frozenset({"data", "service"}),
}
# A mixed panel: somebody who runs plants and somebody who does research.
REQUIRED_KINDS = {Expert.Kind.INDUSTRY.value: 1, Expert.Kind.ACADEMIA.value: 1}


@dataclass(frozen=True)
class Ground:
    """Everything a draw is made from and checked against."""

    entries: tuple[Entry, ...]
    candidates: tuple[Candidate, ...]
    conflicts: frozenset[Seat]
    rules: AssignmentRules

    def violations(self, seats: Iterable[Seat]) -> list[Violation]:
        """Recount these seats by hand; an empty list means every rule is kept."""
        return verify(self.entries, self.candidates, self.conflicts, seats, self.rules)

    def affinity(self) -> dict[Seat, int]:
        """Return the affinity of every pair, in whole points from 0 to 1000."""
        if not self.entries or not self.candidates:
            return {}
        points = affinities(self.entries, self.candidates, self.rules.related)
        return {
            (entry.id, candidate.id): int(points[row, column])
            for row, entry in enumerate(self.entries)
            for column, candidate in enumerate(self.candidates)
        }


def rules_of(round: Round) -> AssignmentRules:
    """Return the panel rules from the round's numbers.

    Rule: five experts an entry, at least one of industry and one of academia, at most three of
    a kind, one from an organisation, two from the applicant's own region.
    """
    return AssignmentRules(
        size=round.rules.get("panel_size", 5),
        required_kinds=REQUIRED_KINDS,
        kind_max=round.rules.get("panel_kind_max", 3),
        organisation_max=round.rules.get("panel_organisation_max", 1),
        region_max=round.rules.get("panel_region_max", 2),
        related=RELATED,
    )


def entries_without_panel(round: Round) -> QuerySet[Submission]:
    """Accepted entries that no published draw has given a panel yet."""
    return entries_under_review(round).exclude(assignments__state=AssignmentState.ACTIVE)


def ground_for(round: Round, submissions: Iterable[Submission]) -> Ground:
    """Return what a draw for these entries is made from."""
    return Ground(
        entries=tuple(entry_of(submission) for submission in submissions),
        candidates=tuple(candidates_of(round)),
        conflicts=frozenset(barred_seats(round)),
        rules=rules_of(round),
    )


def entry_of(submission: Submission) -> Entry:
    """Return an application as the solver sees it."""
    codes = [submission.applicant.uscc, *(partner.uscc for partner in submission.partners.all())]
    return Entry(
        id=submission.public_id,
        direction=submission.direction.code if submission.direction else "",
        region=submission.region,
        topics=frozenset(submission.data.get("pj.objects") or ()),
        organisations=frozenset(normalise_uscc(code) for code in codes),
    )


def available_experts() -> QuerySet[Expert]:
    """Active experts whose employers are known; the others are blocked, not clean."""
    known = Expert.objects.filter(is_active=True, user__is_active=True)
    return (
        known.filter(employments__isnull=False)
        .distinct()
        .select_related("user")
        .prefetch_related("employments")
    )


def loads_of(round: Round) -> Counter[int]:
    """Return how many entries of the round each expert judges now, by expert id."""
    rows = (
        Assignment.objects.filter(submission__round=round, state=AssignmentState.ACTIVE)
        .values_list("expert")
        .annotate(number=Count("pk"))
    )
    return Counter(dict(rows))


def candidates_of(round: Round) -> list[Candidate]:
    """Return the experts who may be called, with the room they have left.

    Rule: at most 20 entries an expert (or less where he has asked for less); what he judges in
    this round already counts, and whoever has no room left is not asked.
    """
    cap, loads = round.rules.get("load_max", 20), loads_of(round)
    found = (
        candidate_of(expert, min(expert.load_max, cap) - loads[expert.pk])
        for expert in available_experts()
    )
    return [candidate for candidate in found if candidate.load_max > 0]


def candidate_of(expert: Expert, room: int) -> Candidate:
    """Return an expert as the solver sees him; his present employer stands for where he is from."""
    present = next((job for job in expert.employments.all() if job.ended_on is None), None)
    directions = frozenset(expert.directions)
    return Candidate(
        id=expert.public_id,
        kind=expert.kind,
        organisation=normalise_uscc(present.uscc) if present else "",
        region=expert.region,
        directions=directions,
        topics=directions & frozenset(taxonomies.scheme("objects")),
        load_max=room,
    )


def ground_for_seat(assignment: Assignment) -> Ground:
    """Return what the replacement of one seat is drawn from.

    Candidates are those who never had a seat on this entry and with whom the remaining panel
    keeps every rule; where nobody keeps every rule, all who are not barred.
    """
    submission = assignment.submission
    whole = ground_for(submission.round, [submission])
    sitting = submission.assignments.filter(state=AssignmentState.ACTIVE).exclude(pk=assignment.pk)
    seated = [candidate_of(seat.expert, 1) for seat in sitting.select_related("expert")]
    ever = set(
        submission.assignments.exclude(state=AssignmentState.PROPOSED).values_list(
            "expert__public_id", flat=True
        )
    )
    barred = {expert for entry, expert in whole.conflicts if entry == submission.public_id}
    free = [c for c in whole.candidates if c.id not in ever | barred]
    fitting = [c for c in free if keeps_rules(whole, seated, c)]
    # One seat: the rules about the whole panel were judged with the other members above.
    rules = replace(whole.rules, size=1, required_kinds={})
    return replace(whole, candidates=tuple(fitting or free), rules=rules)


def keeps_rules(ground: Ground, seated: list[Candidate], candidate: Candidate) -> bool:
    """Say whether the panel of one entry keeps every rule with this member added.

    Ties and loads of those who sit already were judged when they were seated.
    """
    entry, members = ground.entries[0], [*seated, replace(candidate, load_max=1)]
    full = len(members) >= ground.rules.size
    needed = ground.rules.required_kinds if full else {}
    rules = replace(ground.rules, size=len(members), required_kinds=needed)
    seats = [(entry.id, member.id) for member in members]
    return not verify([replace(entry, organisations=frozenset())], members, [], seats, rules)
