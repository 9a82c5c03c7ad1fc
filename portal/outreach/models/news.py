"""News, notices and bulletins."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import PageManager

from portal.outreach.models.base import PublishedPage, PublishedQuerySet


class NewsQuerySet(PublishedQuerySet):
    """News by intent."""

    def newest_of_both(self, number: int) -> "NewsQuerySet":
        """The newest notices and the newest of all else, so many of each, in one query."""
        place = Window(
            RowNumber(), partition_by=F("is_notice"), order_by=[F("published_on").desc(), "-pk"]
        )
        pages = self.annotate(is_notice=Q(kind=NewsPage.Kind.NOTICE)).annotate(place=place)
        return pages.filter(place__lte=number).newest()


class NewsPage(PublishedPage):
    """News, a notice or a bulletin with its source and date."""

    class Kind(models.TextChoices):
        NOTICE = "notice", _("Notice")
        NEWS = "news", _("News")
        BULLETIN = "bulletin", _("Bulletin")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.NEWS)

    objects = PageManager.from_queryset(NewsQuerySet)()

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
