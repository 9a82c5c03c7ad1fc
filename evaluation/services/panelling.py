"""Panels: drawn by the solver, recounted, published, mended seat by seat.

The draw is made in one transaction and can be replayed from its seed. Not for ties (conflicting)
nor for what experts write (balloting).
"""

import secrets
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evaluation.assigning import Assignment as Answer
from evaluation.assigning import Seat, Status, Violation, assign, assign_fairly
from evaluation.lifecycle import ASSIGNMENT, DRAW, AssignmentState, DrawState
from evaluation.models import Assignment, Ballot, Draw, Expert, Panel
from evaluation.queries.conflicts import experts_without_profile
from evaluation.queries.drawing import (
    Ground,
    entries_without_panel,
    ground_for,
    ground_for_seat,
)
from evaluation.rules.panels import check_can_manage_panels, check_can_replace
from evaluation.services.conflicting import detect_conflicts
from evaluation.services.criteria import give_criteria
from portal.core import audit, clock
from portal.core.denials import Denied
from portal.core.notifications import notify
from showcase.models import Direction, Round, Submission

SEEDS = 2**31
REMINDER_PAUSE = timedelta(hours=24)


@transaction.atomic
def propose_draw(round: Round, *, by: Any, seed: int | None = None) -> Draw:
    """Draw panels for every accepted entry that has none, and keep them as a proposal.

    Brings the ties up to date, discards an earlier proposal, runs the solver (随机抽取 among
    equals by `seed`; a new one if none is given), stores draw, report and proposed seats, and
    audits. Where no panel can keep every rule the report says which rule bends. Raises Denied
    outside the check and the review, and when no entry waits for a panel.
    """
    locked = Round.objects.select_for_update().get(pk=round.pk)
    check_can_manage_panels(by, locked)
    detect_conflicts(locked, by=by)
    waiting = list(entries_without_panel(locked))
    if not waiting:
        raise Denied(_("No accepted entry is waiting for a panel."), code="draw.nothing")
    for earlier in locked.draws.filter(state=DrawState.PROPOSED):
        drop_proposal(earlier, by=by)
    ground = ground_for(locked, waiting)
    seed = secrets.randbelow(SEEDS) if seed is None else seed
    answer = assign_fairly(
        ground.entries,
        ground.candidates,
        conflicts=ground.conflicts,
        rules=ground.rules,
        seed=seed,
    )
    if answer.status == Status.FAILED:
        raise Denied(_("The draw did not finish in time. Try again."), code="draw.failed")
    draw = store_draw(locked, answer, ground)
    audit.record(
        action="draw.proposed",
        obj=draw,
        by=by,
        after=draw.state,
        facts={"seed": seed, "entries": len(waiting), "seats": len(answer.seats)},
    )
    return draw


def store_draw(round: Round, answer: Answer, ground: Ground, **more: Any) -> Draw:
    """Write a draw with its report and its proposed seats."""
    last = round.draws.order_by("-number").values_list("number", flat=True).first()
    draw = Draw.objects.create(
        round=round,
        number=(last or 0) + 1,
        seed=answer.seed,
        report=report_of(answer, ground) | more,
    )
    entries = by_public_id(Submission, {entry for entry, _expert in answer.seats})
    experts = by_public_id(Expert, {expert for _entry, expert in answer.seats})
    Assignment.objects.bulk_create(
        Assignment(
            draw=draw,
            submission_id=entries[entry],
            expert_id=experts[expert],
            assigned_at=clock.now(),
        )
        for entry, expert in answer.seats
    )
    return draw


def by_public_id(model: Any, ids: set[str]) -> Mapping[str, int]:
    """Return primary keys by public id."""
    return dict(model.objects.filter(public_id__in=ids).values_list("public_id", "pk"))


def report_of(answer: Answer, ground: Ground) -> dict[str, Any]:
    """Return the plain facts of a draw that the board shows and a check replays."""
    affinity = ground.affinity()
    return {
        "status": answer.status.value,
        "seconds": answer.seconds,
        "variables": answer.variables,
        "affinity": answer.affinity,
        "worst_entry": answer.worst_entry,
        "worst_affinity": answer.worst_affinity,
        "entries": len(ground.entries),
        "experts": len(ground.candidates),
        "conflicts": len(ground.conflicts),
        "blocked": experts_without_profile().count(),
        "violations": [
            {
                "code": found.code.value,
                "entry": found.entry,
                "expert": found.expert,
                "subject": found.subject,
                "count": found.count,
            }
            for found in ground.violations(answer.seats)
        ],
        "seats": {f"{entry}:{expert}": affinity[(entry, expert)] for entry, expert in answer.seats},
    }


