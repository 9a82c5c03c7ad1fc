"""Suggestions while somebody types; the page works without them."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.core import pace
from search.queries.suggesting import suggestions


@require_safe
def search_suggest(request: HttpRequest) -> HttpResponse:
    try:
        pace.spend("suggest", pace.address_of(request))
    except pace.TooOften as refusal:
        problem = {"error": _("Too many requests. Wait a second.")}
        headers = {"Retry-After": str(refusal.seconds)}
        return JsonResponse(problem, status=429, headers=headers)
    found = suggestions(request.GET.get("q", ""))
    rows = [{"title": one.title, "url": one.url, "kind": str(one.kind)} for one in found]
    return JsonResponse({"suggestions": rows}, headers={"Cache-Control": "no-store"})
