"""What files are for: which types, how large and how many, as data; and what the types are."""

from collections.abc import Iterable
from dataclasses import dataclass

MEGABYTE = 1024 * 1024
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "ofd": "application/ofd",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "mp4": "video/mp4",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@dataclass(frozen=True)
class Purpose:
    """What a file is for: a name for the record, accepted types, MiB each, how many at most."""

    name: str
    types: tuple[str, ...]
    megabytes: int
    count: int = 1

    @property
    def max_bytes(self) -> int:
        return self.megabytes * MEGABYTE

    @property
    def type_names(self) -> str:
        return type_names(self.types)


def type_names(types: Iterable[str]) -> str:
    """Return types as people write them: “PDF, JPG”."""
    return ", ".join(dict.fromkeys(one.upper().replace("JPEG", "JPG") for one in types))