def recount(draw: Draw) -> list[Violation]:
    """Return everything wrong with a proposal, counted from the tables without the solver."""
    seats = seats_of(draw)
    submissions = entries_without_panel(draw.round)
    return ground_for(draw.round, submissions).violations(seats)


def seats_of(draw: Draw) -> list[Seat]:
    """Return a draw's (entry, expert) public ids."""
    rows = draw.assignments.values_list("submission__public_id", "expert__public_id")
    return list(rows)


@transaction.atomic
def publish_draw(draw: Draw, *, by: Any, accept_bent: bool = False) -> Draw:
    """Make a proposal the panels of its entries and tell every expert.

    Locks round and draw, brings the ties up to date, recounts every rule from the tables, gives
    the round its criteria if it has none, activates the seats, audits, notifies. Repeated clicks
    change nothing. Raises Denied when a rule is broken; with `accept_bent` the secretariat
    accepts rules about balance that could not be kept, never a tie, a doubled seat or a load.
    """
    round = Round.objects.select_for_update().get(pk=draw.round_id)
    locked = Draw.objects.select_for_update().get(pk=draw.pk)
    locked.round = round
    if locked.state == DrawState.PUBLISHED:
        return locked
    check_can_manage_panels(by, round)
    DRAW.check(locked, "publish")
    detect_conflicts(round, by=by)
    check_recount(recount(locked), accept_bent=accept_bent)
    give_criteria_if_missing(round, by=by)
    seats = list(locked.assignments.select_related("expert__user", "submission__round"))
    for seat in seats:
        ASSIGNMENT.move(seat, "activate", by=by)
    locked.published_at = clock.now()
    locked.save(update_fields=["published_at"])
    DRAW.move(locked, "publish", by=by, seats=len(seats), seed=locked.seed)
    tell_experts(round, seats)
    return locked


# What nobody may accept, however short of experts a round is.
NEVER_ACCEPTED = frozenset({"unknown", "doubled", "conflict", "employer", "load_max"})


def check_recount(violations: list[Violation], *, accept_bent: bool) -> None:
    """Raise Denied while a rule is broken that the secretariat has not, or cannot, accept."""
    if any(violation.code.value in NEVER_ACCEPTED for violation in violations):
        raise Denied(
            _("This draw no longer fits: ties or loads have changed since. Draw again."),
            code="draw.recount",
        )
    if violations and not accept_bent:
        raise Denied(
            _("Rules not kept: %(number)d. Draw again, or accept them as they are listed.")
            % {"number": len(violations)},
            code="draw.bent",
        )


def give_criteria_if_missing(round: Round, *, by: Any) -> None:
    """Give a round the default criteria where it has none yet."""
    if not hasattr(round, "criteria"):
        give_criteria(round, by=by)


def tell_experts(round: Round, seats: list[Assignment]) -> None:
    """Tell each expert how many entries wait for him, in one notice."""
    counts = Counter(seat.expert.user for seat in seats)
    for person, number in counts.items():
        notify(
            [person],
            kind="panel.assigned",
            subject=_("Entries for you to review in %(round)s: %(number)s"),
            body=_("Declare your ties to each entry first; its dossier opens after that."),
            context={"number": number, "round": round.title},
            url=reverse("desk_home"),
        )


@transaction.atomic
def discard_draw(draw: Draw, *, by: Any) -> Draw:
    """Drop a proposal; its seats stay on record as removed. Raises Denied."""
    locked = Draw.objects.select_for_update().select_related("round").get(pk=draw.pk)
    check_can_manage_panels(by, locked.round)
    if locked.state != DrawState.DISCARDED:
        drop_proposal(locked, by=by)
    return locked


def drop_proposal(draw: Draw, *, by: Any) -> None:
    """Move a proposed draw and its seats out of the way."""
    DRAW.move(draw, "discard", by=by)
    draw.assignments.filter(state=AssignmentState.PROPOSED).update(state=AssignmentState.REMOVED)


