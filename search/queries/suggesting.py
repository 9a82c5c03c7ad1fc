"""Titles that complete what is being typed: in Chinese, English, pinyin or its first letters."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from portal.core.searchable import LONGEST_QUERY, folded
from search.engines.catalogue import Entry, catalogue
from search.models import Document
from search.queries.facets import kind_names
from search.terms import searchable

MOST = 8
LEAST_LETTERS = 2


@dataclass(frozen=True)
class Suggestion:
    """A public page whose title fits."""

    title: str
    url: str
    kind: Any


def fit(entry: Entry, typed: str) -> int:
    """Return how well a title fits, 0 is best; -1 if it does not."""
    titles = (folded(entry.title), folded(entry.title_en))
    letters = typed.replace(" ", "")
    ways = (
        any(title.startswith(typed) for title in titles),
        any(f" {typed}" in title for title in titles) or typed in titles[0],
        any(word.startswith(letters) for word in entry.pinyin.split()),
        len(letters) > 3 and letters in entry.pinyin,
        typed in titles[1],
    )
    return next((place for place, holds in enumerate(ways) if holds), -1)


def suggestions(typed: str) -> list[Suggestion]:
    """Return up to eight public pages by title, best first; nothing for a single letter."""
    text = folded(typed[:LONGEST_QUERY]).strip()
    if not searchable(text) or (text.isascii() and len(text) < LEAST_LETTERS):
        return []
    fits = ((fit(entry, text), entry) for entry in catalogue().entries.values())
    found = sorted(
        ((place, len(entry.title), entry.pk) for place, entry in fits if place >= 0),
    )[:MOST]
    rows = Document.objects.present().only("url", "kind", "title", "title_en")
    known = rows.in_bulk([pk for _place, _length, pk in found])
    english = (get_language() or "").startswith("en")
    labels = kind_names()
    return [
        Suggestion((english and row.title_en) or row.title, row.url, labels[row.kind])
        for row in (known[pk] for _place, _length, pk in found if pk in known)
    ]
