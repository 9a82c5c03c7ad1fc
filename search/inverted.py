"""An inverted index in memory over packed documents: which document holds a term, how often. Pure.

Documents have slots (0, 1, …); a query is answered by arrays over all slots. A changed document
goes into a small second segment and its old slot is dead, so that one change does not cost a
whole rebuild; the segments are joined when the second has grown.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from search.terms import FIELDS, PACKED, code

# BM25 in two parts, so that no repetition in a text outweighs a title: the title's share, how many
# times a mention in the lead counts, how fast repetition stops to count (in the title, below it),
# and how much a long field is held against it.
TITLE, LEAD = 0.5, 3.0
SATURATION = (0.3, 2.0)
LENGTH = 0.5
SPARE = 200

Floats = NDArray[np.float64]


@dataclass
class Segment:
    """Documents that were packed together; `keys` are the callers' own."""

    keys: list[int]
    terms: NDArray[np.uint32]
    starts: NDArray[np.int64]
    slots: NDArray[np.int64]
    counts: NDArray[np.uint8]
    lengths: Floats

    @classmethod
    def of(cls, rows: list[tuple[int, bytes]]) -> "Segment":
        """Build a segment from (key, packed) rows."""
        parts = [np.frombuffer(blob, dtype=PACKED) for _key, blob in rows]
        sizes = np.array([len(part) for part in parts], dtype=np.int64)
        every = np.concatenate(parts) if parts else np.zeros(0, dtype=PACKED)
        slots = np.repeat(np.arange(len(rows)), sizes)
        order = np.argsort(every["term"], kind="stable")
        terms, starts = np.unique(every["term"][order], return_index=True)
        lengths = np.zeros((len(rows), FIELDS))
        np.add.at(lengths, slots, every["counts"])
        return cls(
            keys=[key for key, _blob in rows],
            terms=terms,
            starts=np.append(starts, len(every)),
            slots=slots[order],
            counts=every["counts"][order],
            lengths=lengths,
        )

    def postings(self, term: int) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
        """Return slots and counts of a term; empty arrays if nothing holds it."""
        # Of the array's own type: for any other the whole array would be converted first.
        at = int(self.terms.searchsorted(np.uint32(term)))
        if at == len(self.terms) or self.terms[at] != term:
            return self.slots[:0], self.counts[:0]
        here = slice(self.starts[at], self.starts[at + 1])
        return self.slots[here], self.counts[here]


@dataclass
class Inverted:
    """The index: two segments as one row of slots."""

    blobs: dict[int, bytes] = field(default_factory=dict)
    base: Segment = field(default_factory=lambda: Segment.of([]))
    recent: Segment = field(default_factory=lambda: Segment.of([]))
    # Keys of the first segment whose documents have changed or gone.
    dead: set[int] = field(default_factory=set)
    alive: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))
    averages: Floats = field(default_factory=lambda: np.ones(FIELDS))

    @property
    def keys(self) -> list[int]:
        """The callers' keys by slot, dead ones included."""
        return [*self.base.keys, *self.recent.keys]

    @property
    def size(self) -> int:
        """How many documents there are."""
        return len(self.blobs)

    def update(self, changed: Iterable[tuple[int, bytes]], gone: Iterable[int]) -> None:
        """Take in changed documents and forget others."""
        rows = dict(changed)
        for key in {*gone, *rows}:
            self.blobs.pop(key, None)
            self.dead.add(key)
        self.blobs.update(rows)
        # What the first segment still holds rightly stays; all else is packed anew.
        kept = set(self.base.keys) - self.dead
        fresh = [(key, blob) for key, blob in self.blobs.items() if key not in kept]
        if len(fresh) > max(SPARE, len(kept) // 10):
            self.base, fresh = Segment.of(list(self.blobs.items())), []
            self.dead.clear()
        self.recent = Segment.of(fresh)
        alive = [key not in self.dead for key in self.base.keys] + [True] * len(fresh)
        self.alive = np.array(alive, dtype=bool)
        lengths = np.concatenate([self.base.lengths, self.recent.lengths])[self.alive]
        self.averages = np.maximum(lengths.mean(axis=0), 1) if len(lengths) else np.ones(FIELDS)

    def scores(self, term: str) -> tuple[Floats, float]:
        """Return each slot's weight of a term (0 to 1, before rarity) and the term's rarity."""
        found = np.zeros(len(self.alive))
        number, offset = code(term), 0
        for segment in (self.base, self.recent):
            slots, counts = segment.postings(number)
            if len(slots):
                norm = 1 - LENGTH + LENGTH * segment.lengths[slots] / self.averages
                title, lead, text = (counts / norm).T
                below = LEAD * lead + text
                found[slots + offset] = TITLE * title / (SATURATION[0] + title)
                found[slots + offset] += (1 - TITLE) * below / (SATURATION[1] + below)
            offset += len(segment.keys)
        found[~self.alive] = 0
        holders = int((found > 0).sum())
        rarity = float(np.log(1 + (self.size - holders + 0.5) / (holders + 0.5)))
        return found, rarity

    def holders(self, term: str) -> int:
        """Return how many documents hold a term."""
        number = code(term)
        return sum(len(segment.postings(number)[0]) for segment in (self.base, self.recent))
