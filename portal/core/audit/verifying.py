"""Recomputing the record, from the tables or from a file, and naming the first bad row.

Nothing here writes, and nothing but `events_of` and `verify` asks the database: a file verifies
on another machine.
"""

from collections.abc import Iterable, Iterator

from portal.core.audit import keys
from portal.core.audit.recording import GENESIS, digest, head_parts, row_parts
from portal.core.models import AuditChain, AuditEvent


def verify(chain: AuditChain) -> str | None:
    """Return what is wrong with the first bad row of a chain, or None when it is whole."""
    return fault_of(chain, events_of(chain), keys.ring())


def events_of(chain: AuditChain) -> Iterator[AuditEvent]:
    """Yield a chain's events in their order without loading them all."""
    return AuditEvent.objects.filter(chain=chain).order_by("seq").iterator(chunk_size=2000)


def fault_of(chain: AuditChain, events: Iterable[AuditEvent], ring: keys.Ring) -> str | None:
    """Return what is wrong with a chain given as head and rows, or None when it is whole."""
    return rows_fault(chain, events, ring) or head_fault(chain, ring)


def rows_fault(
    chain: AuditChain, events: Iterable[AuditEvent], ring: keys.Ring | None
) -> str | None:
    """Return what is wrong with the first bad row, or with the head's count and hash.

    Each row's number, link and digest are looked at, and its seal where there is a key.
    """
    previous, seq, version = chain.base_hash or GENESIS, chain.base, 1
    for event in events:
        seq += 1
        fault = row_fault(event, seq, previous, version, ring)
        if fault:
            return f"{chain.name}: row {seq} {fault}"
        previous, version = event.hash, event.version
    if (seq, previous) != (chain.length, chain.head):
        return f"{chain.name}: the head says {chain.length} rows, {seq} were found"
    return None


def row_fault(
    event: AuditEvent, seq: int, previous: str, version: int, ring: keys.Ring | None
) -> str | None:
    """Return what is wrong with one row that should be number `seq` after `previous`."""
    if event.seq != seq:
        return f"is missing (found {event.seq})"
    if event.previous != previous:
        return f"does not follow row {seq - 1}: one of the two was changed ({named(event)})"
    if event.hash != digest(event) or (event.version == 1 and has_new_facts(event)):
        return f"was changed ({named(event)})"
    if event.version < version:
        return f"has lost its seal ({named(event)})"
    if event.version > 1 and ring and not ring.holds(event.seal, *row_parts(event)):
        return f"was written without the record's key ({named(event)})"
    return None


def has_new_facts(event: AuditEvent) -> bool:
    """Say whether a row of the first version says what only later ones can: no digest covers it."""
    return bool(event.behind_id or event.behind_label or event.address or event.seal)


def named(event: AuditEvent) -> str:
    """Return how a fault names a row: what was done to which object."""
    return f"{event.action}, {event.object_type} {event.object_key} {event.object_label}"


def head_fault(chain: AuditChain, ring: keys.Ring) -> str | None:
    """Return what is wrong with the seal of a head whose rows fit it."""
    if not chain.seal:
        return (
            f"{chain.name}: the head is not sealed. Right after an upgrade run seal_audit_heads; "
            "otherwise somebody changed it without the key"
        )
    if not ring.holds(chain.seal, *head_parts(chain)):
        return f"{chain.name}: the head's seal does not fit: it was written without the key"
    if not chain.seal.startswith(f"{ring.current}:"):
        return f"{chain.name}: the head is sealed by a retired key; run seal_audit_heads"
    return None
