"""Standards: number, title, state, and in our own words what they ask. Never the text itself."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.search import index

from portal.core.taxonomies import term_name
from portal.outreach.models.base import ListPage, PublishedPage
from portal.outreach.models.fields import CodesField, in_order, lines, objects
from portal.outreach.models.tasks import TaskedPage

TONES = {"current": "", "unsettled": "warn", "replaced": "mute", "withdrawn": "bad"}


class StandardSection(ListPage):
    """The list of standards by object protected and state."""

    max_count = 1
    subpage_types: ClassVar[list[str]] = ["outreach.StandardPage"]
    preview_modes: ClassVar[list[tuple[str, str]]] = []

    class Meta:
        verbose_name = _("section of standards")


class StandardPage(TaskedPage, PublishedPage):
    """A standard. The page's title is the standard's; the year is empty while it is unsettled."""

    class Status(models.TextChoices):
        CURRENT = "current", _("In force")
        UNSETTLED = "unsettled", _("To be checked")
        REPLACED = "replaced", _("Replaced")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    number = models.CharField(
        _("number"), max_length=40, db_index=True, help_text=_("As printed: GB/T 22239-2019.")
    )
    status = models.CharField(
        _("state"), max_length=9, choices=Status.choices, default=Status.CURRENT
    )
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    objects_protected = CodesField(_("objects protected"), options=objects)
    asks = models.TextField(
        _("what it asks"), blank=True, help_text=_("In our own words, one sentence a line.")
    )
    asks_en = models.TextField(_("what it asks, in English"), blank=True)
    for_whom = models.TextField(_("for whom"), blank=True)
    for_whom_en = models.TextField(_("for whom, in English"), blank=True)
    status_note = models.CharField(_("note on the state"), max_length=200, blank=True)
    status_note_en = models.CharField(_("note in English"), max_length=300, blank=True)

    long_texts: ClassVar[tuple[str, ...]] = ("asks", "body")
    search_kind = "standard"
    search_lead_field = "for_whom"
    search_date_field = ""
    search_facet_fields: ClassVar[dict[str, str]] = {
        "object": "objects_protected",
        "task": "tasks",
        "year": "year",
    }
    parent_page_types: ClassVar[list[str]] = ["outreach.StandardSection"]
    search_fields = [*PublishedPage.search_fields, index.SearchField("number")]
    content_panels = [
        FieldPanel("number"),
        *PublishedPage.title_panels,
        MultiFieldPanel(
            [
                FieldPanel("status"),
                FieldPanel("year"),
                FieldPanel("status_note"),
                FieldPanel("status_note_en"),
            ],
            heading=_("State"),
        ),
        FieldPanel("for_whom"),
        FieldPanel("for_whom_en"),
        FieldPanel("asks"),
        FieldPanel("asks_en"),
        FieldPanel("objects_protected"),
        FieldPanel("tasks"),
        PublishedPage.source_panel,
        *PublishedPage.text_panels,
    ]

    class Meta:
        verbose_name = _("standard")
        verbose_name_plural = _("Standards")

    @property
    def display_title(self) -> str:
        """Number and title: a standard is called by both."""
        return f"{self.number} {super().display_title}"

    @property
    def name(self) -> str:
        """The title without the number, in the active language."""
        return super().display_title

    @property
    def tone(self) -> str:
        return TONES[self.status]

    @property
    def readers(self) -> str:
        """For whom the standard is, in the active language."""
        return self.in_language("for_whom")

    @property
    def note(self) -> str:
        """What is to be said of the state, in the active language."""
        return self.in_language("status_note")

    def facts(self) -> list[tuple[str, Any]]:
        """Return the plain facts of the standard for its page."""
        rows = [
            (gettext("Number"), self.number),
            (gettext("State"), self.Status(self.status).label),
            (gettext("Year"), self.year or gettext("not settled")),
            (gettext("Objects"), pgettext("list", ", ").join(self.object_names())),
            (gettext("For whom"), self.readers),
        ]
        return [row for row in rows if row[1]]

    def points(self) -> list[str]:
        """Return what the standard asks, in the active language."""
        return lines(self.in_language("asks"))

    def object_names(self) -> list[str]:
        """Return the objects protected in the active language."""
        return [term_name("objects", one) for one in in_order("objects", self.objects_protected)]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the readings that touch the same tasks."""
        context = super().get_context(request, *args, **kwargs)
        return {**context, "readings": self.related("PolicyReadingPage")}

    def meta(self) -> tuple[str, ...]:
        return (str(self.Status(self.status).label), self.source)

    def search_note(self) -> str:
        return f"{self.number} · {self.Status(self.status).label}"

    def more_text(self) -> list[str]:
        """Return the number and what the standard asks of whom."""
        return [self.number, self.for_whom, self.for_whom_en, self.asks, self.asks_en]
