"""The rounds as the public sees them: windows, directions, the numbers of the rules."""

from typing import Any

from django.db.models import Prefetch

from portal.core import clock
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


def stage_state(stage: Stage) -> str:
    """Return where now is in a window: done, now, or nothing for what is still to come."""
    moment = clock.now()
    if moment >= stage.closes_at:
        return "done"
    return "now" if moment >= stage.opens_at else ""


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
            "stages": [{"stage": stage, "state": stage_state(stage)} for stage in one.stages.all()],
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
