"""The guideline's seven areas and seventeen tasks, and the pages bound to them.

The tasks are reference data (portal.core.taxonomies); here is which area they belong to.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.apps import apps
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from portal.core.searchable import open_to_all
from portal.core.taxonomies import term_name
from portal.outreach.models.fields import CodesField, guideline_tasks, in_order

# 工信部联网安〔2019〕168号: which tasks make up which area.
TASKS_OF_AREA = {
    1: ("1", "2"),
    2: ("3", "4", "5"),
    3: ("6", "7", "8"),
    4: ("9", "10"),
    5: ("11", "12", "13"),
    6: ("14", "15"),
    7: ("16", "17"),
}
CIRCLED = "①②③④⑤⑥⑦"


class Area(models.IntegerChoices):
    """The guideline's areas of work."""

    RESPONSIBILITY = 1, _("Responsibility for security")
    MANAGEMENT = 2, _("Security management system")
    PROTECTION = 3, _("Protection of enterprises")
    DATA = 4, _("Data protection capability")
    MEANS = 5, _("National technical means")
    SERVICES = 6, _("Public security services")
    INNOVATION = 7, _("Innovation and industry")


@dataclass(frozen=True)
class Task:
    """One of the seventeen tasks, named in the active language."""

    code: str

    @property
    def name(self) -> str:
        return term_name("tasks", self.code)

    @property
    def area(self) -> Area:
        return Area(next(area for area, codes in TASKS_OF_AREA.items() if self.code in codes))


class TaskedPage(models.Model):
    """A page that touches tasks of the guideline."""

    tasks = CodesField(_("tasks of the guideline"), options=guideline_tasks)

    # Models that a page of this kind points its readers to.
    relatives: ClassVar[list[str]] = []

    class Meta:
        abstract = True

    def task_list(self) -> list[Task]:
        """Return the page's tasks in their order."""
        return [Task(code) for code in in_order("tasks", self.tasks)]

    def related(self, model_name: str, limit: int = 8) -> list[Any]:
        """Return public pages of another model that touch the same tasks, most shared first."""
        return related_pages(apps.get_model("outreach", model_name), self.tasks, limit)


def related_pages(model: type[Page], tasks: Iterable[str], limit: int) -> list[Any]:
    """Return public pages of `model` with common tasks, most shared first, in one query.

    The tasks are compared here: the databases have no common way to look into a list.
    """
    wanted = set(tasks)
    pages = open_to_all(model.objects.live()).order_by("path") if wanted else []
    shared = [(len(wanted & set(page.tasks)), page) for page in pages]
    ranked = sorted((pair for pair in shared if pair[0]), key=lambda pair: -pair[0])
    return [page for _number, page in ranked[:limit]]
