"""The section of news and notices."""

from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.core.searchable import open_to_all
from portal.outreach.models.base import ListPage
from portal.outreach.models.news import NewsPage

PER_PAGE = 20


class SectionPage(ListPage):
    """A section (栏目) that lists its news, newest first, 20 a page, by kind if asked."""

    subpage_types: ClassVar[list[str]] = ["outreach.NewsPage"]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add one page of the section's news; an unknown kind shows all."""
        kind = request.GET.get("kind", "")
        pages = open_to_all(NewsPage.objects.live().child_of(self)).newest()
        if kind in NewsPage.Kind.values:
            pages = pages.filter(kind=kind)
        shown = Paginator(pages, PER_PAGE).get_page(request.GET.get("page"))
        return {
            **super().get_context(request, *args, **kwargs),
            "introduction": self.in_language("introduction"),
            "shown": shown,
            "entries": [page.as_entry(request) for page in shown],
            "kinds": [
                {"label": _("All"), "url": "?", "current": kind not in NewsPage.Kind.values},
                *(
                    {"label": one.label, "url": f"?kind={one.value}", "current": one.value == kind}
                    for one in NewsPage.Kind
                ),
            ],
        }
