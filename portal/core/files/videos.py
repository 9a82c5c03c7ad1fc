"""MP4: its boxes follow one another from the first byte to the last, and it can be played."""

import struct

from portal.core.files.refusals import Unfit

BOXES = frozenset(
    b"ftyp moov mdat free skip wide uuid moof mfra meta pdin sidx ssix styp emsg prft udta".split()
)
BRANDS = frozenset(
    b"isom iso2 iso3 iso4 iso5 iso6 iso7 iso8 iso9 mp41 mp42 mp71 avc1 M4V_ M4VH M4VP MSNV f4v_"
    b" dash 3gp4 3gp5 3gp6".replace(b"_", b" ").split(b" ")
) | {b"M4V ", b"f4v "}
BOXES_MAX = 10_000


def check_mp4(data: bytes) -> int:
    """Walk the boxes and return where the last one ends; raise Unfit where they do not fit."""
    if data[4:8] != b"ftyp" or data[8:12] not in BRANDS:
        raise Unfit("content")
    at, count, kinds = 0, 0, set()
    while at < len(data):
        count += 1
        size, kind = box_at(data, at)
        if kind not in BOXES or count > BOXES_MAX:
            raise Unfit("polyglot")
        if at + size > len(data):
            raise Unfit("damaged")
        kinds.add(kind)
        at += size
    if not {b"moov", b"mdat"} <= kinds and b"moof" not in kinds:
        raise Unfit("damaged")
    return at


def box_at(data: bytes, at: int) -> tuple[int, bytes]:
    """Return size in bytes and kind of the box at a place; size 0 means to the end."""
    if at + 8 > len(data):
        raise Unfit("damaged")
    size, kind = struct.unpack_from(">I4s", data, at)
    if size == 1:
        if at + 16 > len(data):
            raise Unfit("damaged")
        size = struct.unpack_from(">Q", data, at + 8)[0]
    elif size == 0:
        size = len(data) - at
    if size < 8:
        raise Unfit("damaged")
    return size, kind
