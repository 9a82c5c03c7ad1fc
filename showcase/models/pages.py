"""Public pages of the showcase. A private submission publishes into a SolutionPage."""

import re
from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page
from wagtail.search import index

from portal.core import clock
from portal.core.searchable import BilingualPageMixin
from portal.core.taxonomies import region_name
from showcase.models.applications import Submission
from showcase.models.programme import in_language

# What Markdown is written with; a search result shows the words alone.
MARKS = re.compile(r"[*#`|]+|:?-{3,}:?|^\s*(?:[-+]|\d+\.)\s", re.MULTILINE)


class ShowcasePage(BilingualPageMixin, Page):
    """The list of solutions with its facets."""

    introduction = models.TextField(blank=True)
    introduction_en = models.TextField(blank=True)

    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["outreach.HomePage"]
    subpage_types: ClassVar[list[str]] = ["showcase.SolutionPage", "showcase.BestPracticePage"]
    # The list is made by a view (wagtail_hooks.py), so the editor has nothing to preview here.
    preview_modes: ClassVar[list[tuple[str, str]]] = []
    content_panels = [
        *Page.content_panels,
        FieldPanel("title_en"),
        FieldPanel("introduction"),
        FieldPanel("introduction_en"),
    ]


class SolutionPage(BilingualPageMixin, Page):
    """A proven solution, published from a listed submission; figures first.

    `effects` = [{"metric", "before", "after", "unit", "evidence"}]; `sections` =
    [{"key", "zh", "text"}] with Markdown text that the applicant agreed to publish; `adopters` =
    [{"name", "since", "scope"}]; `standards` = ["GB/T 22239-2019 title"]. A revoked solution
    keeps its page, so that who looks for it learns of the revocation.
    """

    class Validity(models.TextChoices):
        VALID = "valid", _("In its term")
        EXPIRED = "expired", _("Term ended")
        REVOKED = "revoked", _("Revoked")

    class Evidence(models.TextChoices):
        A = "A", _("every figure documented")
        B = "B", _("third-party test")
        C = "C", _("confirmed by users")
        D = "D", _("stated by the applicant")

    submission = models.OneToOneField(
        Submission, null=True, on_delete=models.PROTECT, related_name="page"
    )
    applicant_name = models.CharField(max_length=100)
    partner_names = models.JSONField(default=list, blank=True)
    direction_code = models.CharField(max_length=20, db_index=True)
    direction_name = models.CharField(max_length=40)
    direction_name_en = models.CharField(max_length=80, blank=True)
    region = models.CharField(max_length=6, db_index=True)
    industry = models.CharField(max_length=4, db_index=True)
    objects_protected = models.JSONField(default=list, blank=True)
    round_title = models.CharField(max_length=100)
    year = models.PositiveSmallIntegerField(db_index=True)
    abstract = models.TextField()
    abstract_en = models.TextField(blank=True)
    effects = models.JSONField(default=list, blank=True)
    sections = models.JSONField(default=list, blank=True)
    adopters = models.JSONField(default=list, blank=True)
    standards = models.JSONField(default=list, blank=True)
    evidence = models.CharField(max_length=1, choices=Evidence.choices, default=Evidence.D)
    listed_on = models.DateField()
    valid_until = models.DateField()
    revoked_on = models.DateField(null=True, blank=True)
    revoked_reason = models.CharField(max_length=200, blank=True)

    search_kind = "solution"
    search_date_field = "listed_on"
    search_facet_fields: ClassVar[dict[str, str]] = {
        "object": "objects_protected",
        "direction": "direction_code",
        "industry": "industry",
        "region": "region",
        "year": "year",
    }
    parent_page_types: ClassVar[list[str]] = ["showcase.ShowcasePage"]
    subpage_types: ClassVar[list[str]] = []
    preview_modes: ClassVar[list[tuple[str, str]]] = []
    # Made by publishing a ranking only, and never taken off by a day set in the CMS.
    is_creatable = False
    settings_panels: ClassVar[list[Any]] = []
    search_fields = [
        *Page.search_fields,
        index.SearchField("abstract"),
        index.SearchField("zh_grams"),
        index.FilterField("direction_code"),
        index.FilterField("region"),
        index.FilterField("industry"),
        index.FilterField("year"),
    ]
    content_panels = [
        *Page.content_panels,
        FieldPanel("title_en"),
        FieldPanel("abstract"),
        FieldPanel("abstract_en"),
        FieldPanel("evidence"),
    ]

    class Meta:
        verbose_name = _("solution")
        verbose_name_plural = _("Solutions")

    @property
    def direction_label(self) -> str:
        return in_language(self.direction_name, self.direction_name_en)

    @property
    def validity(self) -> "SolutionPage.Validity":
        """Whether the term runs today, has ended, or was revoked."""
        if self.revoked_on:
            return self.Validity.REVOKED
        if self.valid_until < clock.today():
            return self.Validity.EXPIRED
        return self.Validity.VALID

    def search_note(self) -> str:
        return f"{self.applicant_name} · {region_name(self.region)}"

    @classmethod
    def search_facet_names(cls, facet: str) -> dict[str, str]:
        """Return the directions as the published solutions call them."""
        if facet != "direction":
            return {}
        rows = cls.objects.values_list("direction_code", "direction_name", "direction_name_en")
        return {code: in_language(zh, en) for code, zh, en in rows.order_by("pk").distinct()}

    def searchable_text(self) -> str:
        """All public text of the page, for the search index."""
        parts = [self.title, self.title_en, self.abstract, self.abstract_en, self.applicant_name]
        parts += [self.direction_name, *self.partner_names]
        parts += [MARKS.sub(" ", str(section.get("text", ""))) for section in self.sections]
        parts += [str(effect.get("metric", "")) for effect in self.effects]
        parts += [str(adopter.get("name", "")) for adopter in self.adopters]
        parts += [str(standard) for standard in self.standards]
        return "\n".join(parts)


class BestPracticePage(BilingualPageMixin, Page):
    """A best practice (最佳实践) written by an editor."""

    abstract = models.TextField()
    abstract_en = models.TextField(blank=True)
    body = RichTextField(blank=True)

    search_kind = "practice"
    parent_page_types: ClassVar[list[str]] = ["showcase.ShowcasePage"]
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
        FieldPanel("abstract"),
        FieldPanel("abstract_en"),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("best practice")
        verbose_name_plural = _("Best practices")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the abstract of the active language."""
        context = super().get_context(request, *args, **kwargs)
        return {**context, "abstract": self.in_language("abstract")}

    def searchable_text(self) -> str:
        """Return the abstract and the body without its tags."""
        parts = [self.title, self.title_en, self.abstract, self.abstract_en]
        return "\n".join([*parts, strip_tags(self.body)])
