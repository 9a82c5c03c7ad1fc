"""A session and the rights it was opened with. Signing in and out themselves are allauth's."""

import hashlib
from typing import Any

from allauth.usersessions.models import UserSession
from django.http import HttpRequest

from portal.accounts.models import Held

KEY = "rights"
WORKS_FOR = "works_for"


def mark_of(user: Any) -> str:
    """Return a short mark of a person's roles; equal roles give equal marks."""
    held = sorted((one.role, one.organisation_id) for one in user.held)
    return hashlib.sha256(repr((held, user.is_superuser)).encode()).hexdigest()[:16]


def remember_rights(sender: Any, request: HttpRequest, user: Any, **facts: Any) -> None:
    """Note at sign-in with which rights the session begins (signal `user_logged_in`)."""
    if hasattr(request, "session"):
        request.session[KEY] = mark_of(user)


def renew_after_change(request: HttpRequest) -> bool:
    """Change the session's key when roles were given or taken since its last request.

    Writes the session and its row in the list of sessions; returns whether the key changed.
    """
    mark, before = mark_of(request.user), request.session.get(KEY)
    if before == mark:
        return False
    request.session[KEY] = mark
    if before is None:
        return False
    renew_key(request)
    return True


def renew_key(request: HttpRequest) -> None:
    """Give the session another key, and its row in the list of sessions too."""
    UserSession.objects.filter(session_key=request.session.session_key).delete()
    request.session.cycle_key()
    UserSession.objects.create_from_request(request)


def work_for(request: Any, public_id: str) -> bool:
    """Note in the session for which organisation the person works now; False if not one of theirs.

    The value filters and labels; it gives no right, and none is taken with it.
    """
    if public_id not in {one.public_id for one in request.user.held}:
        return False
    request.session[WORKS_FOR] = public_id
    return True


def works_for(request: Any) -> Held | None:
    """Return the organisation the person works for now: the chosen one, else the first they joined.

    None for who belongs to none.
    """
    held = request.user.held
    chosen = request.session.get(WORKS_FOR)
    return next((one for one in held if one.public_id == chosen), held[0] if held else None)
