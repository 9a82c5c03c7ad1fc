"""Pages for failures that no view of ours raises."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)


def too_many(request: HttpRequest, seconds: int = 60) -> HttpResponse:
    """429: a limit is reached; `seconds` says after how long to try again."""
    context = {"minutes": -(-seconds // 60), "seconds": seconds}
    response = render(request, "429.html", context, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response
