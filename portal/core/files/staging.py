"""Uploads in parts, which survive a dropped connection: begin, send parts, take the whole.

A page hands out a ticket for one person, place and purpose; with it an upload is begun, or gone
on with. Each part comes with its offset and SHA-256; the same part again changes nothing. The
form that would carry the file then names the upload instead (`staged`), so that one view and one
service judge both ways. Nothing here is delivered to anybody.
"""

import hashlib
import os
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.files.names import clean_name
from portal.core.files.purposes import MEGABYTE, Purpose
from portal.core.files.storing import DAY, check_facts, check_volume
from portal.core.models import PrivateFile, Upload, UploadPart

SALT = "anfan.upload"
TICKET_AGE, KEPT = timedelta(hours=12), DAY
PART_MAX = 2 * MEGABYTE
PART = MEGABYTE
# What one person may have begun at a time.
OPEN_MAX = 10
FOLDER = "parts"


class Astray(Exception):
    """A part is not the next one; `received` says where to go on."""

    def __init__(self, received: int) -> None:
        super().__init__(received)
        self.received = received


class StagedFile(UploadedFile):
    """A whole upload, read from its parts' file as if the form had carried it; opened late."""

    opened: Any = None

    def __init__(self, row: Upload) -> None:
        self.row = row
        super().__init__(None, name=row.name, size=row.size)

    @property
    def file(self) -> Any:
        """The open file; `store` closes it."""
        if self.opened is None:
            self.opened = path_of(self.row).open("rb")
        return self.opened

    @file.setter
    def file(self, value: Any) -> None:
        self.opened = value

    def drop(self) -> None:
        """Delete the parts' file; the bytes have been kept elsewhere."""
        path_of(self.row).unlink(missing_ok=True)


def path_of(upload: Upload) -> Path:
    """Return where the parts of an upload lie, one behind the other."""
    return Path(settings.PRIVATE_ROOT) / FOLDER / upload.public_id


def ticket(*, by: Any, place: str, purpose: Purpose) -> str:
    """Return a signed text that lets a person upload to one place for half a day."""
    facts = [by.pk, place, purpose.name, list(purpose.types), purpose.megabytes, purpose.count]
    return signing.dumps(facts, salt=SALT)


def read_ticket(text: str, *, by: Any) -> tuple[str, Purpose]:
    """Return place and purpose of a ticket of this person. Raises ValidationError."""
    try:
        whose, place, name, types, megabytes, count = signing.loads(
            text, salt=SALT, max_age=TICKET_AGE
        )
    except signing.BadSignature as error:
        raise ValidationError(
            _("This page has been open for too long. Load it again; what you typed is kept."),
            code="ticket",
        ) from error
    if whose != by.pk:
        raise ValidationError(_("This page was opened by another person."), code="ticket")
    return place, Purpose(name, tuple(types), megabytes, count)


@transaction.atomic
def begin_upload(*, by: Any, ticket: str, name: str, size: int) -> Upload:
    """Begin an upload to the ticket's place and return it.

    Checks name, type and size before a byte is sent, the person's volume and how many uploads
    they have begun. Raises ValidationError.
    """
    place, purpose = read_ticket(ticket, by=by)
    shown = clean_name(name)
    check_facts(shown, size, purpose)
    check_volume(by, size)
    if open_uploads(by).count() >= OPEN_MAX:
        raise ValidationError(
            _("You have begun %(max)d uploads already. Finish or cancel one first."),
            code="open",
            params={"max": OPEN_MAX},
        )
    return Upload.objects.create(by=by, place=place, name=shown, size=size)


def open_uploads(by: Any) -> Any:
    """Return the uploads a person has begun within the last day and neither sent nor cancelled."""
    since = clock.now() - KEPT
    return Upload.objects.filter(by=by, is_over=False, file=None, begun_at__gte=since)


def unfinished(by: Any, places: Iterable[str]) -> dict[str, Upload]:
    """Return the newest broken-off upload of a person at each of these places, in one query."""
    begun = open_uploads(by).filter(place__in=list(places), received__gt=0)
    open_there = begun.filter(received__lt=F("size"))
    found = open_there.order_by("begun_at", "pk")
    return {upload.place: upload for upload in found}


