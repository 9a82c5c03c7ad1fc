"""What one cell of an office's sheet means, or what is wrong with it and what to do.

Each reader takes the cell's text and returns its value, or raises `Unreadable`. Only what every
list of people or organisations has; the rest is the importing app's.
"""

import re
from decimal import Decimal
from unicodedata import normalize

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from portal.core.identifiers import normalise_uscc, uscc_fault

MOBILE = re.compile(r"1[3-9]\d{9}")
IDENTITY = re.compile(
    r"[1-9]\d{5}((18|19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[\dXx]"
    r"|\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3})"
)
SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+?\d{1,2}", re.IGNORECASE)


class Unreadable(Exception):
    """A cell that cannot be taken in: why, and what to do."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason, self.remedy = reason, remedy


def folded(text: str) -> str:
    """Return text with full-width characters narrowed and outer spaces gone."""
    return normalize("NFKC", text).strip()


def has_identity_number(text: str) -> bool:
    """Say whether a text holds what looks like an identity card's number (15 or 18 characters)."""
    return IDENTITY.search(folded(text).replace(" ", "")) is not None


def line(text: str, longest: int) -> str:
    """Return a text on one line; raise Unreadable where it is longer than its limit."""
    found = " ".join(text.split())
    if len(found) > longest:
        raise Unreadable(
            _("%(n)d characters, at most %(max)d are accepted.")
            % {"n": len(found), "max": longest},
            _("Shorten it by %(over)d characters.") % {"over": len(found) - longest},
        )
    return found


def credit_code(text: str) -> str:
    """Return a credit code in its stored form; full width, lower case and spaces are mended."""
    fault = uscc_fault(text)
    if fault:
        raise Unreadable(fault, _("Copy the 18 characters from the business licence."))
    return normalise_uscc(text)


def mobile(text: str) -> str:
    """Return a mobile number of 11 digits; a number that the spreadsheet rounded is refused."""
    found = "".join(c for c in folded(text) if not c.isspace() and c != "-").removeprefix("+86")
    if SCIENTIFIC.fullmatch(found):
        found = unscientific(found, text)
    if not MOBILE.fullmatch(found):
        digits = sum(c.isdecimal() for c in found)
        raise Unreadable(
            _("“%(text)s” is not a mobile number: %(n)d digits.")
            % {"text": text[:40], "n": digits},
            _("Write the 11 digits of a mobile number that begins with 13 to 19."),
        )
    return found


def unscientific(found: str, text: str) -> str:
    """Return the digits of a number in scientific notation if none of them was lost."""
    number = Decimal(found)
    if len(number.as_tuple().digits) < 11:
        raise Unreadable(
            _("The spreadsheet has shortened this number: %(text)s.") % {"text": text[:40]},
            _("Format the column as text and type the number again."),
        )
    return format(number, "f").removesuffix(".0")


def email(text: str) -> str:
    """Return an e-mail address in lower case."""
    found = folded(text).lower()
    try:
        validate_email(found)
    except ValidationError as error:
        raise Unreadable(
            _("“%(text)s” is not an e-mail address.") % {"text": text[:60]},
            _("Write a whole address such as name@example.org."),
        ) from error
    return found
