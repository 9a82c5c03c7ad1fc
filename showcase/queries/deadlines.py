"""Deadlines of the selection that people are reminded of, with those who have still to act."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Role
from portal.accounts.models import Membership, User
from portal.core.deadlines import Due, deadlines
from showcase.lifecycle import RoundState, SubmissionState
from showcase.models import Stage, Submission


def people_by_organisation(organisations: Iterable[int], role: str) -> dict[int, list[User]]:
    """Return the active people who hold a role, by organisation; one query."""
    rows = Membership.objects.filter(
        organisation__in=set(organisations),
        organisation__is_active=True,
        role=role,
        user__is_active=True,
    ).select_related("user")
    found: dict[int, list[User]] = defaultdict(list)
    for row in rows.order_by("pk"):
        found[row.organisation_id].append(row.user)
    return found


def stages_closing(kind: str, state: str, now: datetime, until: datetime) -> dict[int, Any]:
    """Return the stages of a kind that close between two moments, by round, in that state."""
    rows = Stage.objects.filter(
        kind=kind, closes_at__gt=now, closes_at__lte=until, round__state=state
    )
    return {stage.round_id: stage for stage in rows.select_related("round")}


@deadlines(
    "application",
    subject=_("%(left)s left to submit “%(title)s”"),
    body=_("The application is still a draft. Submission closes on %(deadline)s."),
)
def drafts(now: datetime, until: datetime) -> Iterator[Due]:
    """Rule: who writes a draft is reminded before applications close; nobody once it is in."""
    closing = stages_closing(Stage.Kind.APPLY, RoundState.APPLYING, now, until)
    rows = list(Submission.objects.filter(round__in=closing, state=SubmissionState.DRAFT))
    people = people_by_organisation((row.applicant_id for row in rows), Role.APPLICANT)
    for row in rows:
        yield Due(
            key=row.public_id,
            deadline=closing[row.round_id].closes_at,
            people=people[row.applicant_id],
            url=reverse("submission_detail", args=[row.public_id]),
            words={"title": row},
            since=row.created_at,
        )


@deadlines(
    "correction",
    subject=_("%(left)s left to correct an application"),
    body=_("“%(title)s” can be corrected and handed in until %(deadline)s, once."),
)
def corrections(now: datetime, until: datetime) -> Iterator[Due]:
    """Rule: who was asked for a correction is reminded until it is handed in."""
    rows = list(
        Submission.objects.filter(
            state=SubmissionState.CORRECTION, correct_until__gt=now, correct_until__lte=until
        ).select_related("formal_check")
    )
    people = people_by_organisation((row.applicant_id for row in rows), Role.APPLICANT)
    for row in rows:
        assert row.correct_until is not None
        yield Due(
            key=row.public_id,
            deadline=row.correct_until,
            people=people[row.applicant_id],
            url=reverse("submission_detail", args=[row.public_id]),
            words={"title": row},
            since=row.formal_check.returned_at,
        )


@deadlines(
    "recommendation",
    subject=_("%(left)s left to send the list of recommendations"),
    body=_(
        "%(round)s: %(number)s applications wait for %(authority)s. The list closes on "
        "%(deadline)s."
    ),
)
def recommendations(now: datetime, until: datetime) -> Iterator[Due]:
    """Rule: an authority is reminded while an application it has not decided on waits for it."""
    closing = stages_closing(Stage.Kind.RECOMMEND, RoundState.RECOMMENDING, now, until)
    waiting = Submission.objects.filter(
        round__in=closing, state=SubmissionState.SUBMITTED, authority__isnull=False
    ).select_related("authority")
    by_authority: dict[tuple[int, int], list[Submission]] = defaultdict(list)
    for row in waiting:
        by_authority[row.round_id, row.authority_id or 0].append(row)
    people = people_by_organisation((pk for _round, pk in by_authority), Role.RECOMMENDER)
    for (round_id, authority_id), rows in by_authority.items():
        stage = closing[round_id]
        yield Due(
            key=f"{stage.round.code}:{authority_id}",
            deadline=stage.closes_at,
            people=people[authority_id],
            url=reverse("authority_home"),
            words={
                "round": DisplayTitle(stage.round),
                "number": len(rows),
                "authority": rows[0].authority,
            },
        )


class DisplayTitle:
    """A round's title, chosen when it is written out: each reader has a language."""

    def __init__(self, titled: Any) -> None:
        self.titled = titled

    def __str__(self) -> str:
        return str(self.titled.display_title)
