"""A case's history from the record, told to one kind of reader: one mechanism, told by data.

Each app registers what its topics tell (`queries/record.py`): which action on which object, in
which words, to whom, and who may read the actor's name and the reason given. What is not
registered for a reader is not told: neither the line nor that there is one. Who somebody is to a
case is decided by the app's own queries; addresses of requests and e-mail are told to nobody.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Model, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core.models import AuditEvent

Text = str | Promise
LINES = 100


class Reader(StrEnum):
    """What a person is to a case: its own people, who recommends, the office, who watches it
    without contacts, and who works for a run."""

    PARTY = "party"
    AUTHORITY = "authority"
    OFFICE = "office"
    OBSERVER = "observer"
    STAFF = "staff"


ALL = frozenset(Reader)
INSIDE = frozenset({Reader.OFFICE, Reader.OBSERVER, Reader.STAFF})
OFFICE_ONLY = frozenset({Reader.OFFICE})
NOBODY: frozenset[Reader] = frozenset()


@dataclass(frozen=True)
class Telling:
    """How one action is told.

    `side` says who acted where the name is not told; `named` may read the name; `note` names the
    fact that is told beside it, to `noted` only.
    """

    text: Text
    side: Text = ""
    readers: frozenset[Reader] = ALL
    named: frozenset[Reader] = NOBODY
    note: str = ""
    noted: frozenset[Reader] = ALL
    tone: str = ""


@dataclass(frozen=True)
class Line:
    """One line of a history."""

    at: datetime
    text: Text
    who: Text
    note: str
    tone: str
    behind: Text


Tellings = Mapping[str, Telling]
TOPICS: dict[str, dict[str, dict[str, Telling]]] = {}


def tells(topic: str, object_type: str, tellings: Tellings) -> None:
    """Register what a topic tells of the events of one type of object; several apps may."""
    TOPICS.setdefault(topic, {}).setdefault(object_type, {}).update(tellings)


def history(
    topic: str,
    reader: Reader | None,
    *,
    objects: Iterable[Model] = (),
    chain: str = "",
    most: int = LINES,
) -> list[Line]:
    """Return what the record tells this reader of some objects, or of a whole chain; newest first.

    One query whatever the length; None for a reader tells nothing.
    """
    if reader is None:
        return []
    wanted = visible(topic, reader)
    where = Q(chain=chain) if chain else keys_of(objects)
    events = AuditEvent.objects.filter(where, wanted).select_related("actor", "behind")
    told = events.order_by("-at", "-pk")[:most]
    return [line_of(event, TOPICS[topic][event.object_type], reader) for event in told]


def visible(topic: str, reader: Reader) -> Q:
    """Return the condition for the events that a topic tells to a reader."""
    found = Q(pk__in=[])
    for object_type, tellings in TOPICS[topic].items():
        actions = [action for action, one in tellings.items() if reader in one.readers]
        found |= Q(object_type=object_type, action__in=actions)
    return found


def keys_of(objects: Iterable[Model]) -> Q:
    """Return the condition for the events of the objects themselves."""
    found = Q(pk__in=[])
    for one in objects:
        key = str(getattr(one, "public_id", one.pk))
        found |= Q(object_type=one._meta.label_lower, object_key=key)
    return found


def line_of(event: AuditEvent, tellings: Tellings, reader: Reader) -> Line:
    """Return one event as it is told to a reader."""
    telling = tellings[event.action]
    note = event.facts.get(telling.note, "") if telling.note and reader in telling.noted else ""
    return Line(
        at=event.at,
        text=telling.text,
        who=name_of(event.actor) if event.actor and reader in telling.named else telling.side,
        note=str(note),
        tone=telling.tone,
        behind=behind_words(event, reader),
    )


def name_of(person: Any) -> str:
    """Return a person's name; never the address that stands in for a missing one."""
    return str(person.name)


def behind_words(event: AuditEvent, reader: Reader) -> Text:
    """Say that an administrator acted; the office reads which one."""
    if event.behind is None:
        return ""
    if reader == Reader.OFFICE:
        return _("by %(name)s, acting for this person") % {"name": name_of(event.behind)}
    return _("by a system administrator, acting for this person")
