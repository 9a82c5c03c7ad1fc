"""How long a session lasts: until nothing was done for a while, and not longer than its life.

Rule: who must have a second factor by role is signed out after SESSION_IDLE_MINUTES without a
request of their own (pages that ask by themselves do not count) and SESSION_LIFE_HOURS after the
sign-in; everybody SESSION_DAYS after it. 0 switches one off. What was sent too late is kept for
its sender (`hold`), so that nobody types anything twice.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.accounts.rules.signing_in import has_weighty_role
from portal.core import clock, pace
from portal.core.audit.access import note
from portal.core.models import AccessKind
from portal.core.resident_numbers import holds_resident_number

BEGAN, SEEN, HELD = "began", "seen", "held"
# The session is written at most so often for being seen, in seconds.
FRESH = 60
HELD_BYTES, HELD_SECONDS = 400_000, 3600
DAY, HOUR, MINUTE = 86400, 3600, 60


@dataclass(frozen=True)
class End:
    """Why a session is over: a code for the record and words for its person."""

    code: str
    words: str | Promise


def present() -> int:
    """Return now in whole seconds."""
    return int(clock.now().timestamp())


def begin(sender: Any, request: HttpRequest, user: Any, **facts: Any) -> None:
    """Note when the session began (signal `user_logged_in` of Django)."""
    if hasattr(request, "session"):
        request.session[BEGAN] = request.session[SEEN] = present()


def end_of(request: HttpRequest, *, in_cms: bool) -> End | None:
    """Return why a signed-in person's session is over, or None.

    A session from before there were limits begins with its next request.
    """
    now, began = present(), request.session.get(BEGAN)
    if began is None:
        request.session[BEGAN] = request.session[SEEN] = now
        return None
    if now - began >= settings.SESSION_DAYS * DAY > 0:
        return End("life", _("You were signed out: a sign-in does not last longer."))
    idle, life = settings.SESSION_IDLE_MINUTES, settings.SESSION_LIFE_HOURS
    if not (idle or life) or not has_weighty_role(request.user, in_cms=in_cms):
        return None
    if now - began >= life * HOUR > 0:
        words = _("You were signed out: with your role a sign-in lasts %(hours)d hours.")
        return End("life", words % {"hours": life})
    if now - request.session.get(SEEN, began) >= idle * MINUTE > 0:
        words = _("You were signed out because nothing was done for %(minutes)d minutes.")
        return End("idle", words % {"minutes": idle})
    return None


def stay(request: HttpRequest, *, in_cms: bool) -> None:
    """Note that the person did something: once a minute at most, and only of whom it matters.

    For the many the session is written at no request but the first.
    """
    now = present()
    if not settings.SESSION_IDLE_MINUTES or now - request.session.get(SEEN, 0) < FRESH:
        return
    if has_weighty_role(request.user, in_cms=in_cms):
        request.session[SEEN] = now


def run_out(request: HttpRequest, end: End) -> None:
    """End a session: row in the record of access, then the session itself."""
    person = request.user
    note(AccessKind.EXPIRED, person=person, address=pace.address_of(request), how=end.code)
    request.ran_out = person.pk  # type: ignore[attr-defined]
    logout(request)


# --- what was sent too late -----------------------------------------------------------------------


def hold(request: HttpRequest, person: int) -> bool:
    """Keep what a form brought for the person whose session is over; say whether it could be.

    Kept in the new session for an hour, for this person only; passwords, files, very long texts
    and texts with a resident identity number are not.
    """
    fields = [
        (name, values)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken" and "password" not in name.lower()
    ]
    texts = [text for _name, values in fields for text in values]
    if sum(map(len, texts)) > HELD_BYTES or any(map(holds_resident_number, texts)):
        return False
    request.session[HELD] = {
        "person": person,
        "at": present(),
        "path": request.get_full_path(),
        "fields": fields,
        "files": bool(request.FILES),
    }
    return True


def held_for(request: HttpRequest) -> dict[str, Any] | None:
    """Return what is kept for the signed-in person; another's or an old one is dropped."""
    kept: dict[str, Any] | None = request.session.get(HELD)
    if kept is None:
        return None
    if kept["person"] != request.user.pk or present() - kept["at"] > HELD_SECONDS:
        let_go(request)
        return None
    return kept


def let_go_of(request: HttpRequest) -> None:
    """Throw away what is kept once it was sent again."""
    kept = request.session.get(HELD)
    if kept is not None and kept["path"] == request.get_full_path():
        let_go(request)


def let_go(request: HttpRequest) -> None:
    """Throw away what is kept."""
    request.session.pop(HELD, None)
