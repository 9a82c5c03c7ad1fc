"""Resident identity numbers (居民身份证号, GB 11643) in free text: found, never kept or repeated.

Pure. Whoever takes in a text that people type asks here; the answer is yes or no, so that the
number gets into no message and no log. Not for identity documents of other countries.
"""

import re
import unicodedata
from datetime import date

from stdnum.cn import ric

# Digits that people separate by blanks or dashes, as on a form: "110105 19491231 002X". A letter or
# digit before or after makes it another code.
RUN = re.compile(r"(?<![0-9A-Za-z])\d+(?:[ \-]\d+)*[ \-]?[Xx]?(?![0-9A-Za-z])")
LONG, SHORT = 18, 15


def folded(text: str) -> str:
    """Return a text with full-width digits and dashes narrowed and invisible signs left out."""
    plain = unicodedata.normalize("NFKC", text)
    plain = "".join(c for c in plain if unicodedata.category(c) != "Cf")
    return re.sub(r"[\u2010-\u2015\u2212]", "-", re.sub(r"[^\S\n]", " ", plain))


def is_resident_number(digits: str) -> bool:
    """Say whether 18 or 15 characters are a resident identity number.

    Rule: the region is one of the register, the birth date exists, and of 18
    characters the last is the check digit (MOD 11-2); the old 15 have a year of two digits (19..)
    and none.
    """
    if len(digits) == SHORT and digits.isdigit():
        long = f"{digits[:6]}19{digits[6:]}0"
        digits = long[:-1] + ric.calc_check_digit(long)
    if len(digits) != LONG or not ric.is_valid(digits.upper()):
        return False
    born = date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
    return 1880 <= born.year <= 2100


def holds_resident_number(text: str) -> bool:
    """Say whether a text holds a resident identity number (GB 11643), which must not be kept.

    Rule: 18 characters, or the old 15, alone or in groups with blanks or dashes between, half- or
    full-width. A credit code, a telephone number and a bank card's number are none.
    """
    return any(run_holds_one(run.group()) for run in RUN.finditer(folded(text)))


def run_holds_one(run: str) -> bool:
    """Say whether neighbouring groups of a run of digits make up a number."""
    groups = re.split(r"[ \-]", run)
    for start in range(len(groups)):
        joined = ""
        for group in groups[start:]:
            joined += group
            if len(joined) > LONG:
                break
            if len(joined) in (SHORT, LONG) and is_resident_number(joined):
                return True
    return False
