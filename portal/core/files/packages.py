"""Office packages (XLSX, DOCX, OFD): the right members, and none that runs or fetches anything."""

import io
import zipfile
from typing import BinaryIO

import filetype

from portal.core.files.archives import opened, unpacked
from portal.core.files.markup import TAGS_MAX, Markup
from portal.core.files.names import is_program
from portal.core.files.purposes import MEGABYTE
from portal.core.files.refusals import Unfit

MAIN = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
}
XML = (".xml", ".rels", ".vml")
CONTENT_LIST = "[content_types].xml"
MACRO_PLACES = ("vbaproject.bin", "vbadata.xml", "macrosheets/", "dialogsheets/")
# A chart in a document keeps its numbers as a workbook; it is looked into as well, one level deep.
EMBEDDED_MAX = 20 * MEGABYTE
# What a member's first bytes must not be: something that is unpacked or run by itself.
FOREIGN = frozenset(
    [
        "zip",
        "rar",
        "7z",
        "gz",
        "bz2",
        "xz",
        "tar",
        "lz",
        "lzo",
        "zst",
        "exe",
        "elf",
        "cab",
        "deb",
        "rpm",
        "pdf",
        "swf",
    ]
)
FOREIGN |= frozenset(["docx", "xlsx", "pptx", "odt", "ods", "odp", "epub", "ar", "Z", "nes", "dex"])


def check_package(stream: BinaryIO, kind: str, *, is_inner: bool = False) -> None:
    """Look into an office package of a kind; raise Unfit for what it must not be or hold."""
    size = stream.seek(0, 2)
    with opened(stream) as archive:
        for member in archive.infolist():
            check_place(member.filename)
        look = Look(kind, is_inner)
        for member, chunk in unpacked(archive, size):
            look.at(member, chunk)
        look.finish([member.filename for member in archive.infolist()])


def check_place(name: str) -> None:
    """Refuse a member by where it lies: macros, controls, embedded programs."""
    low = name.lower().replace("\\", "/")
    if any(place in low for place in MACRO_PLACES):
        raise Unfit("macro")
    if "activex/" in low or "oleobject" in low or is_program(low):
        raise Unfit("object")
    if "/embeddings/" in low and not low.endswith((".xlsx", "/")):
        raise Unfit("object")


class Look:
    """What is found in a package while its members are unpacked one after another."""

    def __init__(self, kind: str, is_inner: bool) -> None:
        self.kind, self.is_inner = kind, is_inner
        self.content_types: set[str] = set()
        self.budget = [TAGS_MAX]
        self.root = ""
        self.markup: Markup | None = None
        self.inner: io.BytesIO | None = None
        self.current = ""

    def at(self, member: zipfile.ZipInfo, chunk: bytes) -> None:
        """Take the next chunk of a member; an empty one is its end."""
        if member.filename != self.current:
            self.begin(member, chunk)
        if self.markup is not None:
            self.markup.feed(chunk)
        if self.inner is not None:
            self.inner.write(chunk)
        if not chunk:
            self.end()

    def begin(self, member: zipfile.ZipInfo, head: bytes) -> None:
        """Decide by name and first bytes what a member is."""
        self.current = member.filename
        low = member.filename.lower()
        self.markup = Markup(self.budget) if low.endswith(XML) else None
        is_chart = "/embeddings/" in low and low.endswith(".xlsx")
        self.inner = io.BytesIO() if is_chart else None
        if is_chart and (self.is_inner or member.file_size > EMBEDDED_MAX):
            raise Unfit("object")
        if not is_chart and filetype.guess_extension(head) in FOREIGN:
            raise Unfit("object")

    def end(self) -> None:
        """Draw what follows from a whole member."""
        name = self.current.lower()
        if self.markup is not None and name == CONTENT_LIST:
            self.content_types = self.markup.content_types
        if self.markup is not None and name == "ofd.xml":
            self.root = self.markup.root
        if self.inner is not None:
            check_package(self.inner, "xlsx", is_inner=True)

    def finish(self, names: list[str]) -> None:
        """Refuse a package that is another than its extension says, or holds macros."""
        if any("macroenabled" in one.lower() or "vba" in one.lower() for one in self.content_types):
            raise Unfit("macro")
        if self.kind in MAIN:
            fits = MAIN[self.kind] in self.content_types
        else:
            has_document = any(name.lower().endswith("document.xml") for name in names)
            fits = self.root == "OFD" and has_document
        if not fits:
            raise Unfit("content")
