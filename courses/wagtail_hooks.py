"""What courses bring to the CMS: pages served by this app's views, and editing of the content."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from wagtail import hooks
from wagtail.models import Page
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from courses.models import CatalogPage, CoursePage, Module, PracticeTask, Skill, Unit
from courses.rules.content import EditorsPolicy
from courses.views import catalogue
from courses.viewsets import TrainingGroup

VIEWS: dict[type[Page], Callable[[HttpRequest, Any], HttpResponse]] = {
    CatalogPage: catalogue.catalog_page,
    CoursePage: catalogue.course_page,
}

for model in (Skill, Module, Unit, PracticeTask):
    register_permission_policy(model, EditorsPolicy(model))
register_snippet(TrainingGroup)


# Wagtail's own hook (privacy) has order 0 and stands before this one.
@hooks.register("on_serve_page", order=100)
def serve_by_view(serve_next: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    def serve(page: Page, request: HttpRequest, args: Any, kwargs: Any) -> HttpResponse:
        view = VIEWS.get(type(page))
        return view(request, page) if view else serve_next(page, request, args, kwargs)

    return serve
