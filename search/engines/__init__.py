"""What a search engine must do. It ranks public documents; all else is the same for every engine.

Narrowing, counting, cutting into pages, marking matches and choosing the language happen in
search/queries, on documents that are public at that moment: an engine that is late can lose a hit
but never show one that is gone.
"""

from dataclasses import dataclass
from typing import Protocol

from search.synonyms import Concept

# More than anybody pages through; beyond it the count says "more than".
CAP = 1000


class EngineUnavailable(Exception):
    """The engine does not answer, refuses the key, or has no index; the text says which."""


@dataclass(frozen=True)
class Question:
    """What was asked: as typed (at most 100 characters), as searched, and what it is made of."""

    typed: str
    text: str
    concepts: tuple[Concept, ...]

    @property
    def is_corrected(self) -> bool:
        """Whether something else is searched than what was typed."""
        return self.text != self.typed

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look for: no letter, digit or character."""
        return not self.concepts


class SearchEngine(Protocol):
    """An engine behind the search page."""

    name: str

    def rank(self, question: Question) -> list[int]:
        """Return the ids of the documents that match, best first, at most CAP.

        Any text is a permitted question. Raises EngineUnavailable, within two seconds.
        """
        ...
