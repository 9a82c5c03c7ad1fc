"""Screens of the record of access: everything for who runs the system, one's own for everybody."""

from typing import Any
from urllib.parse import urlencode

from allauth.usersessions.views import ListUserSessionsView
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from portal.accounts.queries.access import (
    GROUPS,
    access_rows,
    lines_of,
    numbers_of_a_day,
    own_lines,
    person_of,
)
from portal.accounts.rules.access import can_read_access

PER_PAGE = 50


@login_required
def access_list(request: HttpRequest) -> HttpResponse:
    if not can_read_access(request.user):
        raise Http404
    group, person = request.GET.get("part", ""), request.GET.get("person", "")
    rows = access_rows(request.user, group=group, person=person)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "lines": lines_of(page.object_list),
        "tabs": tabs_of(numbers_of_a_day(request.user), group, person),
        "only": person_of(request.user, person),
        "part": group,
    }
    return render(request, "accounts/access_list.html", context)


def tabs_of(numbers: dict[str, int], group: str, person: str) -> list[dict[str, Any]]:
    """Return the parts of the page with their numbers of a day, keeping the account in view."""
    parts: list[tuple[str, str, int | None]] = [("", _("Everything"), None)]
    parts += [(key, str(name), numbers[key]) for key, name, _kinds in GROUPS]
    return [
        {
            "label": name,
            "url": "?" + urlencode({"part": key} | ({"person": person} if person else {})),
            "current": key == group,
            "count": None if person else count,
        }
        for key, name, count in parts
    ]


class OwnSessionsView(ListUserSessionsView):
    """allauth's list of signed-in browsers, with the newest sign-ins and changes beside it."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"lines": own_lines(self.request.user)}


usersessions_list = OwnSessionsView.as_view()
