"""Heads of the chains, to be kept where this site's people cannot reach them.

A seal shows who wrote without the key; a head kept elsewhere shows even who has the key, and who
put an older state of the tables back. What leaves the house carries a seal of its own kind, which
fits no head in the tables.
"""

import csv
import io
import json
from dataclasses import asdict, dataclass

from portal.core import clock
from portal.core.audit import keys
from portal.core.models import AuditChain, AuditEvent

FORMAT = "anfan-heads-1"
COLUMNS = ("at", "chain", "base", "length", "head", "seal")


@dataclass(frozen=True)
class Anchor:
    """One chain's head at one moment (ISO 8601); `base` rows of it lay in archives."""

    at: str
    chain: str
    base: int
    length: int
    head: str
    seal: str = ""

    def parts(self) -> tuple[object, ...]:
        """Return what the anchor's seal is made over."""
        return ("anchor", self.at, self.chain, self.base, self.length, self.head)


def present_anchors() -> list[Anchor]:
    """Return the present head of every chain, sealed for the outside; one query."""
    ring, at = keys.ring(), clock.now().isoformat(timespec="seconds")
    rows = AuditChain.objects.order_by("name").values_list("name", "base", "length", "head")
    plain = [Anchor(at, *row) for row in rows]
    return [Anchor(**(asdict(one) | {"seal": ring.seal(*one.parts())})) for one in plain]


def as_json(anchors: list[Anchor]) -> str:
    """Return the anchors as a JSON document."""
    rows = {"format": FORMAT, "heads": [asdict(one) for one in anchors]}
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"


def as_csv(anchors: list[Anchor]) -> str:
    """Return the anchors as CSV with a line of headings."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(one) for one in anchors)
    return text.getvalue()


def read_anchors(text: str) -> list[Anchor]:
    """Return the anchors of a document written by `as_json` or `as_csv`. Raises ValueError."""
    try:
        if text.lstrip().startswith("{"):
            rows = json.loads(text)["heads"]
        else:
            rows = list(csv.DictReader(io.StringIO(text)))
        numbers = ({"base": int(row["base"]), "length": int(row["length"])} for row in rows)
        return [Anchor(**(row | number)) for row, number in zip(rows, numbers, strict=True)]
    except (KeyError, TypeError) as error:
        raise ValueError("this is no file of heads") from error


def faults_against(anchors: list[Anchor]) -> list[str]:
    """Return which chains were shortened, rewritten or removed since the anchors were taken.

    Rows that were archived since are not looked at here: the archives are (`--archives`).
    """
    ring = keys.ring()
    chains = AuditChain.objects.in_bulk()
    found = [anchor_fault(one, chains.get(one.chain), ring) for one in anchors]
    return [f"{one.chain}: {fault}" for one, fault in zip(anchors, found, strict=True) if fault]


def anchor_fault(anchor: Anchor, chain: AuditChain | None, ring: keys.Ring) -> str | None:
    """Return how a chain contradicts one anchor, or None."""
    if not ring.holds(anchor.seal, *anchor.parts()):
        return "this line of the file was changed, or is another site's"
    if chain is None:
        return f"the chain is gone; it had {anchor.length} rows on {anchor.at}"
    if chain.length < anchor.length:
        return f"the chain was shortened: {chain.length} rows now, {anchor.length} on {anchor.at}"
    now = hash_at(chain, anchor.length)
    if now is not None and now != anchor.head:
        return f"the chain was rewritten at or before row {anchor.length} since {anchor.at}"
    return None


def hash_at(chain: AuditChain, seq: int) -> str | None:
    """Return the hash of one row; None for a row in an archive, or before the first."""
    if seq == chain.base:
        return chain.base_hash or None
    if seq < chain.base:
        return None
    row = AuditEvent.objects.filter(chain=chain, seq=seq).values_list("hash", flat=True).first()
    return row or "missing"
