"""Public resources: test environments, training bases, assessment bodies, and how to book them."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from portal.core.taxonomies import region_name, term_name
from portal.outreach.models.base import ListPage, PublishedPage
from portal.outreach.models.fields import CodesField, in_order, lines, objects, regions


class ResourceSection(ListPage):
    """The list of resources by kind and region."""

    max_count = 1
    subpage_types: ClassVar[list[str]] = ["outreach.ResourcePage"]
    preview_modes: ClassVar[list[tuple[str, str]]] = []

    class Meta:
        verbose_name = _("section of resources")


class ResourcePage(PublishedPage):
    """A place that others may use: what it can do, for how much, whom to ask."""

    class Kind(models.TextChoices):
        TEST = "test_environment", _("Test environment")
        TRAINING = "training_base", _("Training base")
        ASSESSMENT = "assessment_body", _("Assessment body")

    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, db_index=True)
    organisation = models.CharField(_("organisation"), max_length=100)
    region = models.CharField(_("region"), max_length=6, choices=regions, db_index=True)
    objects_protected = CodesField(_("objects protected"), options=objects)
    capabilities = models.TextField(
        _("what it can do"), blank=True, help_text=_("One capability a line.")
    )
    capabilities_en = models.TextField(_("what it can do, in English"), blank=True)
    scale = models.CharField(_("scale"), max_length=200, blank=True)
    booking = models.TextField(_("how to book"), blank=True)
    booking_en = models.TextField(_("how to book, in English"), blank=True)
    lead_days = models.PositiveSmallIntegerField(
        _("days ahead"), null=True, blank=True, help_text=_("How long before one has to ask.")
    )
    hours = models.CharField(_("opening hours"), max_length=100, blank=True)
    fee = models.CharField(_("fee"), max_length=200, blank=True)
    contact = models.EmailField(_("contact"), blank=True)
    notes = models.TextField(_("notes"), blank=True)

    long_texts: ClassVar[tuple[str, ...]] = ("capabilities", "booking", "body")
    search_kind = "resource"
    search_date_field = ""
    search_facet_fields: ClassVar[dict[str, str]] = {
        "object": "objects_protected",
        "region": "region",
    }
    parent_page_types: ClassVar[list[str]] = ["outreach.ResourceSection"]
    content_panels = [
        *PublishedPage.title_panels,
        MultiFieldPanel(
            [FieldPanel("kind"), FieldPanel("organisation"), FieldPanel("region")],
            heading=_("What and where"),
        ),
        FieldPanel("abstract"),
        FieldPanel("abstract_en"),
        FieldPanel("objects_protected"),
        FieldPanel("capabilities"),
        FieldPanel("capabilities_en"),
        FieldPanel("scale"),
        MultiFieldPanel(
            [
                FieldPanel("booking"),
                FieldPanel("booking_en"),
                FieldPanel("lead_days"),
                FieldPanel("hours"),
                FieldPanel("fee"),
                FieldPanel("contact"),
            ],
            heading=_("Booking"),
        ),
        FieldPanel("notes"),
        PublishedPage.source_panel,
        FieldPanel("body"),
        FieldPanel("body_en"),
    ]

    class Meta:
        verbose_name = _("resource")
        verbose_name_plural = _("Resources")

    @property
    def region_label(self) -> str:
        return region_name(self.region)

    def points(self) -> list[str]:
        """Return the capabilities in the active language."""
        return lines(self.in_language("capabilities"))

    def object_names(self) -> list[str]:
        """Return the objects protected in the active language."""
        return [term_name("objects", one) for one in in_order("objects", self.objects_protected)]

    @property
    def how_to_book(self) -> str:
        """How to book, in the active language."""
        return self.in_language("booking")

    def labels(self) -> list[str]:
        return [str(self.Kind(self.kind).label), self.region_label]

    def key_facts(self) -> list[tuple[str, Any]]:
        """Return what decides whether one can use it: who runs it, how long ahead, what fee."""
        ahead = ngettext("%(n)s day", "%(n)s days", self.lead_days or 0)
        rows = [
            (gettext("Run by"), self.organisation),
            (gettext("Ask ahead"), ahead % {"n": self.lead_days} if self.lead_days else ""),
            (gettext("Fee"), self.fee),
        ]
        return [row for row in rows if row[1]]

    def facts(self) -> list[tuple[str, Any]]:
        """Return the plain facts of the resource for its page."""
        rows = [
            *self.key_facts(),
            (gettext("Opening hours"), self.hours),
            (gettext("Scale"), self.scale),
            (gettext("Objects"), pgettext("list", ", ").join(self.object_names())),
            (gettext("Contact"), self.contact),
        ]
        return [row for row in rows if row[1]]

    def meta(self) -> tuple[str, ...]:
        return (str(self.Kind(self.kind).label), self.region_label, self.organisation)

    def search_note(self) -> str:
        return " · ".join(self.meta())

    def more_text(self) -> list[str]:
        """Return what the resource is and can do, and how it is booked."""
        own = [str(self.Kind(self.kind).label), self.organisation, self.region_label, self.scale]
        return [*own, self.capabilities, self.capabilities_en, self.booking, self.fee, self.notes]
