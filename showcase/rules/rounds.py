"""Who may set up a round and move it on, and when."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Permission
from portal.core import clock
from portal.core.denials import Denied
from showcase.lifecycle import ROUND
from showcase.models import Round, Stage


def check_can_manage_rounds(user: Any) -> None:
    """Rule: only the secretariat sets up rounds."""
    if not user.may(Permission.SHOWCASE_ROUNDS_MANAGE):
        raise Denied(_("Only the secretariat may set up and run a round."), code="round.role")


def check_can_edit_calendar(user: Any) -> None:
    """Rule: only who runs the rounds says which days their deadlines are counted in."""
    if not can_edit_calendar(user):
        raise Denied(
            _("Only the secretariat may change the working-day calendar."), code="calendar.role"
        )


def can_edit_calendar(user: Any) -> bool:
    """Say whether a person may change the working-day table."""
    return user.may(Permission.SHOWCASE_ROUNDS_MANAGE)


def check_can_advance_round(user: Any, round: Round, verb: str) -> None:
    """Rule: a round opens with all six stages and a direction; applications close on time.

    Nobody may shorten the application window that applicants were promised.
    """
    check_can_manage_rounds(user)
    ROUND.check(round, verb)
    if verb == "open":
        check_is_complete(round)
    if verb == "close_applications":
        check_application_window_is_over(round)


def check_is_complete(round: Round) -> None:
    """Raise Denied while a stage or every direction is missing."""
    missing = [str(kind.label) for kind in Stage.Kind if round.stage(kind) is None]
    if missing or not round.directions.exists():
        raise Denied(
            _("The round is not complete: stages and directions must be set before it opens."),
            code="round.incomplete",
        )


def check_application_window_is_over(round: Round) -> None:
    """Raise Denied while the application stage is still open."""
    stage = round.stage(Stage.Kind.APPLY)
    if stage is not None and clock.now() < stage.closes_at:
        raise Denied(
            _("Applications may be sent until the published deadline; it has not passed yet."),
            code="round.window_open",
        )
