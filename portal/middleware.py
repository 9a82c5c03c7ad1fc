"""What happens around every request: refusals and limits become pages, the CMS gets its own
script policy, rights and second factors are looked at anew, and the record learns from where a
change comes and who is behind it.
"""

import re
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.accounts.rules.acting import SAFE_ACTIONS, check_open_to_acting
from portal.accounts.rules.signing_in import lacks_second_factor
from portal.accounts.services import lasting
from portal.accounts.services.acting import note_deed, present_spell
from portal.accounts.services.consenting import DUE
from portal.accounts.services.sessions import renew_after_change
from portal.core import clock, pace
from portal.core.audit import origin
from portal.core.audit.access import note_refusal
from portal.core.denials import Denied, Ground, page_of
from portal.core.models import AccessKind
from portal.core.views.errors import too_many

PAGES_IN_TURN = [re.compile(page) for page in settings.PAGES_IN_TURN]
# Open to who must still set up a second factor: its own pages, the language, the public pages.
OPEN_WITHOUT = {
    "consent_give",
    "legal_text",
    "second_factor_needed",
    "set_language",
    "stay_signed_in",
    "usersessions_list",
    "wagtail_serve",
}

# Open to who has not agreed to the texts yet: reading them, taking one's data and leaving, and an
# examination that is being written.
OPEN_UNASKED = {
    "consent_give",
    "exam_paper",
    "exam_save",
    "exam_state",
    "exam_submit",
    "exam_takeover",
    "job_detail",
    "legal_text",
    "personal_close",
    "personal_copy",
    "personal_copy_file",
    "personal_home",
    "personal_keep",
    "set_language",
    "stay_signed_in",
    "usersessions_list",
    "wagtail_serve",
}


class DeniedMiddleware:
    """Answer `Denied` with 403 and the rule's reason in the reader's language; write down what a
    signed-in person was refused, or did not find.

    A refusal because of the content or the time is none of the access rule and is not kept; of a
    404 nobody says whether it is missing or forbidden.
    """

    def __init__(self, get_response) -> None:  # type: ignore[no-untyped-def]
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code in {403, 404} and request.user.is_authenticated:
            self.write_down(request, response.status_code)
        return response

    def write_down(self, request: HttpRequest, status: int) -> None:
        error = getattr(request, "denied", None)
        if status == 403 and (error is None or is_of_access(error)):
            note_refusal(request, AccessKind.REFUSED, error.code if error else "")
        elif status == 404 and is_page_of_ours(request):
            note_refusal(request, AccessKind.HIDDEN)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Denied):
            request.denied = error  # type: ignore[attr-defined]
            return render(request, "403.html", page_of(error), status=403)
        return None


def is_page_of_ours(request: HttpRequest) -> bool:
    """Say whether an address belongs to a view of the site; any other may be a slip of the pen."""
    match = request.resolver_match
    return match is not None and match.url_name != "wagtail_serve"


def is_of_access(error: Denied) -> bool:
    """Say whether a refusal is because of who asks, not of what was sent or when."""
    return error.ground in {Ground.ROLE, Ground.APART} or error.code.startswith("acting.")


class TurnMiddleware:
    """Let the pages that a whole room asks for in one second be made one after another.

    A paper costs ten times what a save does; eight of them at once would starve every save. Waits
    before anything else is done, above all before a connection to the database is taken, and notes
    when the request arrived. Waiting costs a thread: give gunicorn many (docs/operations.md).
    """

    turn = threading.BoundedSemaphore(1)

    def __init__(self, get_response) -> None:  # type: ignore[no-untyped-def]
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not any(page.fullmatch(request.path_info) for page in PAGES_IN_TURN):
            return self.get_response(request)
        request.arrived_at = clock.now()  # type: ignore[attr-defined]
        with self.turn:
            return self.get_response(request)


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
            pace.spend(name, pace.address_of(request))
        except pace.TooOften as limit:
            return too_many(request, limit.seconds)
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, pace.TooOften):
            return too_many(request, error.seconds)
        return None


# Asked by pages on their own, again and again: no sign that somebody is there.
BY_THEMSELVES = re.compile(r"/admin/(editing-sessions/|.*/preview/)")


