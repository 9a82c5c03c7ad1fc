"""What the apps bring to the public front pages: open windows, cases, courses, notices.

Each app gives one `HomeSource`, named in settings.HOME_SOURCES; the home page shows what they
bring and knows none of them. Only public facts go through here. Not for workspaces.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from portal.core import clock


@dataclass(frozen=True)
class OpenItem:
    """Something the public can do now, until a moment."""

    title: str
    url: str
    opens_at: datetime
    deadline: datetime

    @property
    def percent(self) -> int:
        """How much of the window has passed, 0 to 100, rounded down."""
        passed = (clock.now() - self.opens_at) / (self.deadline - self.opens_at)
        return max(0, min(100, int(100 * passed)))

    @property
    def percent_label(self) -> str:
        return _("%(percent)s%% of the time has passed") % {"percent": self.percent}


@dataclass(frozen=True)
class Entry:
    """A dated line of a list: notice, course, news."""

    title: str
    url: str
    date: dt.date | None = None
    meta: tuple[str, ...] = ()


@dataclass(frozen=True)
class Count:
    """How many of a thing the site holds, and where they are."""

    number: int
    label: str
    url: str
    key: str = ""


@dataclass(frozen=True)
class Shelf:
    """The first entries of a list, and how many there are in all."""

    entries: list[Entry]
    total: Count


@dataclass(frozen=True)
class HomeSource:
    """What one app brings; each part is asked for when a page is made."""

    open_items: Callable[[], list[OpenItem]] = field(default=list)
    cases: Callable[[], list[dict[str, Any]]] = field(default=list)
    shelves: Callable[[], list[Shelf]] = field(default=list)
    notices: Callable[[], list[Entry]] = field(default=list)
    topics: Callable[[], list[Count]] = field(default=list)
    # How many public things touch a task of the guideline: `key` is the task's code.
    tasks: Callable[[], list[Count]] = field(default=list)
    # What the portal has come to, counted now: solutions, rounds, courses, certificates, people.
    figures: Callable[[], list[Count]] = field(default=list)


def gather(part: str) -> list[Any]:
    """Return what all sources bring for one part, in the order of settings.HOME_SOURCES."""
    sources: list[HomeSource] = [import_string(path) for path in settings.HOME_SOURCES]
    return [item for source in sources for item in getattr(source, part)()]


def open_items() -> list[OpenItem]:
    """Return what is open now, nearest deadline first."""
    return sorted(gather("open_items"), key=lambda item: item.deadline)
