"""Guides for the shop floor: steps to follow and a checklist to print."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import PageManager

from portal.outreach.models.base import ListPage, PublishedPage, PublishedQuerySet
from portal.outreach.models.fields import CodesField, lines


class Reader(models.TextChoices):
    """Whom a guide is written for; the list is filtered by it."""

    MANAGER = "manager", _("Plant managers and heads of departments")
    SHIFT = "shift", _("Team leaders and dispatchers")
    ENGINEER = "engineer", _("Automation and equipment")
    IT = "it", _("IT and data")
    SUPPLIER = "supplier", _("Purchasing and suppliers")


def readers() -> list[tuple[str, str]]:
    """Return the groups of readers, named in the active language."""
    return [(one.value, str(one.label)) for one in Reader]


class GuideSection(ListPage):
    """The list of guides by reader."""

    max_count = 1
    subpage_types: ClassVar[list[str]] = ["outreach.GuidePage"]
    preview_modes: ClassVar[list[tuple[str, str]]] = []

    class Meta:
        verbose_name = _("section of guides")


class GuidePage(PublishedPage):
    """A guide: for whom, what to do in which order, and what to check at the end."""

    readers = CodesField(_("readers"), options=readers)
    audience = models.CharField(
        _("for whom, in words"), max_length=100, blank=True, help_text=_("Job titles.")
    )
    audience_en = models.CharField(_("for whom, in English"), max_length=200, blank=True)
    checklist = models.TextField(
        _("checklist"), blank=True, help_text=_("One item a line; readers print it.")
    )
    checklist_en = models.TextField(_("checklist in English"), blank=True)

    objects = PageManager.from_queryset(PublishedQuerySet)()

    long_texts: ClassVar[tuple[str, ...]] = ("body", "checklist")
    search_kind = "guide"
    parent_page_types: ClassVar[list[str]] = ["outreach.GuideSection"]
    content_panels = [
        *PublishedPage.title_panels,
        MultiFieldPanel(
            [
                FieldPanel("readers"),
                FieldPanel("audience"),
                FieldPanel("audience_en"),
            ],
            heading=_("For whom"),
        ),
        PublishedPage.source_panel,
        *PublishedPage.text_panels,
        FieldPanel("checklist"),
        FieldPanel("checklist_en"),
    ]

    class Meta:
        verbose_name = _("guide")
        verbose_name_plural = _("Guides")

    def reader_labels(self) -> list[str]:
        """Return the groups of readers in their order."""
        return [str(one.label) for one in Reader if one.value in self.readers]

    def labels(self) -> list[str]:
        return self.reader_labels()

    @property
    def for_whom(self) -> str:
        """The job titles in the active language."""
        return self.in_language("audience")

    def checks(self) -> list[str]:
        """Return the items of the checklist in the active language."""
        return lines(self.in_language("checklist"))

    def meta(self) -> tuple[str, ...]:
        return (self.for_whom, self.source)

    def more_text(self) -> list[str]:
        """Return readers and checklist."""
        return [self.audience, self.audience_en, self.checklist, self.checklist_en]
