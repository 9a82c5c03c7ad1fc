"""The record as a file: a chain, or its older part, with its own seal; readable without the site.

JSON, one object a line: a head, the rows in their order, and a last line with the SHA-256 of all
bytes before it and the seal over that. The same form serves an export and an archive.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from portal.core.audit import keys
from portal.core.audit.canon import canonical
from portal.core.audit.verifying import rows_fault
from portal.core.models import AuditChain, AuditEvent

FORMAT = "anfan-record-1"
HEAD_COLUMNS = ("name", "base", "base_hash", "length", "head")
ROW_COLUMNS = (
    "version",
    "chain_id",
    "seq",
    "at",
    "actor_id",
    "actor_label",
    "behind_id",
    "behind_label",
    "address",
    "action",
    "object_type",
    "object_key",
    "object_label",
    "before",
    "after",
    "facts",
    "previous",
    "hash",
    "seal",
)


class FileFault(Exception):
    """A file is no export of the record, or was changed after it was written."""


@dataclass(frozen=True)
class Written:
    """What was written: where, its digest, and the rows from `first` to `last`."""

    path: Path
    sha256: str
    first: int
    last: int

    def facts(self) -> dict[str, object]:
        """Return what the record says of it; not where it lies."""
        rows = {"from": self.first, "to": self.last}
        return {"file": self.path.name, "sha256": self.sha256, **rows}


def write_file(path: Path, part: AuditChain, events: Iterable[AuditEvent]) -> Written:
    """Write a part of a chain, `part` being its head, and have it on the disk before returning.

    Never over a file that is there (FileExistsError).
    """
    ring, whole = keys.ring(), hashlib.sha256()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8", newline="\n") as file:
        for line in lines_of(part, events):
            whole.update(line.encode())
            file.write(line)
        seal = ring.seal("file", whole.hexdigest())
        file.write(canonical({"sha256": whole.hexdigest(), "seal": seal}) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return Written(path, whole.hexdigest(), part.base + 1, part.length)


def lines_of(part: AuditChain, events: Iterable[AuditEvent]) -> Iterator[str]:
    """Yield the lines that the file's seal is made over."""
    head = {name: getattr(part, name) for name in HEAD_COLUMNS}
    yield canonical({"format": FORMAT, **head}) + "\n"
    for event in events:
        row = {name: getattr(event, name) for name in ROW_COLUMNS}
        at = event.at.isoformat(timespec="microseconds")
        yield canonical(row | {"at": at}) + "\n"


def read_head(path: Path) -> AuditChain:
    """Return the head of the part that a file holds, unsaved. Raises FileFault."""
    with path.open("rb") as file:
        return head_in(file.readline(), path)


def head_in(line: bytes, path: Path) -> AuditChain:
    row = parsed(line, path)
    if row.pop("format", "") != FORMAT or set(row) != set(HEAD_COLUMNS):
        raise FileFault(f"{path}: this is no export of the record")
    return AuditChain(**row)


def parsed(line: bytes, path: Path) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError as error:
        raise FileFault(f"{path}: a line is damaged") from error
    if not isinstance(found, dict):
        raise FileFault(f"{path}: a line is damaged")
    return found


def file_fault(path: Path, ring: keys.Ring | None) -> str | None:
    """Return what is wrong with a file, or None. No database is asked; without a key the seals
    are not looked at. The rows are looked at first, so that the first bad one is named.
    """
    try:
        chain = read_head(path)
        fault = rows_fault(chain, rows_in(path), ring)
        return f"{path}: {fault}" if fault else seal_fault(path, ring)
    except FileFault as problem:
        return str(problem)


def rows_in(path: Path) -> Iterator[AuditEvent]:
    """Yield a file's rows, unsaved, without loading them all. Raises FileFault."""
    with path.open("rb") as file:
        file.readline()
        for line in file:
            row = parsed(line, path)
            if "sha256" in row:
                return
            if set(row) != set(ROW_COLUMNS):
                raise FileFault(f"{path}: a line is damaged")
            yield AuditEvent(**(row | {"at": moment_in(row["at"], path)}))


def moment_in(text: Any, path: Path) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise FileFault(f"{path}: a line is damaged") from error


def seal_fault(path: Path, ring: keys.Ring | None) -> str | None:
    """Return what is wrong with a file's last line, or None."""
    whole, last = hashlib.sha256(), b""
    with path.open("rb") as file:
        for line in file:
            whole.update(last)
            last = line
    end = parsed(last, path)
    if end.get("sha256") != whole.hexdigest():
        return f"{path}: the file was changed: its digest does not fit"
    if ring and not ring.holds(str(end.get("seal")), "file", whole.hexdigest()):
        return f"{path}: the file's seal does not fit: it was written without the key"
    return None
