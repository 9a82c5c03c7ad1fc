"""Turns a refusal raised by a rule into a page that says its reason."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

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
