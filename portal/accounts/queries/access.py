"""Reads of the record of access: for who runs the system, and for everybody about themselves."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.models import AccessEvent, AccessKind

# The parts of the page: key, name, what belongs there.
GROUPS = (
    ("in", _("Signed in and out"), (AccessKind.IN, AccessKind.OUT, AccessKind.EXPIRED)),
    ("failed", _("Failed sign-ins"), (AccessKind.FAILED, AccessKind.LIMITED)),
    (
        "changes",
        _("Changes to signing in"),
        (
            AccessKind.ELSEWHERE,
            AccessKind.PASSWORD,
            AccessKind.RESET,
            AccessKind.FACTOR_ADDED,
            AccessKind.FACTOR_REMOVED,
            AccessKind.CODES_MADE,
            AccessKind.CODE_USED,
            AccessKind.HOUSE_ADDED,
            AccessKind.HOUSE_REMOVED,
            AccessKind.ADDRESS,
        ),
    ),
    ("refused", _("Refusals"), (AccessKind.REFUSED, AccessKind.HIDDEN)),
)
# What a person is shown of themselves: how their account was entered, tried and changed.
OWN_KINDS = (AccessKind.IN, *GROUPS[1][2], *GROUPS[2][2])
OWN_MOST = 20
WARNING = {AccessKind.FAILED, AccessKind.LIMITED, AccessKind.REFUSED}
WAYS: dict[str, str | Promise] = {
    "password": _("password"),
    "code": _("mailed code"),
    "reset": _("forgotten password"),
    "house": _("another house"),
    "app": _("code of an app"),
    "passkey": _("passkey"),
    "recovery": _("recovery code"),
    "new": _("new account"),
    "idle": _("nothing done"),
    "life": _("longest time reached"),
}


@dataclass(frozen=True)
class Line:
    """One row as a page shows it; `ways` are words, `number` above 1 says how many by then."""

    at: datetime
    text: str
    tone: str
    ways: list[str]
    address: str
    person: Any
    behind: Any
    place: str
    reason: str
    number: int


def line_of(event: AccessEvent, address: str) -> Line:
    """Return a row with its words."""
    return Line(
        at=event.at,
        text=event.get_kind_display(),
        tone="warn" if event.kind in WARNING else "",
        ways=[str(WAYS.get(way, way)) for way in event.how.split("+") if way],
        address=address,
        person=event.person,
        behind=event.behind,
        place=event.place,
        reason=event.reason,
        number=event.number,
    )


def access_rows(user: Any, *, group: str = "", person: str = "") -> QuerySet[AccessEvent]:
    """Return the rows a person may see, newest first, of one part and one account if named."""
    rows = AccessEvent.objects.visible_to(user).select_related("person", "behind")
    kinds = next((kinds for key, _name, kinds in GROUPS if key == group), None)
    if kinds is not None:
        rows = rows.filter(kind__in=kinds)
    return rows.filter(person=int(person)) if is_number(person) else rows


def person_of(user: Any, number: str) -> Any:
    """Return the person of a number, if any row that the reader may see names them, else None."""
    row = access_rows(user, person=number).first() if is_number(number) else None
    return row.person if row else None


def is_number(text: str) -> bool:
    """Say whether a text is a number that a key can be."""
    return text.isascii() and text.isdecimal() and len(text) < 12


def lines_of(rows: Iterable[AccessEvent]) -> list[Line]:
    """Return rows with their whole addresses, for who runs the system."""
    return [line_of(row, row.address) for row in rows]


def numbers_of_a_day(user: Any) -> dict[str, int]:
    """Return how many rows of each part came within the last 24 hours; one query."""
    since = clock.now() - timedelta(hours=24)
    rows = AccessEvent.objects.visible_to(user).filter(at__gte=since).order_by()
    by_kind = dict(rows.values_list("kind").annotate(number=Count("pk")))
    return {key: sum(by_kind.get(kind, 0) for kind in kinds) for key, _name, kinds in GROUPS}


def own_lines(person: Any) -> list[Line]:
    """Return a person's newest sign-ins, failures and changes, their addresses masked."""
    rows = AccessEvent.objects.filter(person=person, kind__in=OWN_KINDS)[:OWN_MOST]
    return [line_of(row, masked_address(row.address)) for row in rows]


def masked_address(address: str) -> str:
    """Return a network address without what tells hosts of one network apart.

    "203.0.113.7" gives "203.0.113.*", "2001:db8:1:2::/64" gives "2001:db8:1:*".
    """
    try:
        network = ipaddress.ip_network(address, strict=False)
    except ValueError:
        return ""
    if network.version == 4:
        return str(network.network_address).rpartition(".")[0] + ".*"
    groups = network.network_address.exploded.split(":")[:3]
    return ":".join(group.lstrip("0") or "0" for group in groups) + ":*"
