"""The search page."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.core.searchable import LONGEST_QUERY
from search.engines import PER_PAGE, Results
from search.queries import engine, kind_labels


def page_number(text: str) -> int:
    """Return the page asked for; anything but a small number is the first."""
    return int(text) if text.isdecimal() and len(text) < 6 else 1


def kind_tabs(request: HttpRequest, results: Results, chosen: str) -> list[dict[str, Any]]:
    """Return the kinds that were found, with counts, as tabs."""
    params = request.GET.copy()
    params.pop("page", None)
    tabs = [("", _("All"), results.found)]
    tabs += [(kind, label, results.counts.get(kind, 0)) for kind, label in kind_labels().items()]
    shown = []
    for kind, label, count in tabs:
        if not count and kind != chosen:
            continue
        params["kind"] = kind
        shown.append(
            {
                "label": label,
                "url": f"?{params.urlencode()}",
                "current": kind == chosen,
                "count": count,
            }
        )
    return shown


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "").strip()
    labels = kind_labels()
    kinds = frozenset({request.GET.get("kind", "")}) & frozenset(labels)
    chosen = next(iter(kinds), "")
    results = engine().search(query, kinds=kinds, page=page_number(request.GET.get("page", "")))
    context = {
        "query": query,
        "asked": query[:LONGEST_QUERY],
        "is_cut": len(query) > LONGEST_QUERY,
        "results": results,
        "hits": [{**vars(hit), "label": labels[hit.kind]} for hit in results.hits],
        "tabs": kind_tabs(request, results, chosen),
        "page_obj": Paginator(range(results.total), PER_PAGE).get_page(results.page),
    }
    return render(request, "search/search.html", context)
