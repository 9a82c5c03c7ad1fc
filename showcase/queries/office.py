"""Reads of the office: the rounds with what needs somebody, and all entries of a round."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.fields.json import KT

from portal.core import clock
from showcase.lifecycle import RoundState, SubmissionState
from showcase.models import Round, Stage, Submission

# The arrow that leaves each state, and the stage that must be over before it is due.
NEXT = {
    RoundState.SETUP: "open",
    RoundState.APPLYING: "close_applications",
    RoundState.RECOMMENDING: "start_checks",
    RoundState.CHECKING: "start_review",
    RoundState.REVIEWING: "start_ranking",
}
STAGE_OF = {
    RoundState.APPLYING: Stage.Kind.APPLY,
    RoundState.RECOMMENDING: Stage.Kind.RECOMMEND,
    RoundState.CHECKING: Stage.Kind.CHECK,
    RoundState.REVIEWING: Stage.Kind.REVIEW,
    RoundState.PUBLICITY: Stage.Kind.PUBLICITY,
}
S = SubmissionState


@dataclass
class RoundLine:
    """A round on the office's first page: its counts, its present stage, what waits."""

    round: Round
    counts: Counter[str] = field(default_factory=Counter)
    overdue: int = 0

    @property
    def total(self) -> int:
        """How many applications were handed in."""
        return sum(number for state, number in self.counts.items() if state != S.DRAFT)

    @property
    def stage(self) -> Stage | None:
        """The stage of the round's present state."""
        kind = STAGE_OF.get(RoundState(self.round.state))
        return self.round.stage(kind) if kind else None

    @property
    def is_over(self) -> bool:
        """Whether the present stage has closed, so that the round may move on."""
        return bool(self.stage and clock.now() >= self.stage.closes_at)

    @property
    def waiting(self) -> int:
        """How many entries wait for the secretariat's formal check."""
        return self.counts[S.RECOMMENDED] if self.round.state == RoundState.CHECKING else 0


def round_lines() -> list[RoundLine]:
    """Return all rounds, newest first, in four queries whatever their number."""
    rounds = Round.objects.select_related("programme").prefetch_related("stages")
    lines = {one.pk: RoundLine(one) for one in rounds}
    for pk, state, number in counted(Submission.objects.all()):
        lines[pk].counts[state] = number
    late = Submission.objects.filter(state=S.CORRECTION, correct_until__lte=clock.now())
    for pk, _state, number in counted(late):
        lines[pk].overdue = number
    return list(lines.values())


def counted(submissions: QuerySet[Submission]) -> Iterable[tuple[int, str, int]]:
    """Return (round, state, number) of submissions."""
    return submissions.order_by().values_list("round", "state").annotate(n=Count("pk"))


def line_of(round: Round) -> RoundLine:
    """Return one round's line; one query."""
    is_late = Q(state=S.CORRECTION, correct_until__lte=clock.now())
    states = round.submissions.order_by().values_list("state")
    found = list(states.annotate(n=Count("pk"), late=Count("pk", filter=is_late)))
    counts = Counter({state: number for state, number, _late in found})
    return RoundLine(round, counts, sum(late for _state, _number, late in found))


def office_entries(round: Round, user: Any) -> QuerySet[Submission]:
    """Return the entries of a round that were handed in, without their long answers."""
    return (
        Submission.objects.visible_to(user)
        .handed_in()
        .filter(round=round)
        .annotate(investment=KT("data__pj.invest"))
        .select_related("applicant", "direction", "authority", "recommendation", "formal_check")
        .defer("data")
        .order_by("number", "pk")
    )


def undecided(round: Round) -> int:
    """Return how many entries the formal check has not decided yet."""
    return round.submissions.filter(state__in=(S.RECOMMENDED, S.CORRECTION)).count()
