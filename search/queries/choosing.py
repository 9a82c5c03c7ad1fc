"""Which engine answers: the server while it is well, the embedded one the moment it is not.

After a failure nobody asks the server again for a while, so that one slow answer is paid once and
not by every reader.
"""

import logging

from django.core.cache import cache

from search.engines import EngineUnavailable, Question
from search.engines.catalogue import Catalogue
from search.engines.embedded import EmbeddedEngine
from search.engines.meilisearch import MeilisearchEngine, is_configured

log = logging.getLogger(__name__)
REST_SECONDS = 10
RESTING = "search.server-rests"


def ranked(question: Question, known: Catalogue) -> tuple[list[int], bool]:
    """Return the ids of the matches, best first, and whether the server that should have answered
    did not. Logs what is wrong with the server, never what was asked."""
    if question.is_empty:
        return [], False
    if not is_configured():
        return EmbeddedEngine(known).rank(question), False
    if not cache.get(RESTING):
        try:
            return MeilisearchEngine(known).rank(question), False
        except EngineUnavailable as reason:
            log.warning("search server: %s; the embedded engine answers", reason)
            cache.set(RESTING, True, REST_SECONDS)
    return EmbeddedEngine(known).rank(question), True
