"""Public pages that are not cases or courses: home, sections, news."""

from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.db import models
from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet
from wagtail.search import index

from portal.core import home
from portal.core.blocks import body_blocks, body_text
from portal.core.searchable import BilingualPageMixin, open_to_all
from portal.core.templatetags.formatting import day

NEWEST = 5
PER_PAGE = 20


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


class SectionPage(BilingualPageMixin, Page):
    """A section (栏目) that lists its news, newest first, 20 a page, by kind if asked."""

    introduction = models.TextField(_("introduction"), blank=True)
    introduction_en = models.TextField(_("introduction in English"), blank=True)

    parent_page_types: ClassVar[list[str]] = ["outreach.HomePage"]
    subpage_types: ClassVar[list[str]] = ["outreach.NewsPage"]
    content_panels = [
        *Page.content_panels,
        FieldPanel("title_en"),
        FieldPanel("introduction"),
        FieldPanel("introduction_en"),
    ]

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


class NewsQuerySet(PageQuerySet):
    """News by intent."""

    def newest(self) -> "NewsQuerySet":
        return self.order_by("-published_on", "-pk")

    def newest_of_both(self, number: int) -> "NewsQuerySet":
        """The newest notices and the newest of all else, so many of each, in one query."""
        place = Window(
            RowNumber(), partition_by=F("is_notice"), order_by=[F("published_on").desc(), "-pk"]
        )
        pages = self.annotate(is_notice=Q(kind=NewsPage.Kind.NOTICE)).annotate(place=place)
        return pages.filter(place__lte=number).newest()


class NewsPage(BilingualPageMixin, Page):
    """News, a notice or a bulletin with its source and date."""

    class Kind(models.TextChoices):
        NOTICE = "notice", _("Notice")
        NEWS = "news", _("News")
        BULLETIN = "bulletin", _("Bulletin")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.NEWS)
    source = models.CharField(_("source"), max_length=100)
    published_on = models.DateField(_("published on"), db_index=True)
    abstract = models.TextField(_("abstract"), blank=True)
    abstract_en = models.TextField(_("abstract in English"), blank=True)
    body = StreamField(body_blocks(), verbose_name=_("text"), blank=True)
    body_en = StreamField(body_blocks(), verbose_name=_("text in English"), blank=True)

    objects = PageManager.from_queryset(NewsQuerySet)()

    search_kind = "news"
    parent_page_types: ClassVar[list[str]] = ["outreach.SectionPage"]
    subpage_types: ClassVar[list[str]] = []
    search_fields = [
        *Page.search_fields,
        index.SearchField("abstract"),
        index.SearchField("zh_grams"),
    ]
    content_panels = [
        *Page.content_panels,
        FieldPanel("title_en"),
        FieldPanel("kind"),
        FieldPanel("source"),
        FieldPanel("published_on"),
        FieldPanel("abstract"),
        FieldPanel("abstract_en"),
        FieldPanel("body"),
        FieldPanel("body_en"),
    ]

    class Meta:
        verbose_name = _("news or notice")
        verbose_name_plural = _("News and notices")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the texts of the active language; a missing English body is said, not hidden."""
        body = self.in_language("body")
        english = (get_language() or "").startswith("en")
        return {
            **super().get_context(request, *args, **kwargs),
            # The section is the parent by rule (parent_page_types).
            "section_url": (self.get_url(request) or "").removesuffix(f"{self.slug}/"),
            "abstract": self.in_language("abstract"),
            "body": body,
            "is_chinese_only": english and bool(self.body) and not self.body_en,
        }

    def as_entry(self, request: HttpRequest | None = None) -> home.Entry:
        """Return the line a list shows."""
        return home.Entry(
            title=self.display_title,
            url=self.get_url(request) or "",
            date=self.published_on,
            meta=(self.source,),
        )

    def search_note(self) -> str:
        return f"{self.source} · {day(self.published_on)}"

    def searchable_text(self) -> str:
        """Return titles, abstracts and the words of both bodies."""
        parts = [self.title, self.title_en, self.abstract, self.abstract_en]
        return "\n".join([*parts, body_text(self.body), body_text(self.body_en)])
