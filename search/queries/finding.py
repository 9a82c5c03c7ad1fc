"""The answer to a question: matches narrowed, counted, cut into a page, shown in one language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from django.db import connection
from django.utils.translation import get_language

from portal.core.searchable import LONGEST_QUERY
from search.engines import CAP, Question
from search.engines.catalogue import Entry, catalogue
from search.queries.choosing import ranked
from search.queries.facets import KIND, Narrowed, kind_names, narrowed
from search.queries.highlighting import Marks, Part, marks_of, parts, snippet

PER_PAGE = 20
OF_A_KIND = 3


class Shown(NamedTuple):
    """The columns of a document that a hit is made of."""

    url: str
    kind: str
    title: str
    title_en: str
    lead: str
    lead_en: str
    text: str
    text_en: str
    note: str
    note_en: str


@dataclass(frozen=True)
class Hit:
    """One document found, in the reader's language; texts are plain."""

    url: str
    kind: str
    title: list[Part]
    snippet: list[Part]
    note: str = ""


@dataclass(frozen=True)
class Group:
    """The best hits of one kind, and how many there are."""

    kind: str
    label: Any
    count: int
    hits: list[Hit]


@dataclass(frozen=True)
class Search:
    """What somebody asks for: text, choices of facets, page, layout, and whether exactly this."""

    text: str
    chosen: Mapping[str, frozenset[str]] = field(default_factory=dict)
    page: int = 1
    is_grouped: bool = False
    is_exact: bool = False


@dataclass(frozen=True)
class Results:
    """The answer. `counts` are of kinds, whatever kind was asked for; `page` is the one shown;
    `mark` changes with every change of a document."""

    question: Question
    narrowed: Narrowed = field(default_factory=lambda: Narrowed([]))
    hits: list[Hit] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    found: int = 0
    page: int = 1
    mark: tuple[int, int] = (0, 0)
    is_fallback: bool = False

    @property
    def total(self) -> int:
        """All matches after narrowing."""
        return len(self.narrowed.entries)

    @property
    def counts(self) -> dict[str, int]:
        return dict(self.narrowed.counts.get(KIND, {}))

    @property
    def is_capped(self) -> bool:
        return self.found == CAP


def answer(search: Search) -> Results:
    """Return the answer; any text is permitted, a page beyond the last gives the last."""
    known = catalogue()
    question = known.question(search.text[:LONGEST_QUERY], exactly=search.is_exact)
    pks, is_fallback = ranked(question, known)
    entries = [known.entries[pk] for pk in pks if pk in known.entries]
    left = narrowed(entries, {facet: codes for facet, codes in search.chosen.items() if codes})
    last = max(1, -(-len(left.entries) // PER_PAGE))
    page = min(max(search.page, 1), last)
    marks = marks_of(
        [concept.text for concept in question.concepts],
        [way for concept in question.concepts for way, _worth in concept.ways[1:]],
    )
    here = left.entries[(page - 1) * PER_PAGE : page * PER_PAGE]
    return Results(
        question,
        narrowed=left,
        hits=[] if search.is_grouped else hits_of(here, marks),
        groups=groups_of(left, marks) if search.is_grouped else [],
        found=len(entries),
        page=page,
        mark=known.mark,
        is_fallback=is_fallback,
    )


def groups_of(left: Narrowed, marks: Marks | None) -> list[Group]:
    """Return the best few of every kind; the kind with the best hit comes first."""
    by_kind: dict[str, list[Entry]] = {}
    for entry in left.entries:
        by_kind.setdefault(entry.kind, []).append(entry)
    labels = kind_names()
    first = [entry for entries in by_kind.values() for entry in entries[:OF_A_KIND]]
    hits: dict[str, list[Hit]] = {}
    for hit in hits_of(first, marks):
        hits.setdefault(hit.kind, []).append(hit)
    return [
        Group(kind, labels[kind], len(entries), hits.get(kind, []))
        for kind, entries in by_kind.items()
    ]


def hits_of(entries: Iterable[Entry], marks: Marks | None) -> list[Hit]:
    """Return documents as hits in this order; one that has gone meanwhile is left out."""
    wanted = [entry.pk for entry in entries]
    rows = shown(wanted)
    english = (get_language() or "").startswith("en")
    return [hit_of(rows[pk], english, marks) for pk in wanted if pk in rows]


def shown(pks: list[int]) -> dict[int, Shown]:
    """Return what is to be shown of these documents, as far as they are present."""
    if not pks:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(statement(len(pks)), pks)
        return {pk: Shown(*texts) for pk, *texts in cursor.fetchall()}


@cache
def statement(number: int) -> str:
    """Return the statement that reads so many present documents.

    Asked for every page: to make it from a query set takes several times as long as its answer.
    """
    columns, places = ", ".join(Shown._fields), ", ".join(["%s"] * number)
    return f"SELECT id, {columns} FROM search_document WHERE NOT is_gone AND id IN ({places})"  # noqa: S608


def hit_of(row: Shown, english: bool, marks: Marks | None) -> Hit:
    """Return one document in English where there is any, else in Chinese."""
    title = (english and row.title_en) or row.title
    note = (english and row.note_en) or row.note
    return Hit(row.url, row.kind, parts(title, marks), best_snippet(row, english, marks), note)


def best_snippet(row: Shown, english: bool, marks: Marks | None) -> list[Part]:
    """Return the stretch to show: lead or text, the reader's language first, where it matches."""
    texts = [row.lead_en, row.text_en] if english else []
    texts += [row.lead, row.text]
    if not english:
        texts += [row.lead_en, row.text_en]
    written = [text for text in texts if text]
    for text in written:
        cut = snippet(text, marks)
        if any(part.is_match for part in cut):
            return cut
    return snippet(written[0], marks) if written else []
