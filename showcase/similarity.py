"""How much of one text stands in another: shingles of characters, sampled. Pure.

A hint for the formal check (F14), never a verdict. Made for Chinese: no words are cut.
"""

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from zlib import crc32

SHINGLE = 8
# One shingle in four is kept, the same ones in every text, so that memory stays small.
SAMPLE = 4
HINT_FROM = 30
NOISE = re.compile(r"[\W_]+")


def fingerprints(text: str) -> frozenset[int]:
    """Return the sampled fingerprints of a text's runs of eight letters; marks do not count."""
    plain = NOISE.sub("", text.lower())
    runs = (plain[i : i + SHINGLE] for i in range(len(plain) - SHINGLE + 1))
    found = (crc32(run.encode()) for run in runs)
    return frozenset(value for value in found if value % SAMPLE == 0)


@dataclass(frozen=True)
class Likeness:
    """The text most like another, and how much of that other stands in it, in whole percent."""

    key: Hashable
    percent: int


class Corpus:
    """Texts by key, indexed so that one comparison with all of them is one pass."""

    def __init__(self, texts: Mapping[Hashable, str] | Iterable[tuple[Hashable, str]]) -> None:
        self.holders: dict[int, list[Hashable]] = {}
        for key, text in dict(texts).items():
            for value in fingerprints(text):
                self.holders.setdefault(value, []).append(key)

    def most_like(self, key: Hashable, text: str) -> Likeness | None:
        """Return the other text that holds most of this one, or None if none holds anything.

        Rule: share of this text's fingerprints found in the other, rounded down to 1 %.
        """
        own = fingerprints(text)
        counts = Counter(
            holder for value in own for holder in self.holders.get(value, ()) if holder != key
        )
        if not counts:
            return None
        most = max(counts.values())
        nearest = min((one for one, n in counts.items() if n == most), key=str)
        return Likeness(nearest, most * 100 // len(own))
