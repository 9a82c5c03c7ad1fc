"""What happens around every request: refusals become pages, the CMS gets its own script policy."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from portal.core.denials import Denied


class DeniedMiddleware:
    """Answer `Denied` with 403 and the rule's reason in the reader's language."""

    def __init__(self, get_response) -> None:  # type: ignore[no-untyped-def]
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Denied):
            return render(request, "403.html", {"reason": error.reason}, status=403)
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
