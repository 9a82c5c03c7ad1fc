"""Hands the public pages that need queries to this app's views, behind Wagtail's own checks."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from wagtail import hooks
from wagtail.models import Page

from courses.models import CatalogPage, CoursePage
from courses.views import catalogue

VIEWS: dict[type[Page], Callable[[HttpRequest, Any], HttpResponse]] = {
    CatalogPage: catalogue.catalog_page,
    CoursePage: catalogue.course_page,
}


# Wagtail's own hook (privacy) has order 0 and stands before this one.
@hooks.register("on_serve_page", order=100)
def serve_by_view(serve_next: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    def serve(page: Page, request: HttpRequest, args: Any, kwargs: Any) -> HttpResponse:
        view = VIEWS.get(type(page))
        return view(request, page) if view else serve_next(page, request, args, kwargs)

    return serve
