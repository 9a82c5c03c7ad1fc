"""What happens around every request: refusals and limits become pages, the CMS gets its own
script policy, rights and second factors are looked at anew.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.rules.signing_in import lacks_second_factor
from portal.accounts.services.sessions import renew_after_change
from portal.core import pace
from portal.core.denials import Denied, page_of
from portal.core.views.errors import too_many

# Open to who must still set up a second factor: its own pages, the language, the public pages.
OPEN_WITHOUT = {"set_language", "wagtail_serve", "second_factor_needed"}


class DeniedMiddleware:
    """Answer `Denied` with 403 and the rule's reason in the reader's language."""

    def __init__(self, get_response) -> None:  # type: ignore[no-untyped-def]
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Denied):
            return render(request, "403.html", page_of(error), status=403)
        return None


class AdminPolicyMiddleware:
    """Allow inline scripts and styles under the CMS's path only.

    Wagtail's listings with a date filter start their pickers with an inline script, and its text
    editor writes styles of its own; no page of the site itself needs either, so everywhere else
    the strict policy stands.
    """

    def __init__(self, get_response) -> None:  # type: ignore[no-untyped-def]
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(reverse("wagtailadmin_home")):
            response._csp_update = {
                "script-src": ["'self'", "'unsafe-inline'"],
                "style-src": ["'self'", "'unsafe-inline'"],
            }
        return response


class PaceMiddleware:
    """Answer a reached limit with 429 and Retry-After; count the pages limited by address."""

    def __init__(self, get_response) -> None:  # type: ignore[no-untyped-def]
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        name = settings.RATE_LIMITED_PAGES.get(match.url_name or "") if match else None
        if name is None:
            return None
        try:
            pace.spend(name, get_adapter().get_client_ip(request))
        except pace.TooOften as limit:
            return too_many(request, limit.seconds)
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, pace.TooOften):
            return too_many(request, error.seconds)
        return None


class RightsMiddleware:
    """Give a session a new key when its person's roles are others than at the last request."""

    def __init__(self, get_response) -> None:  # type: ignore[no-untyped-def]
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            renew_after_change(request)
        return self.get_response(request)


class SecondFactorMiddleware:
    """Send whose role asks for a second factor, and who has none, to where it is set up."""

    def __init__(self, get_response) -> None:  # type: ignore[no-untyped-def]
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        is_open = getattr(view, "__module__", "").startswith("allauth.") or (
            match is not None and match.url_name in OPEN_WITHOUT
        )
        if is_open or not request.user.is_authenticated:
            return None
        in_cms = request.path.startswith(reverse("wagtailadmin_home"))
        if not lacks_second_factor(request.user, in_cms=in_cms):
            return None
        if request.method not in {"GET", "HEAD"}:
            # What was typed stays in the browser; a redirect would look like success.
            reason = _("Your role needs a second factor. Set it up, then send this again.")
            return render(request, "403.html", {"reason": reason}, status=403)
        query = urlencode({"next": request.get_full_path()})
        return redirect(f"{reverse('second_factor_needed')}?{query}")
