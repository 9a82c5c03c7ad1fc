"""Suggestions while somebody types; the page works without them."""

import time

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from search.queries.suggesting import suggestions

# Faster than anybody types; slower than a copy machine.
PER_SECOND = 5


def is_too_fast(request: HttpRequest) -> bool:
    """Whether this address has asked more than PER_SECOND times in this second."""
    key = f"search.suggest:{request.META.get('REMOTE_ADDR', '')}:{int(time.time())}"
    cache.add(key, 0, 2)
    try:
        return cache.incr(key) > PER_SECOND
    except ValueError:  # the second ended between the two calls
        return False


@require_safe
def search_suggest(request: HttpRequest) -> HttpResponse:
    if is_too_fast(request):
        problem = {"error": _("Too many requests. Wait a second.")}
        return JsonResponse(problem, status=429, headers={"Retry-After": "1"})
    found = suggestions(request.GET.get("q", ""))
    rows = [{"title": one.title, "url": one.url, "kind": str(one.kind)} for one in found]
    return JsonResponse({"suggestions": rows}, headers={"Cache-Control": "no-store"})
