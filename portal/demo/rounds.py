"""The demo's rounds: one in every state, each lived through by the services on its own dates."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from portal.accounts.models import Organisation
from portal.core import clock
from portal.demo import stages
from portal.demo.content import DIRECTIONS, dossiers, read
from portal.demo.people import person
from showcase.lifecycle import RoundState, SubmissionState
from showcase.models import Round, Stage, Submission
from showcase.services.rounds import create_round_from_template, stage_windows

SECRETARY, SECOND = "secretariat01@example.org", "secretariat02@example.org"
# The fullest round is over: it opened so many days ago that all its stages fit before today.
FULL_OPENED_DAYS_AGO = 200


@dataclass(frozen=True)
class Plan:
    """One round of the demo: number in the year, the state it ends in, entries, quota, places."""

    number: int
    state: str
    entries: int
    quota: str = "other"
    places: int = 1


# The fullest round first; the later ones live from the entries that it did not select.
PLANS = (
    Plan(1, RoundState.ANNOUNCED, 48, quota="full", places=3),
    Plan(2, RoundState.PUBLICITY, 4),
    Plan(3, RoundState.RANKING, 4),
    Plan(4, RoundState.REVIEWING, 4),
    Plan(5, RoundState.CHECKING, 4),
    Plan(6, RoundState.RECOMMENDING, 4),
    Plan(7, RoundState.APPLYING, 4, quota="open"),
    Plan(8, RoundState.SETUP, 0),
)


def ensure_rounds(tell: Callable[[str], None]) -> None:
    """Make every planned round that is not there yet; each is all there or not at all."""
    for plan, code in missing_rounds():
        with transaction.atomic():
            build(plan, code, int(code[:4]))
        tell(f"{code}: {plan.state}, {plan.entries} applications")


def missing_rounds() -> list[tuple[Plan, str]]:
    """Return the plans that have no round yet, with the code each will get.

    A demo begun last year is completed with its own codes: its listed entries may not apply
    once more while their term runs.
    """
    known = set(Round.objects.values_list("code", flat=True))
    first = min((code for code in known if re.fullmatch(r"\d{4}-1", code)), default="")
    year = first[:4] or str(clock.today().year)
    codes = [(plan, f"{year}-{plan.number}") for plan in PLANS]
    return [(plan, code) for plan, code in codes if code not in known]


def slugs_for(plan: Plan, year: int) -> tuple[str, ...]:
    """Return the dossiers of a round: all for the fullest, else the next that were not selected."""
    everything = tuple(dossiers())
    if plan.quota == "full":
        return everything
    first = sum(one.entries for one in PLANS[1 : PLANS.index(plan)])
    refused = set(
        Submission.objects.filter(
            round__code=f"{year}-1", state=SubmissionState.NOT_SELECTED
        ).values_list("title", flat=True)
    )
    free = [slug for slug in everything if dossiers()[slug].title in refused]
    return tuple(free[first : first + plan.entries])


def build(plan: Plan, code: str, year: int) -> Round:
    """Create one round and live it through up to its planned state."""
    opens_at = opening(plan.state)
    # A round that opens weeks from now is made today, not later than today.
    with clock.at(min(opens_at - timedelta(days=7), clock.now())):
        round = create_round_from_template(
            code=code,
            year=year,
            title=f"{year}年工业互联网安全试点示范（第{plan.number}批）",
            title_en=f"Industrial internet security pilots {year}, round {plan.number}",
            opens_at=opens_at,
            by=person(SECRETARY),
            quotas={
                Organisation.objects.get(code=row["code"]): row["quotas"][plan.quota]
                for row in read("authorities")
            },
            places=dict.fromkeys(DIRECTIONS.values(), plan.places),
        )
    slugs = slugs_for(plan, year)
    stages.Life(round, slugs, plan.state, person(SECRETARY), person(SECOND)).live()
    return round


def opening(state: str) -> datetime:
    """Return when a round must have opened so that today lies inside the stage of `state`."""
    now = clock.now()
    if state == RoundState.SETUP:
        return morning(now + timedelta(days=21))
    if state == RoundState.ANNOUNCED:
        return morning(now - timedelta(days=FULL_OPENED_DAYS_AGO))
    return next(
        start
        for days in range(5, FULL_OPENED_DAYS_AGO)
        if lies_inside(state, start := morning(now - timedelta(days=days)), now)
    )


def morning(moment: datetime) -> datetime:
    """Return nine o'clock of a day in programme time."""
    return timezone.localtime(moment).replace(hour=9, minute=0, second=0, microsecond=0)


# Where in a stage "today" may lie, as days after its opening and before its end.
MARGINS = {
    RoundState.APPLYING: (Stage.Kind.APPLY, 10, 8),
    RoundState.RECOMMENDING: (Stage.Kind.RECOMMEND, 3, 3),
    RoundState.CHECKING: (Stage.Kind.CORRECT, 1, 2),
    RoundState.REVIEWING: (Stage.Kind.REVIEW, 6, 5),
    RoundState.RANKING: (Stage.Kind.PUBLICITY, 0.1, 1),
    RoundState.PUBLICITY: (Stage.Kind.PUBLICITY, 1.5, 1.2),
}
# The part of the stage after which its last step is taken (stages.py): a stage that a holiday
# makes longer has its steps later, and none may lie after today.
LAST_STEP = {RoundState.RECOMMENDING: 0.2, RoundState.REVIEWING: 0.27}


def lies_inside(state: str, start: datetime, now: datetime) -> bool:
    """Say whether, for a round opened at `start`, `now` lies well inside the stage of `state`."""
    kind, after, before = MARGINS[RoundState(state)]
    opens, closes = stage_windows(start, {})[kind]
    last_step = opens + (closes - opens) * LAST_STEP.get(RoundState(state), 0)
    begun = max(opens + timedelta(days=after), last_step)
    return begun <= now <= closes - timedelta(days=before)
