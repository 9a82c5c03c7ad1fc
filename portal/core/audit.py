"""The tamper-evident record: append-only, hash-chained events.

Every service writes its event in the transaction of its change; if the event cannot be
written the change rolls back. One chain per round (or other owner), so that a round can be
verified and exported alone. Not for page views or debugging: logs are for that.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from portal.core import clock
from portal.core.models import AuditChain, AuditEvent

GENESIS = "0" * 64


def canonical(data: Any) -> str:
    """Return the one JSON text of `data`: sorted keys, no spaces, Unicode kept."""
    return json.dumps(
        data, sort_keys=True, ensure_ascii=False, separators=(",", ":"), cls=DjangoJSONEncoder
    )


def digest(event: AuditEvent) -> str:
    """Return the SHA-256 (hex) over the event's facts and the hash of its predecessor."""
    facts = {
        "chain": event.chain_id,
        "seq": event.seq,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": event.actor_label,
        "action": event.action,
        "object": [event.object_type, event.object_key, event.object_label],
        "before": event.before,
        "after": event.after,
        "facts": event.facts,
        "previous": event.previous,
    }
    return hashlib.sha256(canonical(facts).encode()).hexdigest()


def chain_of(obj: models.Model) -> str:
    """Return the chain an object's events belong to: its `audit_chain`, else the site's."""
    return getattr(obj, "audit_chain", None) or "site"


def locked_chain(name: str) -> AuditChain:
    """Lock a chain's head; a new chain begins at GENESIS, once however many begin it."""
    rows = AuditChain.objects.select_for_update().filter(name=name)
    chain = rows.first()
    if chain is None:
        AuditChain.objects.bulk_create([AuditChain(name=name, head=GENESIS)], ignore_conflicts=True)
        chain = rows.get()
    return chain


def record(
    *,
    action: str,
    obj: models.Model,
    by: Any,
    before: Any = "",
    after: Any = "",
    facts: dict[str, Any] | None = None,
) -> AuditEvent:
    """Append one event to the object's chain and return it.

    Must run inside the caller's transaction; locks the chain's head so that sequence numbers
    have neither gap nor branch. `by` is a User, or None for the system itself. Values are
    stored as JSON, nothing (None) as an empty text; anything the encoder does not know raises
    TypeError and rolls back.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an audit event belongs in the transaction of its change")
    name = chain_of(obj)
    chain = locked_chain(name)
    event = AuditEvent(
        chain=chain,
        seq=chain.length + 1,
        at=clock.now(),
        actor=by,
        actor_label=str(by.audit_label) if by else "system",
        action=action,
        object_type=obj._meta.label_lower,
        object_key=str(getattr(obj, "public_id", obj.pk)),
        object_label=str(obj)[:200],
        before=json.loads(canonical("" if before is None else before)),
        after=json.loads(canonical("" if after is None else after)),
        facts=json.loads(canonical(facts or {})),
        previous=chain.head,
    )
    event.hash = digest(event)
    event.save(force_insert=True)
    chain.length, chain.head = event.seq, event.hash
    chain.save(update_fields=["length", "head"])
    return event


def verify(chain: AuditChain) -> str | None:
    """Return what is wrong with the first bad row of a chain, or None when it is whole."""
    previous, seq = GENESIS, 0
    for event in events_of(chain):
        seq += 1
        if event.seq != seq:
            return f"{chain.name}: row {seq} is missing (found {event.seq})"
        if event.previous != previous:
            return f"{chain.name}: row {seq} does not follow row {seq - 1}"
        if event.hash != digest(event):
            return f"{chain.name}: row {seq} was changed ({event.action} {event.object_label})"
        previous = event.hash
    if (seq, previous) != (chain.length, chain.head):
        return f"{chain.name}: the head says {chain.length} rows, {seq} were found"
    return None


def events_of(chain: AuditChain) -> Iterator[AuditEvent]:
    """Yield a chain's events in their order without loading them all."""
    return AuditEvent.objects.filter(chain=chain).order_by("seq").iterator(chunk_size=2000)
