"""From where a change comes, and who is behind the person it is made as.

One middleware says it for the length of a request; a job knows only who is behind it. Services
never ask: `recording.record` writes it into every event. Not for deciding who may do what.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Origin:
    """A request's address (IPv4, or the /64 of an IPv6 one), and the true person if another acts.

    `behind` is a User, or None where people act for themselves; `allowed` are the codes that may
    be recorded meanwhile, None: all.
    """

    address: str = ""
    behind: Any = None
    allowed: frozenset[str] | None = None


NOWHERE = Origin()
_present: ContextVar[Origin] = ContextVar("origin_of_changes", default=NOWHERE)


def present() -> Origin:
    """Return where what happens now comes from."""
    return _present.get()


@contextmanager
def coming_from(
    address: str = "", behind: Any = None, allowed: frozenset[str] | None = None
) -> Iterator[None]:
    """Have everything recorded inside the block say that it comes from there."""
    token = _present.set(Origin(address, behind, allowed))
    try:
        yield
    finally:
        _present.reset(token)
