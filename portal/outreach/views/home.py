"""The home page: what the apps bring (portal.core.home) beside the newest lines of this one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from portal.core import home
from portal.outreach.models import HomePage
from portal.outreach.queries.front import front_lines


def home_page(request: HttpRequest, page: HomePage) -> HttpResponse:
    topics = home.gather("topics")
    solutions = home.Count(sum(t.number for t in topics), _("solutions"), "/solutions/")
    shelves = home.gather("shelves")
    context = {
        "page": page,
        "slogan": page.in_language("slogan") or page.display_title,
        "open_items": home.open_items(),
        "cases": home.gather("cases"),
        "shelves": shelves,
        "topics": shares(topics),
        "totals": [one for one in [solutions, *(s.total for s in shelves)] if one.number],
        "solutions": solutions,
        "courses": next((shelf.total for shelf in shelves), None),
        "lines": front_lines(request),
    }
    return render(request, "outreach/home_page.html", context)


def shares(topics: list[home.Count]) -> list[tuple[home.Count, int]]:
    """Return every topic with the length of its bar, in percent of the longest."""
    most: Any = max((topic.number for topic in topics), default=0)
    return [(topic, 100 * topic.number // most) for topic in topics]
