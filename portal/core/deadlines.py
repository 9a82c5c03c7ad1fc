"""Reminders before a deadline: 7 days, 1 day and 2 hours, told once each.

Each app says in `queries/deadlines.py` which deadlines there are and who has not done the thing
yet; this module says who is told now. The sweep may run late, twice or at the same time elsewhere:
one row of `Reminder` for each person, deadline and distance decides. A deadline that was moved is
another deadline. Not for what happens when it has passed.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from portal.core import clock
from portal.core.models import Reminder
from portal.core.notifications import Text, notify
from portal.core.sweeping import sweeps

DISTANCES = (timedelta(hours=2), timedelta(days=1), timedelta(days=7))
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Due:
    """Something that `people` must have done by `deadline` and have not done.

    `key` names it within its source (at most 64 characters). `since` is when they could first have
    begun: a reminder whose moment lay before that is left out, the later ones come.
    """

    key: str
    deadline: datetime
    people: Iterable[Any]
    url: str
    words: dict[str, Any] = field(default_factory=dict)
    since: datetime | None = None


Find = Callable[[datetime, datetime], Iterator[Due]]


@dataclass(frozen=True)
class Source:
    """A kind of deadline: how to find those between two moments, and what is said of them.

    The texts may name %(left)s, %(deadline)s and what `Due.words` holds.
    """

    name: str
    subject: Text
    body: Text
    find: Find


SOURCES: dict[str, Source] = {}


def deadlines(name: str, *, subject: Text, body: Text) -> Callable[[Find], Find]:
    """Register a function as a source of deadlines; its reminders are a sweep of their own."""

    def register(find: Find) -> Find:
        SOURCES[name] = Source(name, subject, body, find)
        sweeps(f"reminders of {name}")(partial(remind_of, name))
        return find

    return register


def distance_at(deadline: datetime, now: datetime) -> timedelta | None:
    """Return the nearest distance whose moment has come, None before all and from the end on."""
    left = deadline - now
    if left <= timedelta(0):
        return None
    return next((distance for distance in DISTANCES if left <= distance), None)


def remind_of(name: str) -> int:
    """Tell everybody who is to be reminded of one source's deadlines now; return how many."""
    source, now = SOURCES[name], clock.now()
    known = reminded(name, now)
    told = 0
    for due in source.find(now, now + max(DISTANCES)):
        distance = distance_at(due.deadline, now)
        if distance is None or (due.since and due.since > due.deadline - distance):
            continue
        minutes = distance // MINUTE
        for person in due.people:
            if (person.pk, due.key, due.deadline, minutes) not in known:
                told += remind(source, due, person, minutes)
    return told


def reminded(name: str, now: datetime) -> set[tuple[int, str, datetime, int]]:
    """Return who was reminded of what that is still to come; one query."""
    rows = Reminder.objects.filter(source=name, deadline__gt=now)
    return set(rows.values_list("recipient", "key", "deadline", "distance"))


def remind(source: Source, due: Due, person: Any, minutes: int) -> int:
    """Remind one person: the row that this was done, and the notice, together. 0 if it was done."""
    try:
        with transaction.atomic():
            Reminder.objects.create(
                recipient=person,
                source=source.name,
                key=due.key,
                deadline=due.deadline,
                distance=minutes,
            )
            return notify(
                [person],
                kind=f"deadline.{source.name}",
                subject=source.subject,
                body=source.body,
                context={
                    **due.words,
                    "left": TimeLeft(due.deadline - clock.now()),
                    "deadline": Moment(due.deadline),
                },
                url=due.url,
            )
    except IntegrityError:
        return 0


class TimeLeft:
    """How long there is, in the largest unit that says it well, in the reader's language."""

    def __init__(self, left: timedelta) -> None:
        self.minutes = max(1, round(left / MINUTE))

    def __str__(self) -> str:
        if self.minutes >= 36 * 60:
            number = round(self.minutes / (24 * 60))
            return ngettext("%(n)s day", "%(n)s days", number) % {"n": number}
        if self.minutes >= 100:
            number = round(self.minutes / 60)
            return ngettext("%(n)s hour", "%(n)s hours", number) % {"n": number}
        number = self.minutes
        return ngettext("%(n)s minute", "%(n)s minutes", number) % {"n": number}


class Moment:
    """A deadline as a mail writes it: programme time, with the zone named."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __str__(self) -> str:
        here = timezone.localtime(self.moment)
        return gettext("%(moment)s (UTC+8)") % {"moment": f"{here:%Y-%m-%d %H:%M}"}
