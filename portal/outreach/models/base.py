"""What the pages of outreach share: a source and a day on each, texts in two languages.

Lists (sections) have an introduction; what they list has a source, a day, abstract and text.
Here is no page of its own.
"""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, Panel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.query import PageQuerySet
from wagtail.search import index

from portal.core import home
from portal.core.blocks import body_blocks, body_text
from portal.core.searchable import BilingualPageMixin
from portal.core.templatetags.formatting import day


class PublishedQuerySet(PageQuerySet):
    """Published texts by intent."""

    def newest(self) -> "PublishedQuerySet":
        return self.order_by("-published_on", "-pk")


class ListPage(BilingualPageMixin, Page):
    """A section (栏目): a title and an introduction above what stands below it in the tree."""

    introduction = models.TextField(_("introduction"), blank=True)
    introduction_en = models.TextField(_("introduction in English"), blank=True)

    parent_page_types: ClassVar[list[str]] = ["outreach.HomePage"]
    content_panels = [
        *Page.content_panels,
        FieldPanel("title_en"),
        FieldPanel("introduction"),
        FieldPanel("introduction_en"),
    ]

    class Meta:
        abstract = True

    @property
    def lede(self) -> str:
        """The introduction in the active language."""
        return self.in_language("introduction")


class SourcedPage(BilingualPageMixin, Page):
    """Something published: every reader sees who says it and since when."""

    source = models.CharField(
        _("source"), max_length=100, help_text=_("Who answers for the text; readers see it.")
    )
    published_on = models.DateField(_("published on"), db_index=True)

    subpage_types: ClassVar[list[str]] = []
    search_fields = [*Page.search_fields, index.SearchField("zh_grams")]
    title_panels: ClassVar[list[Panel]] = [*Page.content_panels, FieldPanel("title_en")]
    source_panel: ClassVar[Panel] = MultiFieldPanel(
        [FieldPanel("source"), FieldPanel("published_on")], heading=_("Source and day")
    )

    class Meta:
        abstract = True

    def meta(self) -> tuple[str, ...]:
        """Return what a list says below the title."""
        return (self.source,)

    def as_entry(self, request: HttpRequest | None = None) -> home.Entry:
        """Return the line a list shows."""
        return home.Entry(
            title=self.display_title,
            url=self.get_url(request) or "",
            date=self.published_on,
            meta=self.meta(),
        )

    def section_url(self) -> str:
        """Return the address of the section: the parent by rule (parent_page_types)."""
        return (self.get_url() or "").removesuffix(f"{self.slug}/")

    def search_note(self) -> str:
        return f"{self.source} · {day(self.published_on)}"


class PublishedPage(SourcedPage):
    """A text with its abstract, in Chinese and, where there is one, in English."""

    abstract = models.TextField(
        _("abstract"), blank=True, help_text=_("One or two sentences; lists and search show them.")
    )
    abstract_en = models.TextField(_("abstract in English"), blank=True)
    body = StreamField(body_blocks(), verbose_name=_("text"), blank=True)
    body_en = StreamField(body_blocks(), verbose_name=_("text in English"), blank=True)

    # Fields whose English may be missing; a reader is then told so.
    long_texts: ClassVar[tuple[str, ...]] = ("body",)
    search_fields = [*SourcedPage.search_fields, index.SearchField("abstract")]
    text_panels: ClassVar[list[Panel]] = [
        FieldPanel("abstract"),
        FieldPanel("abstract_en"),
        FieldPanel("body"),
        FieldPanel("body_en"),
    ]

    class Meta:
        abstract = True

    @property
    def summary(self) -> str:
        """The abstract in the active language."""
        return self.in_language("abstract")

    @property
    def is_chinese_only(self) -> bool:
        """Whether an English reader gets a Chinese text because there is no other."""
        english = (get_language() or "").startswith("en")
        return english and any(
            getattr(self, name) and not getattr(self, f"{name}_en") for name in self.long_texts
        )

    def labels(self) -> list[str]:
        """Return the class words above the title."""
        return []

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the texts of the active language; a missing English body is said, not hidden."""
        return {
            **super().get_context(request, *args, **kwargs),
            "abstract": self.summary,
            "labels": self.labels(),
            "body": self.in_language("body"),
            "is_chinese_only": self.is_chinese_only,
        }

    def more_text(self) -> list[str]:
        """Return further public texts of the page, for search."""
        return []

    def searchable_text(self) -> str:
        """Return titles, abstracts, the words of both bodies and what else the page says."""
        parts = [self.title, self.title_en, self.abstract, self.abstract_en]
        bodies = [body_text(self.body), body_text(self.body_en)]
        return "\n".join([*parts, *bodies, *self.more_text()])
