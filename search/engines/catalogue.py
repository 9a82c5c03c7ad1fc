"""All public documents as this process holds them in memory, brought up to date for each question.

One statement asks whether anything changed (number of rows and sum of their stamps); only changed
documents are read again. Both engines answer with documents of this catalogue.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from threading import RLock
from typing import Any

from django.db import connection

from search.engines import Question
from search.inverted import Inverted
from search.models import Document
from search.slips import Vocabulary, corrected
from search.synonyms import concepts, synonyms
from search.terms import searchable

COLUMNS = ("pk", "key", "stamp", "kind", "title", "title_en", "pinyin", "facets", "day")
WORDS = ("lead_en", "text_en", "terms")
AT_ONCE = 500
# Asked for every page: to make this statement from a query set takes ten times as long as its
# answer. Means `Document.objects.present()`, on every database.
STATE = "SELECT COUNT(*), SUM(stamp) FROM search_document WHERE NOT is_gone"
# How much more a term of the trade is believed than a stretch of a title.
TERM_WORTH = 3


@dataclass(frozen=True)
class Entry:
    """What lists, facets and suggestions need of one document."""

    pk: int
    key: str
    stamp: int
    kind: str
    title: str
    title_en: str
    pinyin: str
    facets: dict[str, list[str]]
    day: date | None
    words: frozenset[str] = frozenset()


@dataclass
class Catalogue:
    """Entries, the index of their terms, and the vocabulary for corrections."""

    entries: dict[int, Entry] = field(default_factory=dict)
    by_key: dict[str, int] = field(default_factory=dict)
    index: Inverted = field(default_factory=Inverted)
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    mark: tuple[int, int] = (0, 0)
    lock: RLock = field(default_factory=RLock)

    def refresh(self) -> "Catalogue":
        """Read what changed since the last time: one statement if nothing did."""
        mark = present_mark()
        with self.lock:
            if mark != self.mark:
                self.load()
                self.mark = mark
        return self

    def load(self) -> None:
        """Take in new and changed documents, forget those that are gone."""
        stamps = dict(Document.objects.present().values_list("pk", "stamp"))
        gone = [pk for pk in self.entries if pk not in stamps]
        known = self.entries
        wanted = [pk for pk, stamp in stamps.items() if pk not in known or known[pk].stamp != stamp]
        for pk in [*gone, *wanted]:
            self.forget(pk)
        blobs: list[tuple[int, bytes]] = []
        for start in range(0, len(wanted), AT_ONCE):
            blobs += self.take(wanted[start : start + AT_ONCE])
        self.index.update(blobs, gone)

    def take(self, pks: list[int]) -> Iterable[tuple[int, bytes]]:
        """Read some documents; return their packed terms."""
        rows = Document.objects.present().filter(pk__in=pks).values_list(*COLUMNS, *WORDS)
        for *facts, lead_en, text_en, terms in rows:
            words = self.vocabulary.words_of(f"{facts[5]} {lead_en} {text_en}")
            known: dict[str, Any] = dict(zip(COLUMNS, facts, strict=True))
            entry = Entry(**known, words=frozenset(words))
            self.entries[entry.pk] = entry
            self.by_key[entry.key] = entry.pk
            self.vocabulary.add_phrases(entry.title)
            self.vocabulary.add_words(entry.words)
            yield entry.pk, bytes(terms)

    def forget(self, pk: int) -> None:
        """Drop one document and its words."""
        entry = self.entries.pop(pk, None)
        if entry:
            self.by_key.pop(entry.key, None)
            self.vocabulary.add_phrases(entry.title, -1)
            self.vocabulary.add_words(entry.words, -1)

    def question(self, typed: str, *, exactly: bool = False) -> Question:
        """Return what a typed text asks for, its slips put right unless it is meant exactly."""
        text = typed
        if not exactly:
            with self.lock:
                text = corrected(typed, self.vocabulary, self.is_known)
        return Question(typed, text, tuple(concepts(text)) if searchable(text) else ())

    def is_known(self, term: str) -> bool:
        """Whether any public document holds this term."""
        return self.index.holders(term) > 0


def present_mark() -> tuple[int, int]:
    """Return a pair that is another after every change of what is present."""
    with connection.cursor() as cursor:
        cursor.execute(STATE)
        number, stamps = cursor.fetchone()
    return int(number), int(stamps or 0)


def of_the_trade() -> Vocabulary:
    """Return a vocabulary that knows the terms of the synonyms and nothing else."""
    vocabulary = Vocabulary()
    for term in synonyms():
        vocabulary.add_phrases(term, TERM_WORTH)
        vocabulary.add_words(vocabulary.words_of(term))
    vocabulary.terms = {term for term in synonyms() if len(term) > 1 and not term.isascii()}
    return vocabulary


_catalogue: list[Catalogue] = []


def catalogue() -> Catalogue:
    """Return this process's catalogue, up to date."""
    if not _catalogue:
        _catalogue.append(Catalogue(vocabulary=of_the_trade()))
    return _catalogue[0].refresh()
