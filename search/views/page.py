"""The search page: mixed or grouped results, kinds as tabs, facets beside them."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.core.searchable import LONGEST_QUERY
from search.forms import GROUPED, search_of
from search.queries.facets import KIND, TITLES, facet_groups, kind_names
from search.queries.finding import PER_PAGE, Results, Search, answer


def address(params: QueryDict, **changes: str) -> str:
    """Return the address with some parameters changed; an empty value takes one out."""
    kept_on = [
        (name, value)
        for name, values in params.lists()
        if name != "page" and name not in changes
        for value in values
    ]
    return f"?{urlencode(kept_on + [change for change in changes.items() if change[1]])}"


def kind_tabs(params: QueryDict, results: Results, chosen: str) -> list[dict[str, Any]]:
    """Return the kinds that were found, with counts, as tabs."""
    counts = results.counts
    rows = [("", _("All"), sum(counts.values()))]
    rows += [(kind, label, counts.get(kind, 0)) for kind, label in kind_names().items()]
    return [
        {"label": label, "url": address(params, kind=kind), "current": kind == chosen, "count": n}
        for kind, label, n in rows
        if n or kind in ("", chosen)
    ]


def layouts(params: QueryDict, wanted: Search) -> list[dict[str, Any]]:
    """Return the two ways to show all kinds; none where one kind is chosen."""
    if KIND in wanted.chosen:
        return []
    return [
        {"label": _("Best first"), "url": address(params, view=""), "on": not wanted.is_grouped},
        {"label": _("By kind"), "url": address(params, view=GROUPED), "on": wanted.is_grouped},
    ]


def applied(params: QueryDict, groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the ticked values, each with the address without it."""
    found = []
    for group in groups:
        for option in (option for option in group["options"] if option["checked"]):
            rest = params.copy()
            rest.pop("page", None)
            left = [code for code in params.getlist(group["name"]) if code != option["value"]]
            rest.setlist(group["name"], left)
            found.append({"text": option["label"], "url": f"?{rest.urlencode()}"})
    return found


def kept(params: QueryDict, *, facets: bool) -> list[tuple[str, str]]:
    """Return what a form must carry along: the facet form all but facets, the search form all but
    the question itself."""
    names = [KIND, "view", *(TITLES if facets else ("q", "exact"))]
    return [(name, value) for name in names for value in params.getlist(name) if value]


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    params, wanted = request.GET, search_of(request.GET)
    results = answer(wanted)
    chosen = next(iter(wanted.chosen.get(KIND, ())), "")
    groups = facet_groups(results.narrowed, wanted.chosen, results.mark) if results.found else []
    context = {
        "asked": wanted.text[:LONGEST_QUERY],
        "is_cut": len(wanted.text) > LONGEST_QUERY,
        "results": results,
        "question": results.question,
        "exact_url": address(params, exact="1"),
        "kinds": kind_names(),
        "groups": [
            {**vars(group), "url": address(params, kind=group.kind, view="")}
            for group in results.groups
        ],
        "tabs": kind_tabs(params, results, chosen),
        "layouts": layouts(params, wanted),
        "facets": groups,
        "applied": applied(params, groups),
        "facets_hidden": kept(params, facets=False),
        "search_hidden": kept(params, facets=True),
        "cleared_url": address(params, **dict.fromkeys(TITLES, "")),
        "page_obj": Paginator(range(results.total), PER_PAGE).get_page(results.page),
    }
    return render(request, "search/search.html", context)
