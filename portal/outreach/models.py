"""Public pages that are not cases or courses: home, sections, news."""

from typing import ClassVar

from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page
from wagtail.search import index

from portal.core.searchable import BilingualPageMixin


class HomePage(BilingualPageMixin, Page):
    """The home page: what is open, the search, three doors, newest cases, notices."""

    slogan = models.CharField(max_length=60, blank=True)
    slogan_en = models.CharField(max_length=120, blank=True)

    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    content_panels = [
        *Page.content_panels,
        FieldPanel("title_en"),
        FieldPanel("slogan"),
        FieldPanel("slogan_en"),
    ]


class SectionPage(BilingualPageMixin, Page):
    """A section (栏目) that lists its news."""

    introduction = models.TextField(blank=True)
    introduction_en = models.TextField(blank=True)

    parent_page_types: ClassVar[list[str]] = ["outreach.HomePage"]
    subpage_types: ClassVar[list[str]] = ["outreach.NewsPage"]
    content_panels = [
        *Page.content_panels,
        FieldPanel("title_en"),
        FieldPanel("introduction"),
        FieldPanel("introduction_en"),
    ]


class NewsPage(BilingualPageMixin, Page):
    """News or a notice with its source and date."""

    source = models.CharField(max_length=100)
    published_on = models.DateField(db_index=True)
    abstract = models.TextField(blank=True)
    abstract_en = models.TextField(blank=True)
    body = RichTextField(blank=True)
    body_en = RichTextField(blank=True)

    parent_page_types: ClassVar[list[str]] = ["outreach.SectionPage"]
    subpage_types: ClassVar[list[str]] = []
    search_fields = [
        *Page.search_fields,
        index.SearchField("abstract"),
        index.SearchField("body"),
        index.SearchField("zh_grams"),
    ]
    content_panels = [
        *Page.content_panels,
        FieldPanel("title_en"),
        FieldPanel("source"),
        FieldPanel("published_on"),
        FieldPanel("abstract"),
        FieldPanel("abstract_en"),
        FieldPanel("body"),
        FieldPanel("body_en"),
    ]

    def searchable_text(self) -> str:
        return "\n".join([self.title, self.title_en, self.abstract, self.abstract_en, self.body])
