"""Writing the record: one event a change, hashed onto its predecessor and sealed."""

import hashlib
import json
from datetime import UTC
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.audit import keys, origin
from portal.core.audit.canon import canonical
from portal.core.denials import Denied
from portal.core.models import AuditChain, AuditEvent

GENESIS = "0" * 64
# How the digest of a row is made. 1: rows from before there were seals, without origin.
VERSION = 2


def digest(event: AuditEvent) -> str:
    """Return the SHA-256 (hex) over the event's facts and the hash of its predecessor."""
    facts: dict[str, Any] = {
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
    if event.version > 1:
        facts |= {
            "version": event.version,
            "actor": [event.actor_id, event.actor_label],
            "behind": [event.behind_id, event.behind_label],
            "address": event.address,
        }
    return hashlib.sha256(canonical(facts).encode()).hexdigest()


def row_parts(event: AuditEvent) -> tuple[object, ...]:
    """Return what the seal of a row is made over."""
    return ("row", event.chain_id, event.seq, event.hash)


def head_parts(chain: AuditChain) -> tuple[object, ...]:
    """Return what the seal of a head is made over: another text than any row's, so that no
    row's seal can be put in its place."""
    return ("head", chain.name, chain.base, chain.base_hash, chain.length, chain.head)


def chain_of(obj: models.Model) -> str:
    """Return the chain an object's events belong to: its `audit_chain`, else the site's."""
    return getattr(obj, "audit_chain", None) or "site"


def locked_chain(name: str) -> AuditChain:
    """Lock a chain's head; a new chain begins at GENESIS, once however many begin it."""
    rows = AuditChain.objects.select_for_update().filter(name=name)
    chain = rows.first()
    if chain is None:
        new = AuditChain(name=name, head=GENESIS)
        new.seal = keys.ring().seal(*head_parts(new))
        AuditChain.objects.bulk_create([new], ignore_conflicts=True)
        chain = rows.get()
    return chain


def as_stored(value: Any) -> Any:
    """Return a value as the table will give it back; nothing (None) is an empty text."""
    return json.loads(canonical("" if value is None else value))


def check_is_allowed(action: str, come: origin.Origin) -> None:
    """Raise Denied for a deed that nobody does in another's name: the change rolls back."""
    if come.allowed is not None and action not in come.allowed:
        raise Denied(
            _("Only the person themselves may do this: you are acting for them."),
            code="acting.deed",
        )


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
    have neither gap nor branch. `by` is a User, or None for the system itself and for the public:
    of those no address is kept. Values are stored as JSON, nothing (None) as an empty text;
    anything the encoder does not know raises TypeError and rolls back. A head whose seal does not
    fit stays without one: writing on never mends what somebody else has changed.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an audit event belongs in the transaction of its change")
    ring, come = keys.ring(), origin.present()
    check_is_allowed(action, come)
    chain = locked_chain(chain_of(obj))
    is_whole = ring.holds(chain.seal, *head_parts(chain))
    behind = come.behind if by and come.behind and come.behind.pk != by.pk else None
    event = AuditEvent(
        version=VERSION,
        chain=chain,
        seq=chain.length + 1,
        at=clock.now(),
        actor=by,
        actor_label=str(by.audit_label) if by else "system",
        behind=behind,
        behind_label=str(behind.audit_label) if behind else "",
        address=come.address if by else "",
        action=action,
        object_type=obj._meta.label_lower,
        object_key=str(getattr(obj, "public_id", obj.pk)),
        object_label=str(obj)[:200],
        before=as_stored(before),
        after=as_stored(after),
        facts=as_stored(facts or {}),
        previous=chain.head,
    )
    event.hash = digest(event)
    event.seal = ring.seal(*row_parts(event))
    event.save(force_insert=True)
    chain.length, chain.head = event.seq, event.hash
    chain.seal = ring.seal(*head_parts(chain)) if is_whole else ""
    chain.save(update_fields=["length", "head", "seal"])
    return event
