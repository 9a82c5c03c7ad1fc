"""The engine that is always there: counts pairs of characters and words, in this process.

Works alike on SQLite and PostgreSQL, needs no service, and is the other's safety net.
"""

from search.engines import CAP, Question
from search.engines.catalogue import Catalogue, catalogue
from search.ranking import ranked


class EmbeddedEngine:
    """Ranks by the rarity of what a document holds of the question (search/ranking.py)."""

    name = "embedded"

    def __init__(self, known: Catalogue | None = None) -> None:
        """Rank in this catalogue; without one, in the one that is up to date when asked."""
        self.known = known

    def rank(self, question: Question) -> list[int]:
        """See `SearchEngine.rank`; never unavailable while the database is there."""
        known = self.known or catalogue()
        with known.lock:
            found = ranked(known.index, list(question.concepts))
            keys = known.index.keys
            return [keys[slot] for slot in found.slots[:CAP]]
