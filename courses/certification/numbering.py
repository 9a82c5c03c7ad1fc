"""A certificate's number: GHA-YYYY-PPPP-NNNNNN-K.

Year of issue, key of the issuing provider, serial of that year, and the check character of the
credit code (GB 32100) over the 17 before it.

What the check catches: every wrong character, and any two characters exchanged, neighbours or
not. What it cannot: one in 31 of the numbers with two wrong characters or more. Exchanging the
first character with the check has the same sum, but then the number begins with no GHA.
A number that holds need not exist: that is for the register to say.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, S, V, Z
PREFIX = "GHA"
BODY_LENGTH = 17
_FORM = re.compile(rf"{PREFIX}([0-9]{{4}})([{ALPHABET}]{{4}})([0-9]{{6}})([{ALPHABET}])")
_DASHES = "-‐‑‒–—―−﹣ー_"


class NumberError(ValueError):
    """A text is no certificate's number; `code` says why (words are made elsewhere).

    `read` is the text as it was read, without what does not matter, for showing.
    """

    def __init__(self, code: str, read: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.read = read


@dataclass(frozen=True, slots=True)
class CertificateNumber:
    """The parts of a number. `provider` is four characters of the alphabet; serials begin at 1."""

    year: int
    provider: str
    serial: int

    def __post_init__(self) -> None:
        """NumberError when the parts do not fit their places."""
        if not 2000 <= self.year <= 9999:
            raise NumberError("year")
        if len(self.provider) != 4 or not set(self.provider) <= set(ALPHABET):
            raise NumberError("provider")
        if not 1 <= self.serial <= 999_999:
            raise NumberError("serial")

    @property
    def body(self) -> str:
        """The 17 characters that are checked."""
        return f"{PREFIX}{self.year:04}{self.provider}{self.serial:06}"

    def __str__(self) -> str:
        """The printed form, with check character."""
        check = check_character(self.body)
        return f"{PREFIX}-{self.year:04}-{self.provider}-{self.serial:06}-{check}"


def check_character(body: str) -> str:
    """The check character of 17 characters of the alphabet; ValueError for others.

    Rule: the places of the characters in the alphabet, weighted by 3^0, 3^1, ... mod 31, are
    summed; the check's place is 31 less the sum mod 31, and 0 for 31 (GB 32100-2015).
    """
    if len(body) != BODY_LENGTH:
        raise ValueError("the body must have 17 characters")
    total = sum(ALPHABET.index(c) * pow(3, place, 31) for place, c in enumerate(body))
    return ALPHABET[-total % 31]


def parse_number(text: str) -> CertificateNumber:
    """The number behind what somebody typed or pasted; NumberError when it is none.

    Full-width and small letters, blanks and dashes of any kind do not matter. Which character is
    wrong is never guessed. Codes: length, character (one never used, such as O or I), form,
    check, year, serial.
    """
    plain = _plain(text)
    match = _FORM.fullmatch(plain)
    if len(plain) != BODY_LENGTH + 1:
        raise NumberError("length", plain[:40])
    if not set(plain) <= set(ALPHABET):
        raise NumberError("character", plain)
    if match is None:
        raise NumberError("form", plain)
    read = f"{PREFIX}-{match[1]}-{match[2]}-{match[3]}-{match[4]}"
    if check_character(plain[:-1]) != match[4]:
        raise NumberError("check", read)
    try:
        return CertificateNumber(int(match[1]), match[2], int(match[3]))
    except NumberError as error:
        raise NumberError(error.code, read) from error


def _plain(text: str) -> str:
    wide = unicodedata.normalize("NFKC", text).upper()
    return "".join(c for c in wide if not c.isspace() and c not in _DASHES and c.isprintable())
