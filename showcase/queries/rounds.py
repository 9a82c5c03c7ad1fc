"""The rounds as the public sees them: windows, directions, the numbers of the rules."""

from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.templatetags.formatting import day_short, moment_short
from showcase.lifecycle import RoundState
from showcase.models import Direction, Round, Stage

# What the rules of a round say where it does not say otherwise itself (domain.md, defaults).
USUAL_RULES = {
    "correction_days": 5,
    "panel_size": 5,
    "pass_mark": 70,
    "publicity_days": 5,
    "validity_months": 24,
}


K = Stage.Kind
# Which windows belong to a state of the round; those named in earlier states are over.
WINDOWS: dict[RoundState, set[str]] = {
    RoundState.APPLYING: {K.APPLY},
    RoundState.RECOMMENDING: {K.RECOMMEND},
    RoundState.CHECKING: {K.CHECK, K.CORRECT},
    RoundState.REVIEWING: {K.REVIEW},
    RoundState.RANKING: set(),
    RoundState.PUBLICITY: {K.PUBLICITY},
    RoundState.ANNOUNCED: set(),
}


def stage_state(stage: Stage, round: Round) -> str:
    """Return where a round stands in a window: done, now, or nothing for what is still to come.

    The round's state decides, the clock only within it: a window that has come while the round
    is not there yet has not begun.
    """
    state, states = RoundState(round.state), list(WINDOWS)
    passed = set().union(*(WINDOWS[earlier] for earlier in states[: states.index(state)]))
    if stage.kind in passed or state == RoundState.ANNOUNCED:
        return "done"
    moment = clock.now()
    if stage.kind not in WINDOWS[state] or moment < stage.opens_at:
        return ""
    return "now" if moment < stage.closes_at else "done"


def step(stage: Stage, state: str) -> dict[str, Any]:
    """Return a window as a step of the round, with its dates in programme time."""
    notes = [_("%(day)s to") % {"day": day_short(stage.opens_at)}, moment_short(stage.closes_at)]
    return {"label": stage.get_kind_display(), "state": state, "notes": notes}


def rows_of(round: Round) -> list[dict[str, Any]]:
    """Return the windows of a round with their states, in order."""
    return [{"stage": stage, "state": stage_state(stage, round)} for stage in round.stages.all()]


def public_rounds() -> list[dict[str, Any]]:
    """Return the published rounds, newest first, in three queries whatever their number."""
    rounds = (
        Round.objects.published()
        .select_related("programme")
        .prefetch_related(
            Prefetch("stages", Stage.objects.order_by("opens_at")),
            Prefetch("directions", Direction.objects.order_by("order")),
        )
    )
    return [
        {
            "round": one,
            "stages": (rows := rows_of(one)),
            "steps": [step(row["stage"], row["state"]) for row in rows],
            "directions": one.directions.all(),
            "places": sum(direction.places for direction in one.directions.all()),
            "apply": open_window(one),
            "tone": "mute" if one.state == RoundState.ANNOUNCED else "",
        }
        for one in rounds
    ]


def open_window(one: Round) -> Stage | None:
    """Return the application window of a round while it is open."""
    stage = one.stage(Stage.Kind.APPLY)
    return stage if stage and stage.is_open() else None


def shown_rules(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the numbers of the newest round's rules, the usual ones where there is no round."""
    newest = rounds[0]["round"].rules if rounds else {}
    return {key: newest.get(key, usual) for key, usual in USUAL_RULES.items()}
