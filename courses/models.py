"""Public course pages. Runs, enrolment, examinations and certificates follow."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page
from wagtail.search import index

from portal.core.searchable import BilingualPageMixin


class CatalogPage(BilingualPageMixin, Page):
    """The list of courses."""

    introduction = models.TextField(blank=True)
    introduction_en = models.TextField(blank=True)

    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["outreach.HomePage"]
    subpage_types: ClassVar[list[str]] = ["courses.CoursePage"]
    content_panels = [
        *Page.content_panels,
        FieldPanel("title_en"),
        FieldPanel("introduction"),
        FieldPanel("introduction_en"),
    ]


class CoursePage(BilingualPageMixin, Page):
    """A course as the public sees it; hours are class hours of 45 minutes."""

    class Level(models.TextChoices):
        L0 = "L0", _("Awareness")
        L1 = "L1", _("Elementary")
        L2 = "L2", _("Intermediate")
        L3 = "L3", _("Advanced")

    code = models.SlugField(max_length=20, unique=True)
    level = models.CharField(max_length=2, choices=Level.choices)
    hours_theory = models.PositiveSmallIntegerField(default=0)
    hours_practice = models.PositiveSmallIntegerField(default=0)
    providers = models.CharField(max_length=200, blank=True)
    abstract = models.TextField()
    abstract_en = models.TextField(blank=True)
    outcomes = models.JSONField(default=list, blank=True)

    parent_page_types: ClassVar[list[str]] = ["courses.CatalogPage"]
    subpage_types: ClassVar[list[str]] = []
    search_fields = [
        *Page.search_fields,
        index.SearchField("abstract"),
        index.SearchField("zh_grams"),
    ]
    content_panels = [
        *Page.content_panels,
        FieldPanel("title_en"),
        FieldPanel("code"),
        FieldPanel("level"),
        FieldPanel("hours_theory"),
        FieldPanel("hours_practice"),
        FieldPanel("providers"),
        FieldPanel("abstract"),
        FieldPanel("abstract_en"),
    ]

    @property
    def hours(self) -> int:
        return self.hours_theory + self.hours_practice

    def searchable_text(self) -> str:
        return "\n".join([self.title, self.title_en, self.abstract, self.abstract_en])
