"""What pages of one session share: finding it, its state in words, what its viewer may do."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.models import Session
from courses.queries.sessions import session_state, sessions_visible_to
from courses.rules.sessions import check_can_keep_list
from courses.views.frame import run_frame
from portal.core.denials import Denied

STATES = {
    "planned": (_("Planned"), "todo"),
    "now": (_("Now"), ""),
    "over": (_("Over, list to be closed"), "warn"),
    "closed": (pgettext_lazy("session", "Closed"), "mute"),
}


def session_of(request: HttpRequest, public_id: str) -> Session:
    """Return a session of a run this person works for; else 404."""
    return get_object_or_404(sessions_visible_to(request.user), public_id=public_id)


def why_not(check: Any, *args: Any) -> str:
    """Return the reason a rule gives, or nothing."""
    try:
        check(*args)
    except Denied as refusal:
        return str(refusal)
    return ""


def session_frame(request: HttpRequest, session: Session) -> dict[str, Any]:
    """Return what every page of a session needs."""
    word, tone = STATES[session_state(session)]
    return {
        **run_frame(session.run, "run_sessions"),
        "session": session,
        "state_word": word,
        "state_tone": tone,
        "why_not": why_not(check_can_keep_list, request.user, session),
    }
