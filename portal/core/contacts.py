"""Telephone numbers and e-mail addresses, masked so that they can be told apart but not used.

Pure. Whether somebody sees the whole is said by `portal.accounts.rules.personal`.
"""

import re

EMAIL = re.compile(r"([\w.+-])[\w.+-]*@([\w-]+(?:\.[\w-]+)+)")
MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)[ -]?\d{4}[ -]?(\d{4})(?!\d)")
LANDLINE = re.compile(r"(?<!\d)(0\d{2,3}-?)\d{4,5}(\d{3})(?!\d)")


def masked(text: str) -> str:
    """Return a text with every address as z***@example.org and every number as 138****5678."""
    shown = EMAIL.sub(r"\1***@\2", str(text or ""))
    shown = MOBILE.sub(r"\1****\2", shown)
    return LANDLINE.sub(r"\1****\2", shown)
