"""The engine for many documents and many readers: a Meilisearch server.

The server finds and scores every concept of a question, with its typing tolerance and word
splitting; how much a document is about a concept it does not count, so its order is joined with the
one of the embedded engine. Synonyms are expanded here, because the server splits Chinese synonyms
into words that no text holds. Everything that speaks to the server is in this module.
"""

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from meilisearch import Client
from meilisearch.errors import MeilisearchApiError, MeilisearchError, MeilisearchTimeoutError

from portal.core.searchable import HAN_RUN
from search.engines import CAP, EngineUnavailable, Question
from search.engines.catalogue import Catalogue, catalogue
from search.engines.embedded import EmbeddedEngine
from search.models import Document
from search.ranking import ENOUGH, FEW, LITTLE, fused

# A reader waits for the server no longer than this, also when it accepts and says nothing.
ASK_SECONDS = 1.5
WRITE_SECONDS = 10
TASK_SECONDS = 60
MOST_WAYS = 24
HITS_OF_A_WAY = 200
# How much better a good match of one concept counts than a half one; what a half one is.
SHARPNESS = 3
HALF = 0.5
TEXTS = ("title", "title_en", "lead", "lead_en", "text", "text_en", "pinyin")
SETTINGS: dict[str, Any] = {
    "searchableAttributes": list(TEXTS),
    "displayedAttributes": ["id", "version", "kind", *TEXTS],
    "filterableAttributes": ["id", "kind"],
    "rankingRules": ["words", "typo", "proximity", "attribute", "exactness"],
    "typoTolerance": {"disableOnNumbers": True},
    "localizedAttributes": [
        {"locales": ["cmn"], "attributePatterns": ["title", "lead", "text"]},
        {"locales": ["eng"], "attributePatterns": ["*_en", "pinyin"]},
    ],
}


def is_configured() -> bool:
    """Whether the site was told of a server."""
    return bool(settings.MEILI_URL)


@contextmanager
def faults_told() -> Iterator[None]:
    """Turn whatever goes wrong with the server into EngineUnavailable, saying what, not of whom."""
    try:
        yield
    except MeilisearchApiError as error:
        raise EngineUnavailable(f"refused: {error.code or error.status_code}") from error
    except MeilisearchTimeoutError as error:
        raise EngineUnavailable("too slow") from error
    except MeilisearchError as error:
        raise EngineUnavailable("no connection") from error
    except (KeyError, TypeError, ValueError) as error:
        raise EngineUnavailable("answers with something else than results") from error


def record(document: Document) -> dict[str, Any]:
    """Return a document as the server keeps it."""
    texts = {name: getattr(document, name) for name in TEXTS}
    return {"id": document.key, "version": document.version, "kind": document.kind, **texts}


def one_of(keys: list[str]) -> str:
    """Return the filter for documents with these keys; keys are ours and hold no quotes."""
    return f"id IN {json.dumps(keys)}"


def subqueries(question: Question) -> tuple[list[tuple[int, float]], list[dict[str, Any]]]:
    """Return for every way to say every concept whose it is and what it is worth, and its query.

    What was typed may match in part; a synonym in Chinese must stand as it is.
    """
    ways, queries = [], []
    for number, concept in enumerate(question.concepts):
        for place, (text, worth) in enumerate(concept.ways):
            is_phrase = place > 0 and HAN_RUN.search(text)
            ways.append((number, worth))
            queries.append(
                {
                    "indexUid": settings.MEILI_INDEX,
                    "q": f'"{text}"' if is_phrase else text,
                    "limit": HITS_OF_A_WAY,
                    "attributesToRetrieve": ["id"],
                    "showRankingScore": True,
                }
            )
    return ways[:MOST_WAYS], queries[:MOST_WAYS]


def weighed(ways: list[tuple[int, float]], answers: list[Any], size: int) -> list[str]:
    """Return the keys found, best first: each concept counts by how few documents hold it."""
    best: dict[str, dict[int, float]] = defaultdict(dict)
    rarity: dict[int, float] = {}
    for (concept, worth), answer in zip(ways, answers, strict=True):
        hits = [(hit["id"], float(hit["_rankingScore"])) for hit in answer["hits"]]
        holders = sum(score >= HALF for _key, score in hits)
        if holders:
            rarity.setdefault(concept, math.log(1 + (size - holders + 0.5) / (holders + 0.5)))
        for key, score in hits:
            value = worth * score**SHARPNESS
            best[key][concept] = max(value, best[key].get(concept, 0.0))
    total = {
        key: sum(rarity.get(concept, 0.0) * value for concept, value in values.items())
        for key, values in best.items()
    }
    top = max(total.values(), default=0.0)
    order = sorted(total, key=lambda key: (-total[key], key))
    return [
        key
        for place, key in enumerate(order)
        if total[key] >= (LITTLE if place < FEW else ENOUGH) * top > 0
    ]


