"""Public course pages: the catalogue and its courses. Runs and learning are plain models."""

from typing import Any, ClassVar

from django.db import models
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.models import Orderable, Page
from wagtail.search import index

from courses.enums import Category
from portal.core.searchable import BilingualPageMixin


class CatalogPage(BilingualPageMixin, Page):
    """The list of courses by level."""

    introduction = models.TextField(_("introduction"), blank=True)
    introduction_en = models.TextField(_("introduction in English"), blank=True)

    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["outreach.HomePage"]
    subpage_types: ClassVar[list[str]] = ["courses.CoursePage"]
    # The list is made by a view (wagtail_hooks.py), so the editor has nothing to preview here.
    preview_modes: ClassVar[list[tuple[str, str]]] = []
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

    code = models.SlugField(_("code"), max_length=20, unique=True)
    category = models.CharField(
        _("category"), max_length=12, choices=Category.choices, default=Category.CONTROL
    )
    level = models.CharField(_("level"), max_length=2, choices=Level.choices)
    objects_protected = models.JSONField(_("objects protected"), default=list, blank=True)
    hours_theory = models.PositiveSmallIntegerField(_("hours of theory"), default=0)
    hours_practice = models.PositiveSmallIntegerField(_("hours of practice"), default=0)
    providers = models.CharField(_("providers"), max_length=300, blank=True)
    abstract = models.TextField(_("abstract"))
    abstract_en = models.TextField(_("abstract in English"), blank=True)
    outcomes = models.JSONField(_("outcomes"), default=list, blank=True)
    outcomes_en = models.JSONField(_("outcomes in English"), default=list, blank=True)
    prerequisites = models.TextField(_("prerequisites"), blank=True)
    prerequisites_en = models.TextField(_("prerequisites in English"), blank=True)
    outline = models.TextField(_("outline"), max_length=3000, blank=True)
    outline_en = models.TextField(_("outline in English"), blank=True)
    # {name, name_en, title, title_en}; people agree to be named here.
    teachers = models.JSONField(_("teachers"), default=list, blank=True)
    # Codes of the skill framework.
    skills = models.JSONField(_("skills"), default=list, blank=True)
    # What a new examination starts from (drawing.Blueprint).
    blueprint = models.JSONField(_("blueprint of the examination"), default=dict, blank=True)
    pass_mark = models.PositiveSmallIntegerField(_("pass mark of each part"), default=60)
    theory_weight = models.PositiveSmallIntegerField(_("weight of theory, per cent"), default=60)
    practice_weight = models.PositiveSmallIntegerField(
        _("weight of practice, per cent"), default=40
    )
    validity_years = models.PositiveSmallIntegerField(_("years a certificate is valid"), default=3)

    search_kind = "course"
    search_date_field = ""
    search_facet_fields: ClassVar[dict[str, str]] = {"level": "level"}
    parent_page_types: ClassVar[list[str]] = ["courses.CatalogPage"]
    subpage_types: ClassVar[list[str]] = []
    preview_modes: ClassVar[list[tuple[str, str]]] = []
    search_fields = [
        *Page.search_fields,
        index.SearchField("abstract"),
        index.SearchField("zh_grams"),
    ]
    content_panels = [
        *Page.content_panels,
        FieldPanel("title_en"),
        FieldPanel("code"),
        FieldPanel("category"),
        FieldPanel("level"),
        FieldPanel("hours_theory"),
        FieldPanel("hours_practice"),
        FieldPanel("providers"),
        FieldPanel("abstract"),
        FieldPanel("abstract_en"),
        FieldPanel("objects_protected"),
        FieldPanel("outcomes"),
        FieldPanel("outcomes_en"),
        FieldPanel("teachers"),
        FieldPanel("skills"),
        FieldPanel("prerequisites"),
        FieldPanel("prerequisites_en"),
        FieldPanel("outline"),
        FieldPanel("outline_en"),
        InlinePanel("links", label=_("related solution or reading")),
    ]

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("Courses")

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
            (gettext("Category"), Category(self.category).label),
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


class CourseLink(Orderable):
    """A public page that belongs beside a course: a solution that shows it, a reading."""

    course = ParentalKey(CoursePage, on_delete=models.CASCADE, related_name="links")
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")
    panels = [FieldPanel("page")]

    def __str__(self) -> str:
        return str(self.page)
