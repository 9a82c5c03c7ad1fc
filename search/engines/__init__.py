"""What every search engine must do, and what it answers with.

An engine finds public pages only; who asks needs no rights and learns nothing private. Texts in
a `Hit` are plain: `Part.is_match` says what to mark, and the template escapes every part.
"""

from dataclasses import dataclass, field
from typing import Protocol

PER_PAGE = 20


@dataclass(frozen=True)
class Part:
    """A stretch of text that is either a match or what stands between matches."""

    text: str
    is_match: bool = False


@dataclass(frozen=True)
class Hit:
    """One page found."""

    url: str
    kind: str
    title: list[Part]
    snippet: list[Part]
    note: str = ""


@dataclass(frozen=True)
class Results:
    """One page of hits, and how many there are of every kind (whatever kind was asked for)."""

    hits: list[Hit] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    total: int = 0
    page: int = 1
    is_empty_query: bool = False
    is_capped: bool = False

    @property
    def found(self) -> int:
        """All hits of all kinds."""
        return sum(self.counts.values())


class SearchEngine(Protocol):
    """An engine behind the search page."""

    def search(self, query: str, *, kinds: frozenset[str] = frozenset(), page: int = 1) -> Results:
        """Return one page of hits, best first; no kinds means all.

        Any text is a permitted query and never raises; a page beyond the last gives the last.
        """
        ...
