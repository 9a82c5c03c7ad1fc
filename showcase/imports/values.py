"""What one cell of a recommendation list means, or what is wrong with it and what to do.

Each reader takes the cell's text and returns its value, or raises `Unreadable`.
"""

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from django.utils.translation import gettext as _

from portal.core.spreadsheets.values import Unreadable, folded
from portal.core.taxonomies import code_of, scheme

PRIORITY_MAX = 999
REASON_MAX = 200
INVESTMENT_LIMIT = Decimal("10000000000")
NUMBER = re.compile(r"(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")
REGION_SUFFIX = re.compile(r"(省|市|壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区)$")


def priority(text: str) -> int:
    """Return a priority: a whole number of at least 1."""
    found = folded(text)
    if not found.isdecimal() or not 1 <= int(found) <= PRIORITY_MAX:
        raise Unreadable(
            _("“%(text)s” is not a priority.") % {"text": text[:40]},
            _("Write a whole number from 1 on, each one once."),
        )
    return int(found)


def direction(text: str, names: dict[str, str]) -> str:
    """Return the code of one of the round's directions, by its name or code."""
    code = names.get("".join(folded(text).lower().split()))
    if code is None:
        raise Unreadable(
            _("“%(text)s” is not a direction of this round.") % {"text": text[:40]},
            _("Choose one of: %(names)s.") % {"names": names_to_choose(names)},
        )
    return code


def names_to_choose(names: dict[str, str]) -> str:
    """Return the directions' names as they are listed first, each once."""
    shown = {code: name for name, code in reversed(names.items())}
    return _(", ").join(reversed(shown.values()))


def investment(text: str) -> Decimal:
    """Return an amount in 万元, two decimals.

    Rule: half up to 0.01, so that a spreadsheet's 611.3099999999999 is the 611.31 it shows.
    """
    found = folded(text).replace(" ", "").removesuffix("万元")
    if found.startswith(("-", "−")) and NUMBER.fullmatch(found[1:]):
        raise Unreadable(
            _("The investment is negative: %(text)s.") % {"text": text[:40]},
            _("Write an amount of at least 0, in 10,000 yuan."),
        )
    try:
        amount = Decimal(found.replace(",", "")) if NUMBER.fullmatch(found) else None
    except InvalidOperation:
        amount = None
    if amount is None or amount >= INVESTMENT_LIMIT:
        raise Unreadable(
            _("“%(text)s” is not an amount.") % {"text": text[:40]},
            _("Write digits in 10,000 yuan, for example 1200.00."),
        )
    return amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def region(text: str) -> str:
    """Return a region's code by name or code, "" where it is not known."""
    found = folded(text)
    return code_of("regions", found) or code_of("regions", REGION_SUFFIX.sub("", found)) or ""


def industry(text: str) -> str:
    """Return an industry's code by code, digits ("39…") or name, "" where it is not known."""
    found = folded(text)
    digits = re.match(r"[A-Za-z]?(\d{2})", found)
    by_digits = (code for code in scheme("industries") if digits and code[1:] == digits.group(1))
    return code_of("industries", found) or next(by_digits, "")
