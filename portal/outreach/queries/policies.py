"""The guideline's areas and tasks, with what on this site touches each of them."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from wagtail.models import Page

from portal.core import home
from portal.core.searchable import open_to_all
from portal.outreach.models import PolicyReadingPage, StandardPage
from portal.outreach.models.tasks import CIRCLED, TASKS_OF_AREA, Area, Task

Touching = dict[str, list[Any]]


@dataclass(frozen=True)
class TaskRow:
    """A task with the pages bound to it and what other parts of the portal count for it."""

    task: Task
    readings: list[PolicyReadingPage]
    standards: list[StandardPage]
    counts: list[home.Count]


@dataclass(frozen=True)
class AreaRow:
    """An area of the guideline with its tasks and its own readings, newest first."""

    area: Area
    tasks: list[TaskRow]
    readings: list[PolicyReadingPage] = field(default_factory=list)

    @property
    def mark(self) -> str:
        return CIRCLED[self.area - 1]


def by_task(pages: list[Any]) -> Touching:
    """Return the pages under every task they touch."""
    found: Touching = defaultdict(list)
    for page in pages:
        for code in page.tasks:
            found[code].append(page)
    return found


def areas(section: Page) -> list[AreaRow]:
    """Return the seven areas with their seventeen tasks and what touches each.

    One query reads the readings, one the standards, and each app counts in its own.
    """
    texts = ("body", "body_en")
    readings = open_to_all(PolicyReadingPage.objects.live().child_of(section)).defer(*texts)
    standards = open_to_all(StandardPage.objects.live()).defer(*texts).order_by("number")
    newest = list(readings.newest())
    bound, applying = by_task(newest), by_task(list(standards))
    counted = by_code(home.gather("tasks"))
    return [
        AreaRow(
            area=Area(area),
            tasks=[
                TaskRow(Task(code), bound[code], applying[code], counted[code]) for code in codes
            ],
            readings=[page for page in newest if page.area == area],
        )
        for area, codes in TASKS_OF_AREA.items()
    ]


def by_code(counts: list[home.Count]) -> dict[str, list[home.Count]]:
    """Return the counts under the task they are for; a task nobody serves has none."""
    found: dict[str, list[home.Count]] = defaultdict(list)
    for count in counts:
        if count.number:
            found[count.key].append(count)
    return found
