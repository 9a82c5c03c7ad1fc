"""How the embedded engine orders documents for a question. Pure.

Every concept of the question is worth the rarity of its words; a document gets the share of it
that its best way of saying it holds. Documents that hold too little of what the best one holds
are no matches.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search.inverted import Floats, Inverted
from search.synonyms import Concept
from search.terms import phrase_terms

# A document must hold this share of the best document's part of the question to be a match.
ENOUGH = 0.6
# Where fewer than FEW documents do, the next best follow down to this share.
FEW, LITTLE = 10, 0.2
# How much the first places of an order stand out where two orders are joined.
HEAD = 20
# How hard a missing part of a way, or of the whole question, is held against a document.
WHOLE = 0.99
MISSING_PART = 1.0
MISSING_CONCEPT = 0.5


@dataclass(frozen=True)
class Ranked:
    """Slots of the matches, best first, and their scores."""

    slots: NDArray[np.int64]
    scores: Floats


def way_scores(index: Inverted, text: str) -> tuple[Floats, Floats, float]:
    """Return score and coverage of one way by slot (0 to 1 each) and the rarity it stands for."""
    terms = phrase_terms(text)
    total = np.zeros(len(index.alive))
    held = np.zeros(len(index.alive))
    mass = 0.0
    for term in terms:
        weights, rarity = index.scores(term)
        total += rarity * weights
        held += rarity * (weights > 0)
        mass += rarity
    if not mass:
        return total, held, 0.0
    coverage = held / mass
    return total / mass * coverage**MISSING_PART, coverage, mass


def ranked(index: Inverted, concepts: list[Concept]) -> Ranked:
    """Return the matches for these concepts, best first; equal ones by slot."""
    size = len(index.alive)
    score, covered, whole = np.zeros(size), np.zeros(size), 0.0
    for concept in concepts:
        best, best_coverage, mass = np.zeros(size), np.zeros(size), 0.0
        for place, (text, worth) in enumerate(concept.ways):
            part, coverage, weight = way_scores(index, text)
            if place:  # half a synonym means something else
                part, coverage = part * (coverage >= WHOLE), coverage * (coverage >= WHOLE)
            np.maximum(best, worth * part, out=best)
            np.maximum(best_coverage, coverage, out=best_coverage)
            mass = mass or weight
        score += mass * best
        covered += mass * best_coverage
        whole += mass
    if not whole or not covered.any():
        return Ranked(np.zeros(0, dtype=np.int64), np.zeros(0))
    share = covered / whole
    score = score * share**MISSING_CONCEPT
    enough = (share > 0) & (share >= ENOUGH * share.max())
    if enough.sum() < FEW:
        enough = fill_up(enough, share, score)
    matches = np.flatnonzero(enough)
    order = np.lexsort((matches, -score[matches]))
    return Ranked(matches[order], score[matches][order])


def fill_up(enough: NDArray[np.bool_], share: Floats, score: Floats) -> NDArray[np.bool_]:
    """Return the matches and the best of the others, FEW in all, if they hold LITTLE at least."""
    others = np.flatnonzero(~enough & (share > 0) & (share >= LITTLE * share.max()))
    best = others[np.argsort(-score[others], kind="stable")][: FEW - int(enough.sum())]
    filled = enough.copy()
    filled[best] = True
    return filled


def fused(*orders: list[int]) -> list[int]:
    """Return several orders as one: by the sum of what each place is worth (reciprocal ranks)."""
    worth: dict[int, float] = {}
    for order in orders:
        for place, key in enumerate(order):
            worth[key] = worth.get(key, 0.0) + 1 / (HEAD + place)
    return sorted(worth, key=lambda key: (-worth[key], key))
