"""Bitstring status lists: one bit for each certificate, compressed (W3C Recommendation 2025)."""

from __future__ import annotations

import base64
import binascii
import gzip
import zlib
from collections.abc import Iterable

from courses.credentials.keys import as_text

# The least the standard allows: a list must hide who is asked about among many.
LIST_BITS = 131_072
UNPACKED_MAX = 1024 * 1024


class StatusError(ValueError):
    """A status list cannot be read."""


def encoded_list(places: Iterable[int], bits: int = LIST_BITS) -> str:
    """The list with these bits set: gzip, then base64url with the multibase letter u.

    Rule: index 0 is the leftmost bit of the first byte. The same bits give the same text.
    """
    field = bytearray(bits // 8)
    for place in places:
        field[place // 8] |= 0x80 >> place % 8
    return "u" + as_text(gzip.compress(bytes(field), mtime=0))


def is_set(encoded: str, place: int) -> bool:
    """Whether one bit of an encoded list is set; StatusError when list or place is unusable."""
    if not encoded.startswith("u"):
        raise StatusError("no multibase base64url")
    text = encoded[1:]
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
        unpacker = zlib.decompressobj(wbits=31)
        field = unpacker.decompress(packed, UNPACKED_MAX)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise StatusError("not gzip in base64url") from error
    if not unpacker.eof or len(field) * 8 < LIST_BITS or not 0 <= place < len(field) * 8:
        raise StatusError("too short, too long, or no such place")
    return bool(field[place // 8] & 0x80 >> place % 8)
