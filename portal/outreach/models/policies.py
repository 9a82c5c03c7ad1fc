"""Policy readings (政策解读), bound to the guideline's areas and tasks, and their section."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.blocks import CharBlock, StructBlock, TextBlock
from wagtail.fields import StreamField

from portal.outreach.models.base import ListPage, PublishedPage
from portal.outreach.models.tasks import CIRCLED, Area, TaskedPage


class PolicySection(ListPage):
    """The front page of policies and standards: the seven areas, what touches each task."""

    max_count = 1
    subpage_types: ClassVar[list[str]] = ["outreach.PolicyReadingPage"]
    # The lists of this app are made by views (wagtail_hooks.py): nothing to preview here.
    preview_modes: ClassVar[list[tuple[str, str]]] = []

    class Meta:
        verbose_name = _("section of policy readings")


class PolicyReadingPage(TaskedPage, PublishedPage):
    """A reading of one area of the guideline: what it asks, where to begin, questions."""

    area = models.PositiveSmallIntegerField(
        _("area of the guideline"), choices=Area.choices, db_index=True
    )
    questions = StreamField(
        [("question", StructBlock([("q", CharBlock()), ("a", TextBlock())]))],
        verbose_name=_("questions readers ask"),
        blank=True,
    )

    search_kind = "reading"
    search_facet_fields: ClassVar[dict[str, str]] = {"task": "tasks"}
    parent_page_types: ClassVar[list[str]] = ["outreach.PolicySection"]
    content_panels = [
        *PublishedPage.title_panels,
        MultiFieldPanel([FieldPanel("area"), FieldPanel("tasks")], heading=_("The guideline")),
        PublishedPage.source_panel,
        *PublishedPage.text_panels,
        FieldPanel("questions"),
    ]

    class Meta:
        verbose_name = _("policy reading")
        verbose_name_plural = _("Policy readings")

    @property
    def area_label(self) -> str:
        return f"{CIRCLED[self.area - 1]} {Area(self.area).label}"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the standards that touch the same tasks."""
        context = super().get_context(request, *args, **kwargs)
        return {**context, "standards": self.related("StandardPage")}

    def labels(self) -> list[str]:
        return [self.area_label]

    def meta(self) -> tuple[str, ...]:
        return (self.area_label, self.source)

    def more_text(self) -> list[str]:
        """Return area, tasks and questions with their answers."""
        asked = [f"{block.value['q']}\n{block.value['a']}" for block in self.questions]
        return [str(Area(self.area).label), *(task.name for task in self.task_list()), *asked]
