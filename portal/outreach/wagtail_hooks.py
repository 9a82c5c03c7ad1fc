"""Hands the list pages to this app's views, and gives editors the goals to edit."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.tables import Column
from wagtail.models import Page
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from portal.outreach.models import (
    EventSection,
    FaqEntryPage,
    FaqPage,
    Goal,
    GoalsPage,
    GuideSection,
    HomePage,
    PolicySection,
    ResourceSection,
    StandardSection,
)
from portal.outreach.views import goals, home, lists

VIEWS: dict[type[Page], Callable[[HttpRequest, Any], HttpResponse]] = {
    HomePage: home.home_page,
    PolicySection: lists.policy_section,
    StandardSection: lists.standard_section,
    GuideSection: lists.guide_section,
    ResourceSection: lists.resource_section,
    FaqPage: lists.faq_page,
    FaqEntryPage: lists.faq_entry_page,
    EventSection: lists.event_section,
    GoalsPage: goals.goals_page,
}


# Wagtail's own hook (privacy) has order 0 and stands before this one.
@hooks.register("on_serve_page", order=100)
def serve_list(serve_next: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    def serve(page: Page, request: HttpRequest, args: Any, kwargs: Any) -> HttpResponse:
        view = VIEWS.get(type(page))
        return view(request, page) if view else serve_next(page, request, args, kwargs)

    return serve


class GoalViewSet(SnippetViewSet):
    """The goals with their dated values, in the editors' menu."""

    model = Goal
    menu_label = _("Goals and progress")
    icon = "list-ol"
    add_to_admin_menu = True
    list_display = [
        "__str__",
        Column("target", label=_("target"), sort_key="target"),
        Column("due", label=_("due"), sort_key="due"),
    ]
    search_fields = ["title", "title_en"]


register_snippet(GoalViewSet)
