"""Cutting public texts and questions into the terms the embedded engine counts. Pure.

Chinese is cut into pairs of characters (and single ones, for questions of one character), Latin
letters into words brought to a common form; a Latin word that touches a Chinese character gives
one more term for the border ("U盘", "5G专网"), and words joined by a stroke one for the whole
("GB/T", "AF-L1-301"). Texts and questions are cut by the same functions.
"""

import re
from collections import Counter
from itertools import pairwise
from zlib import crc32

import numpy as np

from portal.core.searchable import HAN_RUN, LONGEST_WORD, WORD, folded

JOINED = re.compile(r"[a-z0-9]+(?:[-/.][a-z0-9]+)+")
LATIN = re.compile(r"[a-z]+")
# Title, lead and text: how often a term stands in each is kept apart, so that ranking can weigh.
FIELDS = 3
MOST = 255
PACKED = np.dtype([("term", "<u4"), ("counts", "u1", (FIELDS,))])


def stem(word: str) -> str:
    """Return an English word without its commonest endings; anything else as it is."""
    if not LATIN.fullmatch(word) or len(word) < 4:
        return word
    for ending, other in (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", "")):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= 4:
            return rest + other
    if word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    return word.removesuffix("e") if len(word) > 4 else word


def latin_term(word: str) -> str:
    """Return the term under which a word of letters and digits is counted."""
    return stem(word[:LONGEST_WORD])


def runs(text: str) -> list[tuple[int, str]]:
    """Return start and text of every Chinese run and every word between, in order."""
    found = []
    for match in WORD.finditer(text):
        place, whole = match.start(), match.group()
        at = 0
        for han in HAN_RUN.finditer(whole):
            if han.start() > at:
                found.append((place + at, whole[at : han.start()]))
            found.append((place + han.start(), han.group()))
            at = han.end()
        if at < len(whole):
            found.append((place + at, whole[at:]))
    return found


def searchable(text: str) -> bool:
    """Whether there is anything to look for: a letter, a digit or a character."""
    return bool(WORD.search(folded(text)))


def border_terms(cut: list[tuple[int, str]]) -> list[str]:
    """Return a term for every place where a Latin word touches a Chinese character."""
    terms = []
    for (start, left), (after, right) in pairwise(cut):
        if start + len(left) != after:
            continue
        if HAN_RUN.match(right):
            terms.append(left[:LONGEST_WORD] + right[0])
        else:
            terms.append(left[-1] + right[:LONGEST_WORD])
    return terms


def whole_terms(text: str) -> list[str]:
    """Return words joined by strokes as one term each: "gb/t" gives "gbt"."""
    return [re.sub(r"[-/.]", "", joined)[:LONGEST_WORD] for joined in JOINED.findall(text)]


def index_counts(text: str) -> Counter[str]:
    """Return how often each term stands in a text."""
    plain = folded(text)
    counts: Counter[str] = Counter(whole_terms(plain))
    cut = runs(plain)
    for _start, run in cut:
        if HAN_RUN.match(run):
            counts.update(run)
            counts.update(run[i : i + 2] for i in range(len(run) - 1))
        else:
            counts[latin_term(run)] += 1
    counts.update(border_terms(cut))
    return counts


def phrase_terms(text: str) -> list[str]:
    """Return the terms a text must hold to say this phrase: pairs, a lone character, words."""
    plain = folded(text)
    cut = runs(plain)
    found: list[str] = []
    borders = border_terms(cut)
    for _start, run in cut:
        if HAN_RUN.match(run):
            pairs = [run[i : i + 2] for i in range(len(run) - 1)]
            found += pairs or ([] if borders else [run])
        else:
            is_letter = len(run) == 1 and (borders or len(cut) > 1)
            found += [] if is_letter else [latin_term(run)]
    found += borders + whole_terms(plain)
    return list(dict.fromkeys(found))


def code(term: str) -> int:
    """Return the number that stands for a term in the index; collisions are rare and harmless."""
    return crc32(term.encode())


def packed(title: str, lead: str, text: str) -> bytes:
    """Return the counts of a document in the form that is stored, sorted by term."""
    counts: dict[int, list[int]] = {}
    for field, part in enumerate((title, lead, text)):
        for term, times in index_counts(part).items():
            places = counts.setdefault(code(term), [0] * FIELDS)
            places[field] = min(MOST, places[field] + times)
    rows = np.zeros(len(counts), dtype=PACKED)
    for place, number in enumerate(sorted(counts)):
        rows[place] = (number, counts[number])
    return rows.tobytes()
