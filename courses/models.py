"""Public course pages. Runs, enrolment, examinations and certificates follow."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page
from wagtail.search import index

from portal.core.searchable import BilingualPageMixin, open_to_all


class CatalogPage(BilingualPageMixin, Page):
    """The list of courses by level."""

    introduction = models.TextField(_("introduction"), blank=True)
    introduction_en = models.TextField(_("introduction in English"), blank=True)

    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["outreach.HomePage"]
    subpage_types: ClassVar[list[str]] = ["courses.CoursePage"]
    content_panels = [
        *Page.content_panels,
        FieldPanel("title_en"),
        FieldPanel("introduction"),
        FieldPanel("introduction_en"),
    ]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the courses, lowest level first, with the level that begins a group."""
        pages = open_to_all(CoursePage.objects.live().child_of(self)).order_by("level", "code")
        courses = [{"page": page, "url": page.get_url(request)} for page in pages]
        levels = [
            {"level": level, "courses": [c for c in courses if c["page"].level == level.value]}
            for level in CoursePage.Level
        ]
        return {
            **super().get_context(request, *args, **kwargs),
            "introduction": self.in_language("introduction"),
            "levels": [group for group in levels if group["courses"]],
        }


class CoursePage(BilingualPageMixin, Page):
    """A course as the public sees it; hours are class hours of 45 minutes."""

    class Level(models.TextChoices):
        L0 = "L0", _("Awareness")
        L1 = "L1", _("Elementary")
        L2 = "L2", _("Intermediate")
        L3 = "L3", _("Advanced")

    code = models.SlugField(_("code"), max_length=20, unique=True)
    level = models.CharField(_("level"), max_length=2, choices=Level.choices)
    hours_theory = models.PositiveSmallIntegerField(_("hours of theory"), default=0)
    hours_practice = models.PositiveSmallIntegerField(_("hours of practice"), default=0)
    providers = models.CharField(_("providers"), max_length=300, blank=True)
    abstract = models.TextField(_("abstract"))
    abstract_en = models.TextField(_("abstract in English"), blank=True)
    outcomes = models.JSONField(_("outcomes"), default=list, blank=True)
    outcomes_en = models.JSONField(_("outcomes in English"), default=list, blank=True)

    search_kind = "course"
    search_date_field = ""
    search_facet_fields: ClassVar[dict[str, str]] = {"level": "level"}
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

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("Courses")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the texts of the active language and the way back to the list."""
        return {
            **super().get_context(request, *args, **kwargs),
            # The catalogue is the parent by rule (parent_page_types).
            "catalog_url": (self.get_url(request) or "").removesuffix(f"{self.slug}/"),
            "abstract": self.in_language("abstract"),
            "outcomes": self.in_language("outcomes"),
            "level_text": f"{self.level} {self.Level(self.level).label}",
        }

    @property
    def short_abstract(self) -> str:
        """The first sentences of the abstract, about 90 characters, in the active language."""
        return Truncator(self.in_language("abstract")).chars(120)

    @property
    def hours(self) -> int:
        return self.hours_theory + self.hours_practice

    def hours_text(self) -> str:
        """Return the class hours in words."""
        return ngettext("%(n)s class hour", "%(n)s class hours", self.hours) % {"n": self.hours}

    def key_facts(self) -> list[str]:
        """Return level and hours in words."""
        return [str(self.Level(self.level).label), self.hours_text()]

    def facts(self) -> list[tuple[str, Any]]:
        """Return the plain facts of the course for its page."""
        rows = [
            (gettext("Course code"), self.code.upper()),
            (gettext("Level"), f"{self.level} {self.Level(self.level).label}"),
            (gettext("Class hours"), self.hours),
            (gettext("of which theory"), self.hours_theory),
            (gettext("of which practice"), self.hours_practice),
            (gettext("Providers"), self.providers),
        ]
        return [row for row in rows if row[1]]

    @classmethod
    def search_facet_names(cls, facet: str) -> dict[str, str]:
        """Return the levels with their names."""
        if facet != "level":
            return {}
        return {one.value: f"{one.value} {one.label}" for one in cls.Level}

    def search_note(self) -> str:
        return f"{self.Level(self.level).label} · {self.hours_text()}"

    def searchable_text(self) -> str:
        """Return titles, abstracts, outcomes and providers."""
        parts = [self.title, self.title_en, self.abstract, self.abstract_en, self.providers]
        parts.append(self.code.upper())
        return "\n".join([*parts, *map(str, [*self.outcomes, *self.outcomes_en])])
