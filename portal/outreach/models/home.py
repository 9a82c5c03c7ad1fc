"""The home page."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from portal.core.searchable import BilingualPageMixin


class HomePage(BilingualPageMixin, Page):
    """The home page: what is open, the search, three doors, newest cases, readings, notices.

    What other apps bring comes through portal.core.home; this page knows none of them.
    """

    slogan = models.CharField(_("slogan"), max_length=60, blank=True)
    slogan_en = models.CharField(_("slogan in English"), max_length=120, blank=True)
    suggestions = models.CharField(
        _("suggested searches"), max_length=200, blank=True, help_text=_("Separated by commas.")
    )
    suggestions_en = models.CharField(
        _("suggested searches in English"), max_length=200, blank=True
    )

    max_count = 1
    # Made by a view (wagtail_hooks.py), so the editor has nothing to preview here.
    preview_modes: ClassVar[list[tuple[str, str]]] = []
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    content_panels = [
        *Page.content_panels,
        FieldPanel("title_en"),
        FieldPanel("slogan"),
        FieldPanel("slogan_en"),
        FieldPanel("suggestions"),
        FieldPanel("suggestions_en"),
    ]

    @property
    def searches(self) -> list[str]:
        """The suggested searches in the active language."""
        line = self.in_language("suggestions").replace("，", ",").replace("、", ",")
        return [text.strip() for text in line.split(",") if text.strip()]
