"""What everybody may read: the solutions with their facets, one solution, the rounds."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.core.home import gather
from showcase.models import ShowcasePage, SolutionPage
from showcase.queries.detail import solution_detail
from showcase.queries.rounds import public_rounds, shown_rules
from showcase.queries.solutions import SolutionList


def showcase_page(request: HttpRequest, page: ShowcasePage) -> HttpResponse:
    found = SolutionList(request.GET)
    context = {
        "page": page,
        "introduction": page.in_language("introduction"),
        "found": found,
        "cards": found.cards(request),
    }
    return render(request, "showcase/showcase_page.html", context)


def solution_page(request: HttpRequest, page: SolutionPage) -> HttpResponse:
    # The list is the parent by rule (parent_page_types): no query needed to find its address.
    list_url = (page.get_url(request) or "").removesuffix(f"{page.slug}/")
    context = {"page": page, "list_url": list_url, **solution_detail(page)}
    return render(request, "showcase/solution_page.html", context)


def selection(request: HttpRequest) -> HttpResponse:
    rounds = public_rounds()
    context = {"rounds": rounds, "rules": shown_rules(rounds), "notices": gather("notices")}
    return render(request, "showcase/selection.html", context)
