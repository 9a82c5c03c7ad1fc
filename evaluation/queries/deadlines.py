"""The end of a review, of which experts with unsigned sheets are reminded."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evaluation.lifecycle import AssignmentState
from evaluation.models import Assignment
from portal.core.deadlines import Due, deadlines
from showcase.lifecycle import RoundState
from showcase.models import Stage


@deadlines(
    "reviewing",
    subject=_("%(left)s left to sign your score sheets"),
    body=_(
        "%(round)s: %(number)s sheets are not signed yet. The review closes on %(deadline)s; "
        "unsigned sheets do not count."
    ),
)
def reviewing(now: datetime, until: datetime) -> Iterator[Due]:
    """Rule: an expert is reminded while a sheet of theirs is not signed, and not after."""
    stages = Stage.objects.filter(
        kind=Stage.Kind.REVIEW,
        closes_at__gt=now,
        closes_at__lte=until,
        round__state=RoundState.REVIEWING,
    ).select_related("round")
    closing = {stage.round_id: stage for stage in stages}
    seats = (
        Assignment.objects.filter(
            submission__round__in=closing, state=AssignmentState.ACTIVE, expert__is_active=True
        )
        .exclude(ballot__signed_at__isnull=False)
        .select_related("expert__user", "submission")
    )
    counts: dict[int, Counter[Any]] = defaultdict(Counter)
    for seat in seats:
        counts[seat.submission.round_id][seat.expert.user] += 1
    for round_id, people in counts.items():
        stage = closing[round_id]
        for person, number in people.items():
            yield Due(
                key=stage.round.code,
                deadline=stage.closes_at,
                people=[person],
                url=reverse("desk_home"),
                words={"round": RoundTitle(stage.round), "number": number},
            )


class RoundTitle:
    """A round's title, chosen when it is written out: each reader has a language."""

    def __init__(self, round: Any) -> None:
        self.round = round

    def __str__(self) -> str:
        return str(self.round.display_title)
