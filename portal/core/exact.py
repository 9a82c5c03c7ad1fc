"""Exact figures: the one rounding, and the one byte form that digests are taken of.

Official results (scores of cases, marks of examinations, certificates) are recomputed years later
and must come out byte for byte the same. Pure.
Not for sending data to a browser or an API: those want readable numbers and their own shape.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction


def round_half_up(value: Fraction | Decimal) -> Decimal:
    """Rule: two decimals, half up (保留两位小数，四舍五入). Values are never negative."""
    hundredths = (Fraction(value) * 200 + 1) // 2
    return Decimal(int(hundredths)).scaleb(-2)


def digest(value: object) -> str:
    """SHA-256 (hex) of the canonical form of `value`."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def canonical_json(value: object) -> bytes:
    """UTF-8 JSON with sorted keys, no spaces; Decimals as plain strings, Fractions as "20/3".

    Trailing zeros go, so 70, 70.0 and 70.00 (as different databases return it) are one. Dates are
    ISO texts. Floats raise TypeError: an official figure must not depend on how a machine prints
    them; so do times, which have one text only after somebody chose the zone and the precision.
    """
    text = json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def _plain(value: object) -> object:
    """Reduce to what JSON has, without losing exactness."""
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return _text(value)


def _text(value: object) -> str:
    """The one text of an exact number or a date."""
    if isinstance(value, Decimal):
        return _decimal_text(value)
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no canonical form")


def _decimal_text(value: Decimal) -> str:
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
