"""The record of access: sign-ins, failures, changes of how people sign in, refusals.

A table of its own and no chain: a room of learners signs in in one second and must not queue at
one head, and a stranger's failures must neither hold up nor fill the record of deeds. Rows are
added only; each finished day is summed up in the sealed record (`seal_days`), so that a changed or
missing row shows. What one account or one address brings is written row by row up to a number an
hour and beyond it at every doubling only, so that nobody can fill the disk. What it holds and for
how long: docs/adr/0019-the-record-of-access.md.
"""

import hashlib
import logging
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import DatabaseError, transaction
from django.http import HttpRequest
from django.utils import timezone

from portal.core import clock, pace
from portal.core.audit import origin
from portal.core.audit.archives import kept_since
from portal.core.audit.canon import canonical
from portal.core.audit.recording import locked_chain, record
from portal.core.models import AccessEvent, AccessKind, AuditEvent

log = logging.getLogger(__name__)
CHAIN, SEALED = "access", "access.day_sealed"
HOUR = 3600
# Rows an hour: of one kind for one account (or one address without one); all failures together; of
# one account even then.
OWN_MOST, ALL_MOST, ALWAYS = 20, 1000, 3
FEWER = {AccessKind.HIDDEN: 5}
FAILURES = (AccessKind.FAILED, AccessKind.LIMITED)


def note(
    kind: AccessKind,
    *,
    person: Any = None,
    address: str = "",
    how: str = "",
    place: str = "",
    reason: str = "",
) -> AccessEvent | None:
    """Add one row, or none where the account or address has brought its number this hour.

    `person` is a User or None. Raises what the database raises: nobody comes in unwritten.
    """
    number = how_many(kind, person, address)
    if number is None:
        return None
    come = origin.present()
    behind = come.behind if person and come.behind and come.behind.pk != person.pk else None
    event = AccessEvent(
        at=clock.now(),
        kind=kind,
        person=person,
        behind=behind,
        address=address or come.address,
        how=how[:60],
        place=place[:120],
        reason=reason[:80],
        number=number,
    )
    event.save(force_insert=True)
    return event


def how_many(kind: AccessKind, person: Any, address: str) -> int | None:
    """Return the number that a row of now bears, or None where none is written."""
    own = pace.counted(f"access-{kind}", f"#{person.pk}" if person else address, HOUR)
    if own > FEWER.get(kind, OWN_MOST):
        return own if is_doubling(own) else None
    if kind in FAILURES:
        together = pace.counted("access-failures", "", HOUR)
        if together > ALL_MOST and not (person and own <= ALWAYS):
            return together if is_doubling(together) else None
    return 1


def is_doubling(number: int) -> bool:
    """Say whether a number is a power of two."""
    return number & (number - 1) == 0


def note_refusal(request: HttpRequest, kind: AccessKind, reason: str = "") -> None:
    """Add a row for a request that was refused; where it cannot be written the refusal stands."""
    try:
        with transaction.atomic():
            note(
                kind,
                person=request.user,
                address=pace.address_of(request),
                place=place_of(request),
                reason=reason,
            )
    except DatabaseError:
        log.exception("a refusal could not be written down")


def place_of(request: HttpRequest) -> str:
    """Return the name of a request's page and the public ids in its address, but no token."""
    match = request.resolver_match
    if match is None:
        return ""
    ids = [str(value) for name, value in match.kwargs.items() if name != "token"]
    return " ".join([match.view_name or "", *ids])


# --- days in the sealed record --------------------------------------------------------------------


def rows_of(day: date) -> Any:
    """Return the rows of one day in programme time, oldest first."""
    begin = timezone.make_aware(datetime.combine(day, time()))
    rows = AccessEvent.objects.filter(at__gte=begin, at__lt=begin + timedelta(days=1))
    return rows.order_by("pk")


def digest_of(day: date) -> tuple[int, str]:
    """Return how many rows a day has and the SHA-256 (hex) over them in their order."""
    found, number = hashlib.sha256(), 0
    columns = [field.attname for field in AccessEvent._meta.concrete_fields]
    for row in rows_of(day).values_list(*columns).iterator(chunk_size=2000):
        found.update(canonical([str(value) for value in row]).encode() + b"\n")
        number += 1
    return number, found.hexdigest()


def sealed_days() -> Iterator[dict[str, Any]]:
    """Yield what the record says of each finished day, oldest first."""
    events = AuditEvent.objects.filter(chain=CHAIN, action=SEALED).order_by("seq")
    yield from events.values_list("facts", flat=True).iterator()


def days_to_seal() -> list[date]:
    """Return the finished days that the record does not sum up yet, oldest first."""
    newest = AuditEvent.objects.filter(chain=CHAIN, action=SEALED).order_by("-seq").first()
    first = AccessEvent.objects.order_by("at").values_list("at", flat=True).first()
    if first is None:
        return []
    begin = timezone.localdate(first)
    if newest is not None:
        begin = date.fromisoformat(newest.facts["day"]) + timedelta(days=1)
    # A day is finished when no request of it can still be writing.
    end = timezone.localdate(clock.now() - timedelta(minutes=10))
    return [begin + timedelta(days=number) for number in range((end - begin).days)]


def seal_days() -> int:
    """Sum up each finished day in the sealed record, once; return how many days that were."""
    days = days_to_seal()
    for day in days:
        seal_day(day)
    return len(days)


@transaction.atomic
def seal_day(day: date) -> None:
    """Record how many rows a day has and their digest: lock the chain, look again, audit event."""
    chain = locked_chain(CHAIN)
    if day not in days_to_seal():
        return
    number, digest = digest_of(day)
    facts = {"day": day.isoformat(), "rows": number, "sha256": digest}
    record(action=SEALED, obj=chain, by=None, facts=facts)


def day_faults() -> Iterator[str]:
    """Yield the sealed days whose rows are not what the record says; dropped days are passed."""
    since = timezone.localdate(kept_since())
    for facts in sealed_days():
        day = date.fromisoformat(facts["day"])
        if day <= since:
            continue
        if digest_of(day) != (facts["rows"], facts["sha256"]):
            yield f"{day}: the rows are not those that the record sums up"


def drop_old() -> int:
    """Remove the rows older than the record is kept; return how many. Only whole days go."""
    first = timezone.make_aware(datetime.combine(timezone.localdate(kept_since()), time()))
    old = AccessEvent.objects.filter(at__lt=first)
    return old._raw_delete(old.db)
