"""Hands the public pages that need queries to this app's views, behind Wagtail's own checks, and
leaves published solutions to who may take them off."""

from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from wagtail import hooks
from wagtail.models import Page

from showcase.models import ShowcasePage, SolutionPage
from showcase.rules.listing import check_leaves_solutions
from showcase.views import public

VIEWS: dict[type[Page], Callable[[HttpRequest, Any], HttpResponse]] = {
    ShowcasePage: public.showcase_page,
    SolutionPage: public.solution_page,
}


# Wagtail's own hook (privacy) has order 0 and stands before this one.
@hooks.register("on_serve_page", order=100)
def serve_by_view(serve_next: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    def serve(page: Page, request: HttpRequest, args: Any, kwargs: Any) -> HttpResponse:
        view = VIEWS.get(type(page))
        return view(request, page) if view else serve_next(page, request, args, kwargs)

    return serve


# Copied as well: what two people published would stand there twice, changed by one.
@hooks.register("before_unpublish_page")
@hooks.register("before_delete_page")
@hooks.register("before_copy_page")
@hooks.register("before_move_page")
def leave_solution(request: HttpRequest, page: Page, destination: Page | None = None) -> None:
    check_leaves_solutions([page])


@hooks.register("before_bulk_action")
def leave_solutions(request: HttpRequest, kind: str, objects: Iterable[Any], action: Any) -> None:
    if kind in {"unpublish", "delete", "move"}:
        check_leaves_solutions(one for one in objects if isinstance(one, Page))
