"""Hands the public pages that need queries to this app's views, behind Wagtail's own checks."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from wagtail import hooks
from wagtail.models import Page

from showcase.models import ShowcasePage, SolutionPage
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