class LastingMiddleware:
    """Sign out whose session is over; what they had sent is kept, and they are told why.

    A page goes on as for anybody: one that asks for a sign-in leads there and back. Looked at in
    two steps, so that only what carried the form's token is kept.
    """

    def __init__(self, get_response) -> None:  # type: ignore[no-untyped-def]
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            in_cms = request.path.startswith(reverse("wagtailadmin_home"))
            end = lasting.end_of(request, in_cms=in_cms)
            if end is not None:
                lasting.run_out(request, end)
                request.why_ran_out = end.words  # type: ignore[attr-defined]
            elif not is_asked_by_itself(request):
                lasting.stay(request, in_cms=in_cms)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        person = getattr(request, "ran_out", None)
        if person is None and request.method == "POST" and request.user.is_authenticated:
            lasting.let_go_of(request)
        if person is None or getattr(view, "__module__", "").startswith("allauth.account."):
            return None
        words = request.why_ran_out  # type: ignore[attr-defined]
        if is_asked_by_itself(request):
            return HttpResponse(status=401, headers={"HX-Refresh": "true"})
        if "application/json" in request.headers.get("Accept", ""):
            reason = words + _(" Sign in again in another window: your text stays here.")
            return JsonResponse({"reason": str(reason)}, status=403)
        if request.method in {"GET", "HEAD"}:
            messages.info(request, words)
            return None
        if not lasting.hold(request, person):
            reason = words + _(" Sign in again in another window, then go back and send it again.")
            return render(request, "403.html", {"reason": reason}, status=403)
        messages.info(request, words + _(" What you sent is kept until you are back."))
        query = urlencode({"next": reverse("send_typed")})
        return redirect(f"{reverse('account_login')}?{query}")


def is_asked_by_itself(request: HttpRequest) -> bool:
    """Say whether a page asks this on its own, without its reader doing anything."""
    polls = request.method == "GET" and "HX-Request" in request.headers
    return polls or bool(BY_THEMSELVES.match(request.path))


class RightsMiddleware:
    """Give a session a new key when its person's roles are others than at the last request."""

    def __init__(self, get_response) -> None:  # type: ignore[no-untyped-def]
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            renew_after_change(request)
        return self.get_response(request)


class OriginMiddleware:
    """Let everything recorded during a request say from which address it came, and who is behind
    it; exchange the person where an administrator acts for another, and close what stays closed.
    """

    def __init__(self, get_response) -> None:  # type: ignore[no-untyped-def]
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        address = pace.address_of(request)
        try:
            spell = present_spell(request) if request.user.is_authenticated else None
        except Denied as denied:
            messages.warning(request, str(denied.reason))
            return redirect("acting_start")
        if spell is None:
            with origin.coming_from(address):
                return self.get_response(request)
        request.acting, request.user = spell, spell.person  # type: ignore[attr-defined]
        with origin.coming_from(address, spell.by, SAFE_ACTIONS):
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not hasattr(request, "acting"):
            return None
        match = request.resolver_match
        name = (match.url_name or "") if match else ""
        in_cms = request.path.startswith(reverse("wagtailadmin_home"))
        module = "wagtail.admin." if in_cms else getattr(view, "__module__", "")
        try:
            check_open_to_acting(name, module, request.method or "")
        except Denied as denied:
            request.denied = denied  # type: ignore[attr-defined]
            return render(request, "403.html", {"reason": denied.reason}, status=403)
        if request.method == "POST" and name not in {"acting_stop", "set_language"}:
            # Before the deed: where this cannot be written, nothing is done.
            note_deed(request.acting, page=name, path=request.path)
        return None


class AskedFirst:
    """Send who has something to do first to the page for it; a subclass says who, where and why."""

    page: str
    reason: str | Promise
    open_pages: set[str]

    def __init__(self, get_response) -> None:  # type: ignore[no-untyped-def]
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def is_asked(self, request: HttpRequest) -> bool:
        """Say whether a signed-in person has it still to do."""
        raise NotImplementedError

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        is_open = getattr(view, "__module__", "").startswith("allauth.") or (
            match is not None and match.url_name in self.open_pages
        )
        if is_open or not request.user.is_authenticated or not self.is_asked(request):
            return None
        if request.method not in {"GET", "HEAD"}:
            # What was typed stays in the browser; a redirect would look like success.
            return render(request, "403.html", {"reason": self.reason}, status=403)
        query = urlencode({"next": request.get_full_path()})
        return redirect(f"{reverse(self.page)}?{query}")


class ConsentMiddleware(AskedFirst):
    """Send who has signed in, and not agreed to the texts in force, to where they are read.

    Known from the session, set at sign-in: no page asks the database for it.
    """

    page = "consent_give"
    reason = _("Read and agree to the new texts first, then send this again.")
    open_pages = OPEN_UNASKED

    def is_asked(self, request: HttpRequest) -> bool:
        return bool(request.session.get(DUE))


class SecondFactorMiddleware(AskedFirst):
    """Send whose role asks for a second factor, and who has none, to where it is set up."""

    page = "second_factor_needed"
    reason = _("Your role needs a second factor. Set it up, then send this again.")
    open_pages = OPEN_WITHOUT

    def is_asked(self, request: HttpRequest) -> bool:
        in_cms = request.path.startswith(reverse("wagtailadmin_home"))
        return lacks_second_factor(request.user, in_cms=in_cms)
