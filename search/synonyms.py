"""Words of the trade that mean the same, and words that mean nothing in a question. Pure.

data/synonyms.json holds the sets (`equivalent`: any term finds all; `oneway`: the first also
finds the others). Both engines read the same sets.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from portal.core.searchable import HAN_RUN, WORD, folded

DATA = Path(__file__).resolve().parent / "data" / "synonyms.json"
FILLERS_FILE = DATA.with_name("fillers.txt")
# Words that ask, bind or are polite, in both languages; longer ones are cut out first.
FILLERS = tuple(sorted(FILLERS_FILE.read_text(encoding="utf-8").split(), key=len, reverse=True))
STOP_WORDS = frozenset(word for word in FILLERS if word.isascii())
CHINESE_FILLERS = tuple(word for word in FILLERS if not word.isascii())
# What a synonym is worth beside the word that was typed.
SYNONYM = 0.85


@dataclass(frozen=True)
class Concept:
    """One thing a question asks for: ways to say it, each with what it is worth (1 = as typed)."""

    ways: tuple[tuple[str, float], ...]

    @property
    def text(self) -> str:
        return self.ways[0][0]


@cache
def sets() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the sets as (kind, terms), folded."""
    rows = json.loads(DATA.read_text(encoding="utf-8"))
    return tuple((row["kind"], tuple(folded(term) for term in row["terms"])) for row in rows)


@cache
def synonyms() -> dict[str, tuple[str, ...]]:
    """Return for every term what it also finds."""
    found: dict[str, dict[str, None]] = {}
    for kind, terms in sets():
        heads = terms if kind == "equivalent" else terms[:1]
        for head in heads:
            others = found.setdefault(head, {})
            others.update(dict.fromkeys(term for term in terms if term != head))
    return {head: tuple(others) for head, others in found.items()}


@cache
def heads_by_start() -> dict[str, tuple[str, ...]]:
    """Return the terms that have synonyms by their first character, longest first."""
    found: dict[str, list[str]] = {}
    for head in synonyms():
        found.setdefault(head[0], []).append(head)
    return {start: tuple(sorted(heads, key=len, reverse=True)) for start, heads in found.items()}


def is_word_at(text: str, start: int, word: str) -> bool:
    """Whether the word stands at this place, not as a part of a longer Latin word."""
    if not text.startswith(word, start):
        return False
    end = start + len(word)
    before, after = text[start - 1 : start], text[end : end + 1]
    is_cut_before = is_latin(before) and is_latin(word[0])
    return not is_cut_before and not (is_latin(after) and is_latin(word[-1]))


def is_latin(character: str) -> bool:
    """Whether this is a letter or digit outside Chinese."""
    return bool(character) and character.isalnum() and not HAN_RUN.match(character)


def word_at(text: str, start: int, words: tuple[str, ...]) -> str:
    """Return the first of the words that stands at this place, else an empty text."""
    return next((word for word in words if is_word_at(text, start, word)), "")


def concepts(query: str) -> list[Concept]:
    """Return what a question asks for, in order; fillers are left out unless they are all."""
    text = folded(query)
    found: list[Concept] = []
    rest = ""

    def close() -> None:
        nonlocal rest
        pieces = (piece.strip("-/.") for piece in rest.split())
        wanted = (piece for piece in pieces if piece and piece not in STOP_WORDS)
        found.extend(Concept(((piece, 1.0),)) for piece in wanted)
        rest = ""

    place = 0
    while place < len(text):
        head = word_at(text, place, heads_by_start().get(text[place], ()))
        filler = "" if head else word_at(text, place, CHINESE_FILLERS)
        if head:
            close()
            others = tuple((term, SYNONYM) for term in synonyms()[head])
            found.append(Concept(((head, 1.0), *others)))
        elif filler:
            rest += " "
        elif text[place].isalnum() or text[place] in "/-.":
            rest += text[place]
        else:
            rest += " "
        place += len(head or filler) or 1
    close()
    return found or [Concept(((word, 1.0),)) for word in WORD.findall(text)]
