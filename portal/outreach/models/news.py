"""News, notices and bulletins."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import PageManager

from portal.outreach.models.base import PublishedPage, PublishedQuerySet


class NewsPage(PublishedPage):
    """News, a notice or a bulletin with its source and date."""

    class Kind(models.TextChoices):
        NOTICE = "notice", _("Notice")
        NEWS = "news", _("News")
        BULLETIN = "bulletin", _("Bulletin")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.NEWS)

    objects = PageManager.from_queryset(PublishedQuerySet)()

    search_kind = "news"
    parent_page_types: ClassVar[list[str]] = ["outreach.SectionPage"]
    content_panels = [
        *PublishedPage.title_panels,
        FieldPanel("kind"),
        PublishedPage.source_panel,
        *PublishedPage.text_panels,
    ]

    class Meta:
        verbose_name = _("news or notice")
        verbose_name_plural = _("News and notices")

    def labels(self) -> list[str]:
        return [str(self.Kind(self.kind).label)]
