"""PDFs: whole, without scripts, program starts or attached programs.

Names are searched in the bytes themselves, also inside packed objects, and not along the
structure: a reader mends a broken structure, and would find what a strict walk misses. Only a
document that is locked against changes is opened by pypdf, for its objects cannot be read else.
"""

import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import PdfReader, generic
from pypdf.errors import PyPdfError

from portal.core.files.names import is_program
from portal.core.files.purposes import MEGABYTE
from portal.core.files.refusals import Unfit

WHITE = b" \t\r\n\f\x00"
GAP = rb"(?:[\s\x00]++|%[^\r\n]*+[\r\n])*+"
BOUND = rb"(?=[\s\x00/\[\]<>(){}%]|$)"
TAIL = 2048
# Rule: a PDF has at most 2 million names and 50,000 object streams that unpack to 64 MiB.
NAMES_MAX, STREAMS_MAX = 2_000_000, 50_000
PACKED_MAX, STREAM_MAX, CHUNK = 64 * MEGABYTE, 16 * MEGABYTE, 64 * 1024
LOCKED_MAX, SUSPECTS_MAX, FILES_MAX = 20_000, 1_000, 20_000
# How far around a name its meaning is looked for; what hides behind a longer gap is refused.
NEAR = 4096


def spelled(word: str) -> bytes:
    """Return a pattern for a name, any of whose letters may be written as #41."""
    letters = (rb"(?:%s|#%02x|#%02X)" % (re.escape(c).encode(), ord(c), ord(c)) for c in word)
    return b"".join(letters) + BOUND


SUSPECT = re.compile(
    b"/(?=[JLXR#])(?:"
    + b"|".join(map(spelled, ("JavaScript", "Launch", "XFA", "RichMedia")))
    + b")"
)
# Before a suspect name: an action's or annotation's type, or an object that is this name alone.
TYPE = re.compile(b"(?:/(?:" + spelled("S") + b"|" + spelled("Subtype") + rb")|\bobj)$")
TYPE_LENGTH = 3 * len("/Subtype")
# Behind it: what a document's table of scripts, or a form with scripts of its own, holds.
VALUE = re.compile(GAP + rb"(?:\d+\s+\d+\s+R|<<|\[|$)")
FILE_NAME = re.compile(rb"/U?F(?:[\s\x00]|%[^\r\n]{0,60}+[\r\n]){0,16}+(?=\(|<[^<])")
LITERAL = re.compile(rb"\(((?:[^()\\]|\\.){1,500}+)\)|<([0-9A-Fa-f\s]{2,1000}+)>", re.DOTALL)
LOCKED = re.compile(b"/(?=[E#])" + spelled("Encrypt") + rb"\s*+(?:\d+\s+\d+\s+R|<<)")
PACKED = re.compile(rb"/(?=[O#])" + spelled("ObjStm"))
STREAM = re.compile(rb"stream\r?\n")
FILTER = re.compile(rb"/Filter\s*+(\[[^\]]{0,200}\]|/\w+)")
PLAIN_FILTERS = {b"/FlateDecode", b"[/FlateDecode]"}


def check_pdf(data: Any) -> int:
    """Check a PDF (bytes or a map of its file) and return where it ends."""
    end = data.rfind(b"%%EOF")
    if end < 0:
        raise Unfit("damaged")
    end += len(b"%%EOF")
    if len(data) - end > TAIL and data[end:].strip(WHITE):
        raise Unfit("polyglot")
    search = Search()
    search.look(data)
    if LOCKED.search(data):
        check_locked(data, search)
        return end
    for packed in packed_objects(data):
        search.look(packed)
    return end


class Search:
    """Looks through pieces of one document; all of them together may name so much and no more."""

    def __init__(self) -> None:
        self.names = self.suspects = self.attached = 0

    def look(self, data: Any) -> None:
        """Refuse bytes that name a script, a program's start, or a program as an attachment."""
        for at in range(0, len(data), MEGABYTE):
            self.names += bytes(data[at : at + MEGABYTE]).count(b"/")
        if self.names > NAMES_MAX:
            raise Unfit("bomb")
        for found in SUSPECT.finditer(data):
            self.suspects += 1
            if self.suspects > SUSPECTS_MAX:
                raise Unfit("script")
            behind = bytes(data[found.end() : found.end() + NEAR])
            before = bytes(data[max(0, found.start() - NEAR) : found.start()])
            if VALUE.match(behind) or is_type_before(before):
                raise Unfit("script")
        for found in FILE_NAME.finditer(data):
            self.attached += 1
            if self.attached > FILES_MAX:
                raise Unfit("bomb")
            written = LITERAL.match(data, found.end(), found.end() + 1200)
            if written and is_program(file_name(written[1], written[2])):
                raise Unfit("attachment")