@transaction.atomic
def replace_expert(assignment: Assignment, *, by: Any, seed: int | None = None) -> Assignment:
    """Fill one seat anew by a seeded draw and return the new, active assignment.

    For an expert who has stepped back, or one who still sits (he is removed first, unless his
    sheet is signed). Stores a draw of one seat with its seed, activates, audits, notifies the
    new expert. A seat is filled once. Raises Denied when nobody is left who may judge.
    """
    round = Round.objects.select_for_update().get(pk=assignment.submission.round_id)
    old = (
        Assignment.objects.select_for_update(of=("self",))
        .select_related("expert__user", "submission__round", "submission__direction")
        .get(pk=assignment.pk)
    )
    check_can_replace(by, old)
    if filled := seat_filled_for(old):
        return filled
    detect_conflicts(round, by=by)
    check_seat_is_free(old)
    ground = ground_for_seat(old)
    if not ground.candidates:
        raise Denied(
            _("No expert is left who may judge this entry. Add experts to the pool."),
            code="replace.nobody",
        )
    answer = assign(
        ground.entries,
        ground.candidates,
        conflicts=ground.conflicts,
        rules=ground.rules,
        seed=secrets.randbelow(SEEDS) if seed is None else seed,
    )
    if old.state == AssignmentState.ACTIVE:
        ASSIGNMENT.move(old, "remove", by=by)
    draw = store_draw(round, answer, ground, replaces=old.public_id)
    seat = draw.assignments.select_related("expert__user", "submission__round").get()
    ASSIGNMENT.move(seat, "activate", by=by, replaces=old.public_id, seed=draw.seed)
    draw.published_at = clock.now()
    draw.save(update_fields=["published_at"])
    DRAW.move(draw, "publish", by=by, seats=1, seed=draw.seed)
    tell_experts(round, [seat])
    return seat


def seat_filled_for(old: Assignment) -> Assignment | None:
    """Return who already sits in the place of this assignment, if somebody does."""
    return Assignment.objects.filter(
        state=AssignmentState.ACTIVE, draw__report__replaces=old.public_id
    ).first()


def check_seat_is_free(old: Assignment) -> None:
    """Raise Denied where the panel is full without this seat, or the sheet is signed."""
    seated = old.submission.assignments.filter(state=AssignmentState.ACTIVE).exclude(pk=old.pk)
    if seated.count() >= old.submission.round.rules.get("panel_size", 5):
        raise Denied(_("The panel of this entry is complete."), code="replace.full")
    if (
        old.state == AssignmentState.ACTIVE
        and Ballot.objects.filter(assignment=old, signed_at__isnull=False).exists()
    ):
        raise Denied(
            _("This expert has signed the sheet and stays on the panel."), code="replace.signed"
        )


@transaction.atomic
def set_chair(direction: Direction, *, expert: Expert | None, by: Any) -> Panel:
    """Name the chair of a direction's panel, or leave it without one.

    Writes the panel and, when the chair changed, the audit event and a notice to the new one.
    Raises Denied.
    """
    check_can_manage_panels(by, direction.round)
    panel, _created = Panel.objects.select_for_update().get_or_create(
        direction=direction, defaults={"round": direction.round}
    )
    if panel.chair_id == (expert.pk if expert else None):
        return panel
    before, panel.chair = panel.chair, expert
    panel.save(update_fields=["chair"])
    audit.record(
        action="panel.chair_set",
        obj=direction.round,
        by=by,
        before=before.public_id if before else "",
        after=expert.public_id if expert else "",
        facts={"direction": direction.code},
    )
    if expert:
        tell_chair(panel)
    return panel


def tell_chair(panel: Panel) -> None:
    """Tell an expert that he chairs a panel."""
    assert panel.chair is not None
    notify(
        [panel.chair.user],
        kind="panel.chair",
        subject=_("You chair the panel: %(direction)s"),
        body=_("Decide on ties that experts declare, and give sheets back where needed."),
        context={"direction": panel.direction.name},
        url=reverse("desk_chair"),
    )


@transaction.atomic
def remind_experts(round: Round, *, by: Any) -> int:
    """Remind every expert with unsigned sheets; return how many were told. Audited.

    An expert is reminded at most once in 24 hours. Raises Denied.
    """
    check_can_manage_panels(by, round)
    open_seats = (
        Assignment.objects.filter(submission__round=round, state=AssignmentState.ACTIVE)
        .exclude(ballot__signed_at__isnull=False)
        .select_related("expert__user")
    )
    day_ago = clock.now() - REMINDER_PAUSE
    counts = Counter(seat.expert.user for seat in open_seats)
    told = 0
    for person, number in counts.items():
        if person.notifications.filter(kind="panel.reminder", created_at__gt=day_ago).exists():
            continue
        told += notify(
            [person],
            kind="panel.reminder",
            subject=_("Score sheets not signed yet in %(round)s: %(number)s"),
            body=_("The review closes at the published deadline; unsigned sheets do not count."),
            context={"number": number, "round": round.title},
            url=reverse("desk_home"),
        )
    audit.record(action="panel.reminded", obj=round, by=by, after=told)
    return told
