"""How well an expert fits an entry: whole points from 0 to 1000."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from evaluation.assigning.problem import Candidate, Entry

SAME_DIRECTION = 600
RELATED_DIRECTION = 250
TOPICS = 400
WHOLE = SAME_DIRECTION + TOPICS


def affinities(
    entries: Sequence[Entry],
    candidates: Sequence[Candidate],
    related: Mapping[str, frozenset[str]],
) -> NDArray[np.int64]:
    """Entries x candidates.

    Rule: 600 for the entry's own direction or 250 for a related one, and up to 400 by the share
    of the entry's topics the expert knows. An entry without topics is judged by direction alone,
    stretched to the same 0-1000. Rounded down.
    """
    base = _direction_points(entries, candidates, related)
    counts = np.array([len(entry.topics) for entry in entries], dtype=np.int64)
    share = _shared_topics(entries, candidates) / np.maximum(counts, 1)[:, None]
    by_topic = base + (TOPICS * share).astype(np.int64)
    return np.where((counts > 0)[:, None], by_topic, base * WHOLE // SAME_DIRECTION)


def _direction_points(
    entries: Sequence[Entry],
    candidates: Sequence[Candidate],
    related: Mapping[str, frozenset[str]],
) -> NDArray[np.int64]:
    rows = {
        direction: [
            SAME_DIRECTION
            if direction in candidate.directions
            else RELATED_DIRECTION
            * bool(related.get(direction, frozenset()) & candidate.directions)
            for candidate in candidates
        ]
        for direction in {entry.direction for entry in entries}
    }
    points = np.array([rows[entry.direction] for entry in entries], dtype=np.int64)
    return points.reshape(len(entries), len(candidates))


def _shared_topics(entries: Sequence[Entry], candidates: Sequence[Candidate]) -> NDArray[np.int64]:
    topics = sorted({topic for entry in entries for topic in entry.topics})
    wanted = _incidence([entry.topics for entry in entries], topics)
    known = _incidence([candidate.topics for candidate in candidates], topics)
    return np.rint(wanted @ known.T).astype(np.int64)


def _incidence(sets: Sequence[frozenset[str]], topics: Sequence[str]) -> NDArray[np.float64]:
    at = {topic: place for place, topic in enumerate(topics)}
    table = np.zeros((len(sets), len(topics)))
    for row, members in enumerate(sets):
        table[row, [at[topic] for topic in members if topic in at]] = 1
    return table