def is_type_before(before: bytes) -> bool:
    """Say whether only blanks and comments lie between an action's type and what follows."""
    for line in reversed(re.split(rb"[\r\n]", before)):
        ends = [len(line), *(at.start() for at in re.finditer(b"%", line))]
        if any(TYPE.search(line[:end].rstrip(WHITE)[-TYPE_LENGTH:]) for end in ends):
            return True
        if not line.strip(WHITE).startswith(b"%") and line.strip(WHITE):
            return False
    return len(before) == NEAR


def file_name(literal: bytes | None, digits: bytes | None) -> str:
    """Return the name of an attached file as text, from either way to write it."""
    if literal is None:
        tidy = b"".join((digits or b"").split())
        raw = bytes.fromhex(tidy[: len(tidy) // 2 * 2].decode())
    else:
        raw = re.sub(rb"\\(.)", rb"\1", literal, flags=re.DOTALL)
    return raw.replace(b"\x00", b"").decode("latin-1").rstrip(")\t ")


def packed_objects(data: Any) -> Iterator[bytes]:
    """Yield the unpacked bytes of every object stream; refuse one that cannot be looked into."""
    begun: set[int] = set()
    total = read = 0
    for number, found in enumerate(PACKED.finditer(data)):
        if number > STREAMS_MAX:
            raise Unfit("bomb")
        begin = STREAM.search(data, found.end(), found.end() + NEAR)
        opens = data.rfind(b"obj", max(0, found.start() - NEAR), found.start())
        if begin is None or opens < 0 or begin.end() in begun:
            continue  # the name in a text, not in the dictionary of a stream
        begun.add(begin.end())
        filters = FILTER.search(data, opens, begin.start())
        name = b"".join(filters[1].split()) if filters else b""
        if name and name not in PLAIN_FILTERS:
            raise Unfit("damaged")
        end = begin.end() + CHUNK
        unpacked = bytes(data[begin.end() : end])
        if name:
            unpacked, end = inflated(data, begin.end())
        total, read = total + len(unpacked), read + end - begin.end()
        if total > PACKED_MAX or read > 2 * len(data) + PACKED_MAX:
            raise Unfit("bomb")
        yield unpacked


def inflated(data: Any, at: int) -> tuple[bytes, int]:
    """Unpack one stream, at most STREAM_MAX of it; return its bytes and where it ends."""
    worker, out = zlib.decompressobj(), bytearray()
    try:
        while not worker.eof and at < len(data):
            out += worker.decompress(bytes(data[at : at + CHUNK]), STREAM_MAX)
            at += CHUNK
            if len(out) >= STREAM_MAX or worker.unconsumed_tail:
                raise Unfit("bomb")
    except zlib.error as error:
        raise Unfit("damaged") from error
    return bytes(out), at


def check_locked(data: Any, search: Search) -> None:
    """Look into a document that anybody may open but not change; refuse what nobody can open."""
    try:
        reader = PdfReader(BytesIO(bytes(data)), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unfit("password")
        objects = sorted(numbers_in(reader))
        if len(objects) > LOCKED_MAX:
            raise Unfit("bomb")
        for number, generation in objects:
            found = reader.get_object(generic.IndirectObject(number, generation, reader))
            search.look(written_out(found))
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError, AttributeError) as error:
        raise Unfit("damaged") from error


def numbers_in(reader: PdfReader) -> set[tuple[int, int]]:
    """Return (number, generation) of every object the document's tables name."""
    plain = {(n, g) for g, table in reader.xref.items() for n in table if n}
    return plain | {(n, 0) for n in reader.xref_objStm}


def written_out(found: Any) -> bytes:
    """Return an opened object as bytes, a stream by its dictionary alone."""
    if isinstance(found, generic.StreamObject):
        found = generic.DictionaryObject(found)
    out = BytesIO(b"obj ")
    out.seek(0, 2)
    if found is not None:
        found.write_to_stream(out)
    return out.getvalue()
