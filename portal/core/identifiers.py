"""Identifiers: credit codes, check characters, public ids.

The unified social credit code (GB 32100-2015) is checked by python-stdnum; this module only
normalises what people paste. Not for certificates' numbers beyond the shared check rule.
"""

import secrets
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc as stdnum_uscc

from portal.core.resident_numbers import holds_resident_number
from portal.core.typed import IDENTITY_REFUSED

PUBLIC_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
PUBLIC_LENGTH = 12


def public_id() -> str:
    """Return a random id for URLs: 12 characters, about 59 bits, not countable."""
    return "".join(secrets.choice(PUBLIC_ALPHABET) for _ in range(PUBLIC_LENGTH))


def normalise_uscc(text: str) -> str:
    """Return a pasted credit code in its stored form: half-width, upper case, no spaces."""
    folded = unicodedata.normalize("NFKC", text or "").upper()
    return "".join(c for c in folded if not c.isspace() and c not in "-‐–—")


def uscc_fault(text: str) -> str | None:
    """Return what is wrong with a credit code, in the reader's language, or None.

    Rule: 18 characters of the GB 32100 alphabet, the last one the mod-31 check character.
    Which character is wrong is never guessed.
    """
    code = normalise_uscc(text)
    if holds_resident_number(code) and not stdnum_uscc.is_valid(code):
        return str(IDENTITY_REFUSED)  # a message about the code would repeat the number
    if len(code) != 18:
        return _("The credit code has %(n)d characters; it must have 18.") % {"n": len(code)}
    if stdnum_uscc.is_valid(code):
        return None
    if any(c not in stdnum_uscc._alphabet and not c.isdigit() for c in code):
        return _(
            "The credit code has a character that is never used (I, O, S, V, Z or a sign): %(code)s"
        ) % {"code": code}
    return _("The credit code fails its check: %(code)s. Compare it with the licence.") % {
        "code": code
    }


def validate_uscc(text: str) -> None:
    """Django validator around `uscc_fault`."""
    fault = uscc_fault(text)
    if fault:
        raise ValidationError(fault, code="uscc")
