"""What was probably meant: pinyin turned into characters, characters of the same sound, and
English words one or two letters off. Pure.

The vocabulary is what public documents and the synonyms say; a correction is made only where
nothing public holds what was typed, so that a rare word is never talked out of.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from pypinyin import Style, lazy_pinyin

from portal.core.searchable import HAN_RUN, folded
from search.terms import LATIN, runs, stem

LONGEST_PHRASE = 6
# A phrase worth turning pinyin into is at least this long when written in letters.
LEAST_LETTERS = 4


@lru_cache(maxsize=50_000)
def syllables(run: str) -> tuple[str, ...]:
    """Return the sound of every character of a Chinese run, without tones."""
    each: Any = list  # an unknown character stands for itself; the stubs want one text
    return tuple(lazy_pinyin(run, style=Style.NORMAL, errors=each))


def is_near(word: str, other: str) -> bool:
    """Whether two words differ by one slip of the finger, by two if they are long."""
    allowed = 1 if len(word) < 8 else 2
    if abs(len(word) - len(other)) > allowed:
        return False
    return distance(word, other) <= allowed


def distance(word: str, other: str) -> int:
    """Return how many letters must be put in, left out, changed or swapped."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(word, 1):
        two_back, before, row = before, row, [i] + [0] * len(other)
        for j, b in enumerate(other, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and word[i - 2] == b:
                row[j] = min(row[j], two_back[j - 2] + 1)
    return row[-1]


@dataclass
class Vocabulary:
    """Phrases by their sound, and Latin words, each with how often documents say them."""

    phrases: dict[str, Counter[str]] = field(default_factory=dict)
    words: Counter[str] = field(default_factory=Counter)
    # Terms of the trade: trusted even where no document holds what stands beside them.
    terms: set[str] = field(default_factory=set)

    @staticmethod
    def words_of(text: str) -> set[str]:
        """Return the Latin words of a text that are long enough to be mistyped."""
        found = (run for _start, run in runs(folded(text)))
        return {run for run in found if LATIN.fullmatch(run) and len(run) >= LEAST_LETTERS}

    def add_words(self, words: Iterable[str], worth: int = 1) -> None:
        """Take in words of a document; a negative worth takes them out again."""
        for word in words:
            self.words[word] += worth
            if self.words[word] <= 0:
                del self.words[word]

    def add_phrases(self, text: str, worth: int = 1) -> None:
        """Take in every stretch of two to four characters of a text's Chinese runs, and short
        runs as a whole; a negative worth takes them out again."""
        for match in HAN_RUN.finditer(folded(text)):
            self.add_run(match.group(), worth)

    def add_run(self, run: str, worth: int) -> None:
        """Take in one Chinese run."""
        sounds = syllables(run)
        lengths = {2, 3, 4} | ({len(run)} if len(run) <= LONGEST_PHRASE else set())
        for length in lengths:
            for start in range(len(run) - length + 1):
                sound = "".join(sounds[start : start + length])
                phrase = run[start : start + length]
                of_sound = self.phrases.setdefault(sound, Counter())
                of_sound[phrase] += worth * length
                if of_sound[phrase] <= 0:
                    del of_sound[phrase]

    def phrase_of(self, sound: str) -> str:
        """Return the commonest phrase of a sound; an empty text if there is none."""
        found = self.phrases.get(sound)
        return max(found, key=lambda phrase: (found[phrase], phrase)) if found else ""

    def from_pinyin(self, letters: str) -> str:
        """Return a row of letters as characters, in as few phrases as possible; else ''."""
        ways: list[tuple[int, str] | None] = [(0, "")] + [None] * len(letters)
        for end in range(LEAST_LETTERS, len(letters) + 1):
            for start in range(max(0, end - 6 * LONGEST_PHRASE), end - 2):
                before = ways[start]
                phrase = self.phrase_of(letters[start:end]) if before else ""
                if before and phrase:
                    way = (before[0] + 1, before[1] + phrase)
                    ways[end] = min(filter(None, (ways[end], way)), key=lambda one: one[0])
        last = ways[-1]
        return last[1] if last else ""

    def same_sound(self, run: str, is_known: Callable[[str], bool]) -> str:
        """Return a Chinese run with unknown pairs put right by a phrase of the same sound."""
        for place in range(len(run) - 1):
            if not is_known(run[place : place + 2]):
                ways = self.ways_to_mend(run, place)
                run = next((way for way in ways if self.is_better(run, way, is_known)), run)
        return run

    def ways_to_mend(self, run: str, place: int) -> Iterator[str]:
        """Yield the run with the pair at this place replaced, within the longest phrases first."""
        sounds = syllables(run)
        for length in (4, 3, 2):
            for start in range(max(0, place + 2 - length), min(place, len(run) - length) + 1):
                phrase = self.phrase_of("".join(sounds[start : start + length]))
                if len(phrase) == length and phrase != run[start : start + length]:
                    yield run[:start] + phrase + run[start + length :]

    def is_better(self, run: str, way: str, is_known: Callable[[str], bool]) -> bool:
        """Whether every changed character stands in known pairs now, or in a term of the trade."""
        changed = {at for at in range(len(run)) if run[at] != way[at]}
        pairs = {max(0, at - 1) for at in changed} | {at for at in changed if at + 1 < len(run)}
        if all(is_known(way[at : at + 2]) for at in pairs):
            return True
        return any(term in way and term not in run for term in self.terms if len(term) > 1)

    def nearest_word(self, word: str) -> str:
        """Return the commonest known word one slip away; else ''."""
        if len(word) < 5:
            return ""
        near = [one for one in self.words if one[0] == word[0] and is_near(word, one)]
        return min(near, key=lambda one: (distance(word, one), -self.words[one], one), default="")


def corrected(query: str, vocabulary: Vocabulary, is_known: Callable[[str], bool]) -> str:
    """Return the query with what no document holds put right; the same text if nothing is wrong."""
    text = folded(query)
    out, at = "", 0
    for start, run in runs(text):
        out += text[at:start]
        at = start + len(run)
        if HAN_RUN.match(run):
            out += vocabulary.same_sound(run, is_known)
        elif LATIN.fullmatch(run) and len(run) >= LEAST_LETTERS and not is_known(stem(run)):
            out += vocabulary.from_pinyin(run) or vocabulary.nearest_word(run) or run
        else:
            out += run
    return out + text[at:] if out + text[at:] != text else query
