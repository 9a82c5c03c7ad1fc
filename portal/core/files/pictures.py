"""Pictures: their size by the header, and whether they are whole. No pixel is decoded."""

import re
import struct
import zlib
from typing import BinaryIO

from PIL import Image

from portal.core.files.refusals import Unfit

PIXELS_MAX, SIDE_MAX = 80_000_000, 30_000
FAULTS = (OSError, ValueError, SyntaxError, struct.error, EOFError)
# After the first scan: the next marker that is neither a stuffed byte nor a restart.
MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")
SCAN, END = 0xDA, 0xD9
SEGMENTS_MAX = 200_000
ALONE = {0x01, *range(0xD0, 0xD9)}
PNG_HEAD = 8


def check_size(stream: BinaryIO, formats: list[str]) -> None:
    """Refuse a picture whose header announces a flood of pixels; Pillow's own guard stands too."""
    stream.seek(0)
    try:
        with Image.open(stream, formats=formats) as picture:
            width, height = picture.size
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unfit("pixels") from error
    except FAULTS as error:
        raise Unfit("damaged") from error
    if width * height > PIXELS_MAX or max(width, height) > SIDE_MAX:
        raise Unfit("pixels")


def check_jpeg(stream: BinaryIO, data: bytes) -> int:
    """Check a JPEG and return where it ends; phones put more of their own behind that."""
    check_size(stream, ["JPEG", "MPO"])
    at = 2
    for _segment in range(SEGMENTS_MAX):
        found = MARKER.search(data, at)
        if found is None:
            raise Unfit("damaged")
        at, marker = found.end(), found[1][0]
        if marker == END:
            return at
        if marker in ALONE:
            continue
        if at + 2 > len(data):
            raise Unfit("damaged")
        at += struct.unpack_from(">H", data, at)[0]
    raise Unfit("damaged")


def check_png(stream: BinaryIO, data: bytes) -> int:
    """Check a PNG chunk by chunk with its sums and return where it ends."""
    check_size(stream, ["PNG"])
    at = PNG_HEAD
    for _chunk in range(SEGMENTS_MAX):
        if at + 12 > len(data):
            break
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data):
            break
        if zlib.crc32(data[at + 4 : end - 4]) != struct.unpack_from(">I", data, end - 4)[0]:
            break
        if kind == b"IEND":
            return end
        at = end
    raise Unfit("damaged")
