"""Finding the matches in a text and the stretch worth showing. Pure; makes no markup.

Texts are plain: `Part.is_match` says what to mark, and the template escapes every part.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from portal.core.searchable import HAN_RUN, folded, query_runs, query_terms

BEFORE = 24
LENGTH, LATIN_LENGTH = 110, 200


@dataclass(frozen=True)
class Part:
    """A stretch of text that is either a match or what stands between matches."""

    text: str
    is_match: bool = False


@dataclass(frozen=True)
class Marks:
    """What to mark: terms, the longest first, and one expression for all of them."""

    terms: tuple[str, ...]
    pattern: re.Pattern[str]

    def first_place(self, plain: str) -> int:
        """Return where the longest term that this lower-case text holds stands; -1 if none.

        Looks for plain stretches before it asks the expression: texts are long, terms are many.
        """
        for term in self.terms:
            place = plain.find(term)
            if place >= 0 and (HAN_RUN.search(term) or self.pattern.search(plain, place)):
                return place
        return -1


def marks_of(typed: Iterable[str], synonyms: Iterable[str] = ()) -> Marks | None:
    """Return what to mark: what was typed as a whole, in runs and in pairs; synonyms whole."""
    found = {folded(synonym) for synonym in synonyms}
    for text in typed:
        found |= {folded(text), *query_runs(text), *query_terms(text)}
    terms = tuple(sorted((term for term in found if term.strip()), key=lambda t: (-len(t), t)))
    if not terms:
        return None
    return Marks(terms, re.compile("|".join(expression(term) for term in terms)))


def expression(term: str) -> str:
    """Return what finds a term: a Latin word only as a word, English also with an ending; Chinese
    has no word borders to look at."""
    if HAN_RUN.search(term):
        return re.escape(term)
    ending = "(?:s|es|ed|ing)?" if term.isalpha() and len(term) > 3 else ""
    return rf"(?<![^\W_]){re.escape(term)}{ending}(?![^\W_])"


def spans(text: str, marks: Marks | None) -> list[tuple[int, int]]:
    """Return where the matches are, neighbours joined; nothing if folding moves characters."""
    plain = folded(text)
    if marks is None or len(plain) != len(text):
        return []
    joined: list[tuple[int, int]] = []
    for match in marks.pattern.finditer(plain):
        if joined and match.start() <= joined[-1][1]:
            joined[-1] = (joined[-1][0], match.end())
        else:
            joined.append(match.span())
    return joined


def parts(text: str, marks: Marks | None) -> list[Part]:
    """Return the text cut into matches and the rest, in order, nothing lost."""
    cut: list[Part] = []
    place = 0
    for start, end in spans(text, marks):
        cut += [Part(text[place:start]), Part(text[start:end], is_match=True)]
        place = end
    cut.append(Part(text[place:]))
    return [part for part in cut if part.text]


def snippet(text: str, marks: Marks | None) -> list[Part]:
    """Return the stretch around the longest match, about two lines, matches cut out."""
    line = text.replace("\n", " ")
    # Folding a long text costs more than all else on the page; the stretch alone is folded.
    plain = line.lower()
    place = marks.first_place(plain) if marks and len(plain) == len(line) else 0
    start = max(0, place - BEFORE)
    if start and line[start - 1 : start + 1].isascii():  # begin with a whole word
        start = line.rfind(" ", 0, start) + 1
    length = LENGTH if HAN_RUN.search(line[start : start + LENGTH]) else LATIN_LENGTH
    cut = parts(line[start : start + length], marks)
    lead = [Part("…")] if start else []
    tail = [Part("…")] if start + length < len(line) else []
    return [*lead, *cut, *tail]
