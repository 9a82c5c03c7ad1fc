"""Reading what people typed: one form for texts that differ only in how they were entered."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

# Chinese marks that NFKC leaves alone, and the dashes and minus signs of several keyboards.
_MARKS = str.maketrans("、。《》〈〉【】〔〕・‐‑‒–—―−", ",.<><>[][]·-------")
_MARKS |= dict.fromkeys(map(ord, "“”「」『』"), ord('"')) | dict.fromkeys(map(ord, "‘’"), ord("'"))
_PAIRS = {('"', '"'), ("'", "'"), ("(", ")"), ("[", "]"), ("<", ">")}
_STOPS = ".,;!?"
_UNSEEN = {"Cf", "Cc", "Cs", "Co", "Cn"}
_NUMBER = re.compile(
    r"([-+]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(?:\.[0-9]+)?)(?:e([-+]?[0-9]{1,2}))?([^0-9]*)"
)
NUMBER_LENGTH = 40


def fold(text: str) -> str:
    """The form in which two texts are compared.

    Rule: full-width and half-width, capital and small, every blank, Chinese and Western marks
    count as equal; quotation marks or brackets around the whole and a stop at its end do not count.
    """
    seen = "".join(c for c in text if unicodedata.category(c) not in _UNSEEN or c.isspace())
    wide = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", seen).casefold())
    return _bare("".join(wide.translate(_MARKS).split()))


def read_number(text: str, unit: str = "") -> tuple[Decimal, bool] | None:
    """The number typed and whether its unit fits, or None when no number can be read.

    Rule: full-width digits, thousands in groups (8,200), a power of ten (6.2e-1) and the expected
    unit are read; a number without unit is taken in the expected one; another unit does not fit.
    """
    plain = fold(text)
    match = _NUMBER.fullmatch(plain) if len(plain) <= NUMBER_LENGTH else None
    if match is None or not match[1].lstrip("+-"):
        return None
    number = Decimal(match[1].replace(",", "")).scaleb(int(match[2] or 0))
    return number, match[3] in {"", fold(unit)}


def _bare(text: str) -> str:
    """Without stops at the end and without marks around the whole, as often as there are any."""
    bare = text.rstrip(_STOPS)
    while len(bare) > 2 and (bare[0], bare[-1]) in _PAIRS:
        bare = bare[1:-1].rstrip(_STOPS)
    return bare
