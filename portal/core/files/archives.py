"""Zip archives looked into before anything reads them: their directory, members and weight.

Nothing is written to disk and nothing is believed: sizes are counted while unpacking. What the
members mean is the business of packages.py.
"""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from portal.core.files.purposes import MEGABYTE
from portal.core.files.refusals import Unfit

MEMBERS_MAX = 5_000
DIRECTORY_MAX = MEGABYTE
UNPACKED_MAX = 128 * MEGABYTE
# Rule: an archive may unpack to 50 times its size; what stays under 64 MiB may do so freely.
RATIO_MAX, FREE = 50, 64 * MEGABYTE
CHUNK = 64 * 1024
END, END_64, LOCATOR_64, LOCAL = b"PK\5\6", b"PK\6\6", b"PK\6\7", b"PK\3\4"
END_SIZE, END_64_SIZE, LOCATOR_SIZE, LOCAL_SIZE, COMMENT_MAX = 22, 56, 20, 30, 65_535
ENCRYPTED = 0x1 | 0x40 | 0x2000
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
FAULTS = (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, zlib.error)
FAULTS += (struct.error, UnicodeError, ValueError)  # type: ignore[assignment]


@contextmanager
def opened(stream: BinaryIO) -> Iterator[zipfile.ZipFile]:
    """Open an archive whose directory is small, at its end, and names only plain members."""
    directory_at = find_directory(stream)
    stream.seek(0)
    if stream.read(4) != LOCAL:
        raise Unfit("polyglot")
    try:
        with zipfile.ZipFile(stream) as archive:
            check_members(stream, archive.infolist(), directory_at)
            yield archive
    except FAULTS as error:
        raise Unfit("damaged") from error


def find_directory(stream: BinaryIO) -> int:
    """Return where the central directory begins; it must end the file and be small.

    Read by hand before zipfile does, which would build a million members in memory.
    """
    size = stream.seek(0, 2)
    tail_at = max(0, size - END_SIZE - COMMENT_MAX)
    stream.seek(tail_at)
    tail = stream.read()
    at = tail.rfind(END)
    if at < 0 or len(tail) - at < END_SIZE:
        raise Unfit("damaged")
    count, length, begin, comment = struct.unpack_from("<HIIH", tail, at + 10)
    if at + END_SIZE + comment != len(tail):
        raise Unfit("polyglot")
    end = tail_at + at
    if tail[max(0, at - LOCATOR_SIZE) :].startswith(LOCATOR_64):
        end, count, length, begin = large_directory(stream, end)
    if count > MEMBERS_MAX or length > DIRECTORY_MAX:
        raise Unfit("bomb")
    if begin + length != end:
        raise Unfit("polyglot" if begin + length < end else "damaged")
    return int(begin)


def large_directory(stream: BinaryIO, end: int) -> tuple[int, int, int, int]:
    """Return (end, members, length, begin) of a directory written in the 64-bit form."""
    at = end - LOCATOR_SIZE - END_64_SIZE
    stream.seek(max(0, at))
    record = stream.read(END_64_SIZE)
    if at < 0 or not record.startswith(END_64):
        raise Unfit("damaged")
    count, length, begin = struct.unpack_from("<QQQ", record, 32)
    return at, count, length, begin


def check_members(stream: BinaryIO, members: list[zipfile.ZipInfo], directory_at: int) -> None:
    """Refuse members with foreign names, devices, passwords, twins, or bytes shared by two."""
    names: set[str] = set()
    for member in members:
        check_member(member)
        name = member.filename.lower()
        if name in names:
            raise Unfit("member")
        names.add(name)
    free = 0
    for member in sorted(members, key=lambda one: one.header_offset):
        if member.header_offset < free:
            raise Unfit("bomb")
        free = end_of(stream, member)
    if free > directory_at:
        raise Unfit("bomb")
    if sum(member.file_size for member in members) > UNPACKED_MAX:
        raise Unfit("bomb")


def check_member(member: zipfile.ZipInfo) -> None:
    """Refuse one member by what the directory says of it."""
    if member.flag_bits & ENCRYPTED:
        raise Unfit("password")
    if member.compress_type not in METHODS:
        raise Unfit("member")
    raw = member.orig_filename
    parts = raw.replace("\\", "/").split("/")
    foreign = raw.startswith(("/", "\\")) or ".." in parts or ":" in raw or not raw.strip("/. ")
    if foreign or any(ord(c) < 32 for c in raw) or len(raw) > 500:
        raise Unfit("member")
    if stat.S_IFMT(member.external_attr >> 16) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise Unfit("member")


def end_of(stream: BinaryIO, member: zipfile.ZipInfo) -> int:
    """Return where a member's bytes end; its own header must name what the directory names."""
    stream.seek(member.header_offset)
    header = stream.read(LOCAL_SIZE)
    if len(header) < LOCAL_SIZE or not header.startswith(LOCAL):
        raise Unfit("damaged")
    name, extra = struct.unpack_from("<HH", header, 26)
    begin = member.header_offset + LOCAL_SIZE + name + extra
    return begin + member.compress_size


def unpacked(archive: zipfile.ZipFile, packed: int) -> Iterator[tuple[zipfile.ZipInfo, bytes]]:
    """Yield every file's bytes in chunks, an empty chunk at its end; weigh them on the way.

    `packed` is the archive's size in bytes. A member that is longer than it says fails its
    checksum.
    """
    weight = 0
    for member in archive.infolist():
        if member.is_dir():
            continue
        with archive.open(member) as stream:
            while chunk := stream.read(CHUNK):
                weight += len(chunk)
                if weight > UNPACKED_MAX or weight > max(FREE, RATIO_MAX * packed):
                    raise Unfit("bomb")
                yield member, chunk
        yield member, b""


def ends_as_archive(data: bytes) -> bool:
    """Say whether the last bytes of a file are the end of a zip archive, as unzip would see it."""
    at = data.rfind(END)
    if at < 0 or len(data) - at < END_SIZE:
        return False
    length = struct.unpack_from("<I", data, at + 12)[0]
    return length == 0 or length > at or data[at - length :].startswith(b"PK\1\2")
