"""What each list of the outreach pages shows: standards, guides, questions, resources, events."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page as Part
from django.core.paginator import Paginator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from portal.core import clock
from portal.core.searchable import open_to_all
from portal.core.taxonomies import choices
from portal.outreach.models import (
    EventPage,
    FaqEntryPage,
    GuidePage,
    ResourcePage,
    StandardPage,
)
from portal.outreach.models.guides import readers
from portal.outreach.queries.narrowing import Condition, Narrowed

PER_PAGE = 20
# Lists show titles and abstracts; the texts stay in the database.
TEXTS = ("body", "body_en")


def below(section: Page, model: type[Page]) -> Any:
    """Return the public pages of a section, in the order of the tree."""
    return open_to_all(model.objects.live().child_of(section)).order_by("path")


def standards(section: Page, asked: QueryDict) -> Narrowed:
    """Return the standards, narrowed by object protected and state, by number."""
    pages = below(section, StandardPage).defer(*TEXTS).order_by("number")
    conditions = [
        Condition("object", _("Object"), choices("objects"), lambda page: page.objects_protected),
        Condition("state", _("State"), StandardPage.Status.choices, lambda page: [page.status]),
    ]
    return Narrowed(list(pages), conditions, asked)


def guides(section: Page, asked: QueryDict) -> Narrowed:
    """Return the guides, narrowed by reader, newest first."""
    pages = below(section, GuidePage).defer(*TEXTS).newest()
    conditions = [Condition("for", _("For"), readers(), lambda page: page.readers)]
    return Narrowed(list(pages), conditions, asked)


def resources(section: Page, asked: QueryDict) -> Narrowed:
    """Return the resources, narrowed by kind and region."""
    pages = below(section, ResourcePage).defer(*TEXTS).order_by("kind", "region", "path")
    conditions = [
        Condition("kind", _("Kind"), ResourcePage.Kind.choices, lambda page: [page.kind]),
        Condition("region", _("Region"), choices("regions"), lambda page: [page.region]),
    ]
    return Narrowed(list(pages), conditions, asked)


def answers(section: Page) -> list[tuple[Any, list[FaqEntryPage]]]:
    """Return the questions by group, in the editors' order; groups without any are left out."""
    pages = list(below(section, FaqEntryPage))
    groups = [
        (one, [page for page in pages if page.group == one.value]) for one in FaqEntryPage.Group
    ]
    return [(group, entries) for group, entries in groups if entries]


def other_answers(page: FaqEntryPage) -> list[FaqEntryPage]:
    """Return all questions of the group a question stands in, itself among them, in order."""
    pages = open_to_all(FaqEntryPage.objects.live().sibling_of(page))
    return list(pages.filter(group=page.group).order_by("path"))


@dataclass(frozen=True)
class EventList:
    """Events to come, nearest first, and one part of those that are over, latest first."""

    coming: list[EventPage]
    past: Part


def events(section: Page, asked: QueryDict) -> EventList:
    """Return the events; `page` turns the pages of those that are over."""
    now = clock.now()
    pages = below(section, EventPage).defer(*TEXTS)
    past = Paginator(pages.past(now), PER_PAGE).get_page(asked.get("page"))
    return EventList(list(pages.to_come(now)), past)
