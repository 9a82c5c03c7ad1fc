"""One byte form for one value, so that digests and snapshots can be compared years later.

Not for sending data to a browser or an API: those want readable numbers and their own shape.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import Enum


def canonical_json(value: object) -> bytes:
    """UTF-8 JSON with sorted keys, no spaces, Decimals as plain strings.

    Trailing zeros go, so 70, 70.0 and 70.00 (as different databases return it) are one. Floats
    raise TypeError: an official figure must not depend on how a machine prints them.
    """
    text = json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def _plain(value: object) -> object:
    """Reduce to what JSON has, without losing exactness."""
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal):
        return _decimal_text(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no canonical form")


def _decimal_text(value: Decimal) -> str:
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
