"""Questions and answers: one page lists them by group, each has an address of its own."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from portal.outreach.models.base import ListPage, SourcedPage


class FaqPage(ListPage):
    """All questions by group, in the order of the page tree."""

    max_count = 1
    subpage_types: ClassVar[list[str]] = ["outreach.FaqEntryPage"]
    preview_modes: ClassVar[list[tuple[str, str]]] = []

    class Meta:
        verbose_name = _("page of questions and answers")


class FaqEntryPage(SourcedPage):
    """A question (the title) with its answer."""

    class Group(models.TextChoices):
        APPLYING = "applying", _("Applying")
        REVIEW = "review", _("Review and publicity")
        TRAINING = "training", _("Training and certificates")
        SITE = "site", _("Using this site")

    group = models.CharField(_("group"), max_length=8, choices=Group.choices, db_index=True)
    answer = models.TextField(_("answer"))
    answer_en = models.TextField(_("answer in English"), blank=True)

    search_kind = "faq"
    search_lead_field = "answer"
    search_date_field = ""
    parent_page_types: ClassVar[list[str]] = ["outreach.FaqPage"]
    content_panels = [
        *SourcedPage.title_panels,
        FieldPanel("group"),
        FieldPanel("answer"),
        FieldPanel("answer_en"),
        SourcedPage.source_panel,
    ]

    class Meta:
        verbose_name = _("question and answer")
        verbose_name_plural = _("Questions and answers")

    @property
    def reply(self) -> str:
        """The answer in the active language."""
        return self.in_language("answer")

    @property
    def anchor(self) -> str:
        """The name of the question within the list."""
        return f"q-{self.slug}"

    def search_note(self) -> str:
        return str(self.Group(self.group).label)

    def searchable_text(self) -> str:
        """Return question and answer in both languages."""
        return "\n".join([self.title, self.title_en, self.answer, self.answer_en])