def same_begun(*, by: Any, ticket: str, name: str, size: int) -> Upload | None:
    """Return the open upload of the same name and size at the ticket's place, to go on with.

    Whether it is the same file the browser tells by the digests of the parts that are there.
    """
    place, _purpose = read_ticket(ticket, by=by)
    same = open_uploads(by).filter(place=place, name=clean_name(name), size=size)
    found: Upload | None = same.order_by("-begun_at", "-pk").first()
    return found


@transaction.atomic
def receive_part(upload: Upload, *, by: Any, offset: int, sha256: str, data: bytes) -> Upload:
    """Take the next part of an upload in and return the upload.

    Locks the row; a part that is there already changes nothing; writes the bytes and then the
    row, so that a crash between them is mended by the same part again. Raises Astray for another
    offset than the next, ValidationError for a part that is damaged, empty or too large.
    """
    locked = Upload.objects.select_for_update().get(pk=upload.pk, by=by)
    if locked.is_over or locked.file_id:
        raise ValidationError(_("This upload is over. Choose the file again."), code="over")
    if hashlib.sha256(data).hexdigest() != sha256.lower():
        raise ValidationError(_("A part arrived damaged. It is sent again."), code="digest")
    if locked.parts.filter(offset=offset, size=len(data), sha256=sha256.lower()).exists():
        return locked
    if offset != locked.received:
        raise Astray(locked.received)
    if not data or len(data) > PART_MAX or offset + len(data) > locked.size:
        raise ValidationError(_("A part has the wrong size."), code="part")
    write_at(path_of(locked), offset, data)
    UploadPart.objects.create(upload=locked, offset=offset, size=len(data), sha256=sha256.lower())
    locked.received = offset + len(data)
    locked.save(update_fields=["received"])
    return locked


def write_at(path: Path, offset: int, data: bytes) -> None:
    """Write bytes at a place of a file, cut off what a broken attempt left, and wait for disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as stream:
        stream.seek(offset)
        stream.write(data)
        stream.truncate()
        stream.flush()
        os.fsync(stream.fileno())


def staged(public_id: str, *, by: Any, place: str) -> StagedFile | PrivateFile | None:
    """Return the upload a form names: its file, or what it has become when the form came twice.

    None for one that is not there; raises ValidationError for one that is not complete.
    """
    row = Upload.objects.filter(public_id=public_id, by=by, place=place).first()
    if row is None or row.is_over:
        return None
    if row.file is not None:
        return row.file
    if row.received < row.size or not path_of(row).is_file():
        raise ValidationError(
            _("“%(name)s” has not arrived completely. Choose it again to go on."),
            code="part",
            params={"name": row.name},
        )
    return StagedFile(row)


@transaction.atomic
def cancel_upload(upload: Upload, *, by: Any) -> None:
    """Give an upload up: its bytes go when this is committed; a second click does nothing."""
    locked = Upload.objects.select_for_update().get(pk=upload.pk, by=by)
    locked.is_over = True
    locked.save(update_fields=["is_over"])
    path = path_of(locked)
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


def sweep_uploads() -> int:
    """Delete uploads of more than a day ago, and bytes that no open upload names; return how many.

    For a timer. What became a file stays: only its parts go.
    """
    old = Upload.objects.filter(begun_at__lt=clock.now() - 2 * KEPT)
    number = old.count()
    old.delete()
    folder = Path(settings.PRIVATE_ROOT) / FOLDER
    if not folder.is_dir():
        return number
    since = clock.now() - KEPT
    alive = Upload.objects.filter(is_over=False, file=None, begun_at__gte=since)
    names = set(alive.values_list("public_id", flat=True))
    for path in folder.iterdir():
        # A part may be written a moment before its row is there to see.
        is_young = clock.now().timestamp() - path.stat().st_mtime < 3600
        if path.name not in names and not is_young:
            path.unlink(missing_ok=True)
            number += 1
    return number
