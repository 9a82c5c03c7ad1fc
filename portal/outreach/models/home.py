"""The home page."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from portal.core import home
from portal.core.searchable import BilingualPageMixin, open_to_all
from portal.outreach.models.news import NewsPage

NEWEST = 5


class HomePage(BilingualPageMixin, Page):
    """The home page: what is open, the search, three doors, newest cases, notices.

    What other apps bring comes through portal.core.home; this page knows none of them.
    """

    slogan = models.CharField(_("slogan"), max_length=60, blank=True)
    slogan_en = models.CharField(_("slogan in English"), max_length=120, blank=True)
    suggestions = models.CharField(
        _("suggested searches"), max_length=200, blank=True, help_text=_("Separated by commas.")
    )
    suggestions_en = models.CharField(
        _("suggested searches in English"), max_length=200, blank=True
    )

    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    content_panels = [
        *Page.content_panels,
        FieldPanel("title_en"),
        FieldPanel("slogan"),
        FieldPanel("slogan_en"),
        FieldPanel("suggestions"),
        FieldPanel("suggestions_en"),
    ]

    @property
    def searches(self) -> list[str]:
        """The suggested searches in the active language."""
        line = self.in_language("suggestions").replace("，", ",").replace("、", ",")
        return [text.strip() for text in line.split(",") if text.strip()]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add what is open, the newest of everything and the totals."""
        topics = home.gather("topics")
        solutions = home.Count(sum(t.number for t in topics), str(_("solutions")), "/solutions/")
        most = max((topic.number for topic in topics), default=0)
        shelves = home.gather("shelves")
        news = open_to_all(NewsPage.objects.live()).newest_of_both(NEWEST)
        return {
            **super().get_context(request, *args, **kwargs),
            "slogan": self.in_language("slogan") or self.display_title,
            "open_items": home.open_items(),
            "cases": home.gather("cases"),
            "shelves": shelves,
            "topics": [(topic, 100 * topic.number // most) for topic in topics],
            "totals": [one for one in [solutions, *(s.total for s in shelves)] if one.number],
            "solutions": solutions,
            "notices": [page.as_entry(request) for page in news if page.is_notice],
            "news": [page.as_entry(request) for page in news if not page.is_notice],
        }
