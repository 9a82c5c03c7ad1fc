"""The tamper-evident record: append-only, hash-chained, sealed events.

Every service writes its event in the transaction of its change; if the event cannot be
written the change rolls back. One chain per round (or other owner), so that a round can be
verified and exported alone. Not for page views or debugging: logs are for that.

`recording` writes, `verifying` recomputes, `keys` seals with a key that no database holds, `origin`
knows from where and behind whom a change comes, `heads` are carried outside, `archives` put old
rows aside, `timeline` tells a case's history to one kind of reader. What is promised, and what is
not: docs/adr/0015-what-the-record-promises.md.
"""

from portal.core.audit.recording import (
    GENESIS,
    canonical,
    chain_of,
    digest,
    locked_chain,
    record,
)
from portal.core.audit.verifying import events_of, verify

__all__ = [
    "GENESIS",
    "canonical",
    "chain_of",
    "digest",
    "events_of",
    "locked_chain",
    "record",
    "verify",
]
