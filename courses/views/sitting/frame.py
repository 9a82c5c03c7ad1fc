"""What the pages of a sitting share: the request's time, the browser's mark, the own attempt."""

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.models import Attempt
from courses.queries.sitting import attempts_of
from courses.rules.sitting import is_overdue
from courses.services.sitting import expire_attempt
from portal.core import clock
from portal.core.denials import Denied

View = Callable[..., HttpResponse]
DEVICE_SECONDS = 3 * 24 * 3600
DEVICE_LENGTH = 40
# Wrong room codes one person may type in ten minutes.
TRIES, TRIES_SECONDS = 10, 600


def on_arrival(view: View) -> View:
    """Note when a request arrived before anything else is done: what is slow costs no time."""

    @wraps(view)
    def noted(request: HttpRequest, *arguments: Any, **names: Any) -> HttpResponse:
        if not hasattr(request, "arrived_at"):  # else it has waited for its turn
            request.arrived_at = clock.now()  # type: ignore[attr-defined]
        return view(request, *arguments, **names)

    return noted


def own_attempt(request: HttpRequest, public_id: str, *joined: str) -> Attempt:
    """Return the reader's own attempt with what is to be `joined`, ended if its time is over.

    Else 404.
    """
    rows = (
        attempts_of(request.user).select_related(*joined) if joined else attempts_of(request.user)
    )
    attempt = get_object_or_404(rows, public_id=public_id)
    if is_overdue(attempt, request.arrived_at):  # type: ignore[attr-defined]
        expire_attempt(attempt_id=attempt.pk, at=request.arrived_at)  # type: ignore[attr-defined]
        attempt.refresh_from_db(fields=["state", "ended_at", "receipt_hash"])
    return attempt


def cookie_name(attempt_id: str) -> str:
    return f"sitting-{attempt_id}"


def device_of(request: HttpRequest, attempt_id: str) -> str:
    """Return the mark this browser was given for an attempt; empty for another browser."""
    return request.COOKIES.get(cookie_name(attempt_id), "")[:DEVICE_LENGTH]


def new_device() -> str:
    return secrets.token_urlsafe(24)


def remember_device(response: HttpResponse, attempt: Attempt) -> HttpResponse:
    """Mark this browser as the one that writes; no script can read the mark."""
    response.set_cookie(
        cookie_name(attempt.public_id),
        attempt.device,
        max_age=DEVICE_SECONDS,
        path=reverse("exam_paper", args=[attempt.public_id]),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


class RoomCodeTries:
    """Wrong room codes are counted, so that a short one cannot be found by trying."""

    def __init__(self, request: HttpRequest, exam_id: str) -> None:
        self.key = f"room-code:{request.user.pk}:{exam_id}"

    def check(self) -> None:
        """Raise Denied after too many wrong ones."""
        if cache.get(self.key, 0) >= TRIES:
            raise Denied(
                _("Too many wrong room codes. Try again in ten minutes."), code="exam.room_tries"
            )

    def count(self, refusal: Denied) -> None:
        """Count a refusal if it was for the room code."""
        if refusal.code == "exam.room_code":
            cache.add(self.key, 0, TRIES_SECONDS)
            cache.incr(self.key)
