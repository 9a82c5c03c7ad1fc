"""Whether a file's content is what its extension says, and nothing beside it."""

import mmap
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

import filetype
from django.core.files.uploadedfile import UploadedFile

from portal.core.files.archives import COMMENT_MAX, END_SIZE, ends_as_archive
from portal.core.files.packages import check_package
from portal.core.files.pictures import check_jpeg, check_png
from portal.core.files.portable import check_pdf
from portal.core.files.refusals import Unfit
from portal.core.files.videos import check_mp4

HEAD = 4096
# Plain text has no first bytes to know it by; packages are looked into instead.
SNIFFED_AS = {"jpeg": "jpg", "csv": None}
PACKAGES = {"xlsx", "docx", "ofd"}
COMPOUND = b"\xd0\xcf\x11\xe0"  # a locked workbook or document, or one of before 2007
PAGE = re.compile(
    rb"<\s*(?:!doctype|html|head|body|script|svg|iframe|object|embed)\b|<\?php", re.IGNORECASE
)


@contextmanager
def mapped(upload: UploadedFile) -> Iterator[Any]:
    """Yield an upload's bytes: a map of its file, so that a large one is never in memory."""
    try:
        number = upload.file.fileno()  # type: ignore[union-attr]
    except (AttributeError, OSError):
        upload.seek(0)
        yield upload.read()
        return
    with mmap.mmap(number, 0, access=mmap.ACCESS_READ) as data:
        yield data


def check_content(upload: UploadedFile, kind: str) -> None:
    """Raise Unfit unless an upload is a whole, plain file of the kind its extension says."""
    stream: Any = upload.file
    if kind in PACKAGES:
        check_archive(stream, kind)
        return
    with mapped(upload) as data:
        if filetype.guess_extension(bytes(data[:HEAD])) != SNIFFED_AS.get(kind, kind):
            raise Unfit("content")
        end = whole(stream, data, kind)
        check_beside(data, end)


def check_archive(stream: BinaryIO, kind: str) -> None:
    """Check an office package; what is no archive at all is told apart from a damaged one."""
    stream.seek(0)
    head = stream.read(4)
    if head == COMPOUND:
        raise Unfit("password")
    if head[:2] != b"PK":
        raise Unfit("content")
    check_package(stream, kind)


def whole(stream: BinaryIO, data: Any, kind: str) -> int:
    """Check a single file by its kind; return where it ends."""
    if kind == "pdf":
        return check_pdf(data)
    if kind == "png":
        return check_png(stream, data)
    if kind == "mp4":
        return check_mp4(data)
    if kind in {"jpg", "jpeg"}:
        return check_jpeg(stream, data)
    if b"\x00" in data[:HEAD] and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise Unfit("content")  # a table in text that is no text
    return len(data)


def check_beside(data: Any, end: int) -> None:
    """Refuse a file with a page, a script or an archive before its content or behind its end."""
    tail = bytes(data[max(end, len(data) - END_SIZE - COMMENT_MAX) :])
    if PAGE.search(bytes(data[:HEAD])) or PAGE.search(tail):
        raise Unfit("polyglot")
    if ends_as_archive(bytes(data[-END_SIZE - COMMENT_MAX :])):
        raise Unfit("polyglot")