class MeilisearchEngine:
    """Asks the server everything in one request and joins its order with the embedded one."""

    name = "meilisearch"

    def __init__(self, known: Catalogue | None = None) -> None:
        """See `EmbeddedEngine`."""
        self.known = known

    def rank(self, question: Question) -> list[int]:
        """See `SearchEngine.rank`."""
        ways, queries = subqueries(question)
        with faults_told():
            answers = self.ask(queries)
            known = self.known or catalogue()
            keys = weighed(ways, answers, max(1, len(known.entries)))
        found = [known.by_key[key] for key in keys if key in known.by_key]
        return fused(found, EmbeddedEngine(known).rank(question))[:CAP]

    def ask(self, queries: list[dict[str, Any]]) -> list[Any]:
        """Send the queries in one request; return their answers."""
        key = settings.MEILI_SEARCH_KEY or settings.MEILI_KEY
        client = Client(settings.MEILI_URL, key, timeout=ASK_SECONDS)  # type: ignore[arg-type]
        answers: list[Any] = client.multi_search(queries)["results"]
        return answers


class Server:
    """The writing side: one index, its settings, its documents. All raise EngineUnavailable."""

    def __init__(self, index: str = "") -> None:
        self.client = Client(settings.MEILI_URL, settings.MEILI_KEY, timeout=WRITE_SECONDS)
        self.uid = index or settings.MEILI_INDEX

    def done(self, task: Any) -> None:
        """Wait until the server has carried out a task; a failed one is a fault."""
        ended = self.client.wait_for_task(task.task_uid, timeout_in_ms=TASK_SECONDS * 1000)
        if ended.status != "succeeded":
            raise EngineUnavailable(f"task failed: {(ended.error or {}).get('code', '')}")

    def version(self) -> str:
        """Return the server's version."""
        with faults_told():
            return str(self.client.get_version()["pkgVersion"])

    def exists(self) -> bool:
        """Whether the index is there."""
        try:
            with faults_told():
                self.client.get_raw_index(self.uid)
        except EngineUnavailable as reason:
            if str(reason) == "refused: index_not_found":
                return False
            raise
        return True

    def create(self) -> None:
        """Make the index with its settings, empty; one of the same name is thrown away."""
        self.drop()
        with faults_told():
            self.done(self.client.create_index(self.uid, {"primaryKey": "id"}))
            self.done(self.client.index(self.uid).update_settings(SETTINGS))

    def drop(self) -> None:
        """Delete the index if there is one."""
        if self.exists():
            with faults_told():
                self.done(self.client.delete_index(self.uid))

    def write(self, documents: Iterable[Document]) -> None:
        """Put documents into the index and take out those that are gone; wait until it is so."""
        rows = list(documents)
        records = [record(one) for one in rows if not one.is_gone]
        gone = [one.key for one in rows if one.is_gone]
        with faults_told():
            index = self.client.index(self.uid)
            tasks = [index.add_documents(records)] if records else []
            tasks += [index.delete_documents(filter=one_of(gone))] if gone else []
            for task in tasks:
                self.done(task)

    def remove(self, keys: list[str]) -> None:
        """Take documents out that no row knows."""
        with faults_told():
            self.done(self.client.index(self.uid).delete_documents(filter=one_of(keys)))

    def versions(self) -> dict[str, int]:
        """Return what the index holds: version by key."""
        found: dict[str, int] = {}
        with faults_told():
            index = self.client.index(self.uid)
            while True:
                place = {"fields": ["id", "version"], "limit": 1000, "offset": len(found)}
                rows = index.get_documents(place).results
                found.update({row.id: row.version for row in rows})
                if not rows:
                    return found

    def swap_with(self, other: str) -> None:
        """Exchange two indexes in one step; readers see the old one or the new one."""
        with faults_told():
            self.done(self.client.swap_indexes([{"indexes": [self.uid, other]}]))
