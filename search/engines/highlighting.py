"""Finding the matches in a text and the stretch worth showing. Pure; makes no markup."""

import re

from portal.core.searchable import HAN_RUN, folded, query_runs, query_terms
from search.engines import Part

BEFORE = 24
LENGTH = 110


def pattern_of(query: str) -> re.Pattern[str] | None:
    """Return what to mark: whole runs of the query first, then their character pairs."""
    terms = sorted({*query_runs(query), *query_terms(query)}, key=len, reverse=True)
    if not terms:
        return None
    # A Latin word is marked only as a word; Chinese has no word borders to look at.
    parts = [
        re.escape(term) if HAN_RUN.match(term) else rf"(?<![^\W_]){re.escape(term)}(?![^\W_])"
        for term in terms
    ]
    return re.compile("|".join(parts))


def spans(text: str, pattern: re.Pattern[str] | None) -> list[tuple[int, int]]:
    """Return where the matches are, neighbours joined; nothing if folding moves characters."""
    plain = folded(text)
    if pattern is None or len(plain) != len(text):
        return []
    joined: list[tuple[int, int]] = []
    for match in pattern.finditer(plain):
        if joined and match.start() <= joined[-1][1]:
            joined[-1] = (joined[-1][0], match.end())
        else:
            joined.append(match.span())
    return joined


def parts(text: str, pattern: re.Pattern[str] | None) -> list[Part]:
    """Return the text cut into matches and the rest, in order, nothing lost."""
    cut: list[Part] = []
    place = 0
    for start, end in spans(text, pattern):
        cut += [Part(text[place:start]), Part(text[start:end], is_match=True)]
        place = end
    cut.append(Part(text[place:]))
    return [part for part in cut if part.text]


def snippet(text: str, pattern: re.Pattern[str] | None) -> list[Part]:
    """Return the stretch around the longest match, about 110 characters, matches cut out."""
    line = " ".join(text.split())
    found = spans(line, pattern)
    longest = max(found, key=lambda span: span[1] - span[0], default=(0, 0))
    start = max(0, longest[0] - BEFORE)
    stretch = line[start : start + LENGTH]
    cut = parts(stretch, pattern)
    lead = [Part("…")] if start else []
    tail = [Part("…")] if start + LENGTH < len(line) else []
    return [*lead, *cut, *tail]
