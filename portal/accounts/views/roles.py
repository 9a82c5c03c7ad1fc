"""Screens of who can do what: the matrix of roles and permissions, and one role with its people."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from portal.accounts.enums import CAPACITIES, PERMISSION_AREAS, PERMISSION_WORDS, Permission
from portal.accounts.queries.holders import as_holder, holders_of, numbers_of_holders
from portal.accounts.rules.roles import can_read_roles
from portal.accounts.views.frame import office_frame, works_in_office

PER_PAGE = 50


def check_may_read(request: HttpRequest) -> None:
    """Answer 404 to who has no business here: the address tells nothing."""
    if not can_read_roles(request.user):
        raise Http404


def frame_of(request: HttpRequest) -> dict[str, Any]:
    return office_frame(request) if works_in_office(request.user) else {}


@login_required
def role_list(request: HttpRequest) -> HttpResponse:
    check_may_read(request)
    numbers = numbers_of_holders(request.user)
    context = {
        "rows": [(one, numbers.get(one.key)) for one in CAPACITIES],
        "columns": COLUMNS,
        "areas": [
            (area, [(PERMISSION_WORDS[one], marks_of(one)) for one in permissions])
            for area, permissions in PERMISSION_AREAS
        ],
        "width": len(COLUMNS) + 1,
        "sees_all": request.user.may(Permission.ACCOUNTS_ROLES_READ),
    }
    return render(request, "accounts/role_list.html", context | frame_of(request))


# Everybody is a learner, which needs no permission: no column for it.
COLUMNS = [one for one in CAPACITIES if one.permissions]


def marks_of(permission: Permission) -> list[tuple[Any, bool]]:
    """Return for each column whether it carries the permission."""
    return [(one, permission in one.permissions) for one in COLUMNS]


@login_required
def role_detail(request: HttpRequest, key: str) -> HttpResponse:
    check_may_read(request)
    capacity = next((one for one in CAPACITIES if one.key == key), None)
    if capacity is None:
        raise Http404
    found = holders_of(capacity, request.user)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "capacity": capacity,
        "permissions": [PERMISSION_WORDS[one] for one in Permission if one in capacity.permissions],
        "page_obj": page,
        "holders": [as_holder(row) for row in page.object_list],
        "number": numbers_of_holders(request.user).get(key),
    }
    return render(request, "accounts/role_detail.html", context | frame_of(request))
