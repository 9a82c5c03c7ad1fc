"""Taking an upload in: named, looked into, digested, kept apart until it is scanned.

Who may upload where is the business of the object's rule; call that before `store`.
"""

import hashlib
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.files.content import check_content
from portal.core.files.names import clean_name, extension, hides_program
from portal.core.files.pictures import PIXELS_MAX
from portal.core.files.purposes import CONTENT_TYPES, MEGABYTE, Purpose
from portal.core.files.refusals import Unfit, refusal
from portal.core.files.scanning import enqueue_scan
from portal.core.models import PrivateFile, Upload
from portal.core.models.files import stored_name

DAY = timedelta(days=1)


def check_upload(upload: UploadedFile, purpose: Purpose) -> str:
    """Return the content type of an acceptable upload; raise ValidationError otherwise.

    Checks name, extension, emptiness, size, and that the content is whole, is what the extension
    says, and neither runs nor fetches anything. The message says what to do.
    """
    name, kind = clean_name(upload.name or ""), extension(upload.name or "")
    check_facts(name, upload.size or 0, purpose)
    try:
        check_content(upload, kind)
    except Unfit as unfit:
        raise refusal(
            unfit.code,
            name=name,
            type=kind.upper(),
            types=purpose.type_names,
            pixels=PIXELS_MAX // 1_000_000,
        ) from unfit
    finally:
        upload.seek(0)
    return CONTENT_TYPES[kind]


def check_facts(name: str, size: int, purpose: Purpose) -> None:
    """Raise ValidationError by name and size alone, which are known before any content is."""
    if extension(name) not in purpose.types:
        raise refusal("type", name=name, types=purpose.type_names)
    if hides_program(name):
        raise refusal("name", name=name)
    if size == 0:
        raise refusal("empty", name=name)
    if size > purpose.max_bytes:
        raise refusal("size", name=name, size=size / MEGABYTE, max=purpose.megabytes)


def check_volume(by: Any, size: int) -> None:
    """Raise ValidationError when a person's uploads of the last 24 hours are more than allowed.

    Rule: one person uploads at most UPLOAD_DAILY_MEGABYTES in 24 hours, taken in or not.
    """
    if by is None:  # the public; counted by address where it uploads
        return
    since, most = clock.now() - DAY, settings.UPLOAD_DAILY_MEGABYTES
    kept = PrivateFile.objects.filter(uploaded_by=by, uploaded_at__gte=since)
    sent = Upload.objects.filter(by=by, begun_at__gte=since, file=None)
    total = kept.aggregate(n=Sum("size"))["n"] or 0
    total += sent.aggregate(n=Sum("received"))["n"] or 0
    if total + size > most * MEGABYTE:
        raise ValidationError(
            _("You have uploaded %(max)d MB in the last 24 hours. Go on tomorrow."),
            code="volume",
            params={"max": most},
        )


@transaction.atomic
def store(upload: UploadedFile, *, by: Any, purpose: Purpose) -> PrivateFile:
    """Check an upload and keep it; return the stored file. Raises ValidationError.

    Checks the person's volume and the content; writes the bytes under our own name with their
    SHA-256; has them scanned where there is a scanner, and until then nobody gets them; closes
    the upload in parts that brought them.
    """
    part = getattr(upload, "row", None)
    try:
        return keep(upload, part, by=by, purpose=purpose)
    finally:
        if part is not None:
            upload.close()


def keep(upload: UploadedFile, part: Upload | None, *, by: Any, purpose: Purpose) -> PrivateFile:
    """Do what `store` says, for an upload that the form carried or that came in parts."""
    check_upload(upload, purpose)
    check_volume(by, 0 if part else upload.size or 0)
    stored = PrivateFile(
        name=clean_name(upload.name or ""),
        content_type=CONTENT_TYPES[extension(upload.name or "")],
        size=upload.size or 0,
        sha256=digest(upload),
        purpose=purpose.name,
        scan=PrivateFile.Scan.WAITING if settings.CLAMD_URL else PrivateFile.Scan.NOT_SCANNED,
        uploaded_by=by,
    )
    try:
        stored.file.save(stored.public_id, upload, save=False)
        stored.save()
    except BaseException:
        drop_bytes(stored)
        raise
    if part is not None:
        Upload.objects.filter(pk=part.pk).update(file=stored)
        transaction.on_commit(upload.drop)  # type: ignore[attr-defined]
    enqueue_scan(stored)
    return stored


def digest(upload: UploadedFile) -> str:
    """Return the SHA-256 of an upload, read in chunks."""
    sha256 = hashlib.sha256()
    for chunk in upload.chunks():
        sha256.update(chunk)
    upload.seek(0)
    return sha256.hexdigest()


def drop_bytes(stored: PrivateFile) -> None:
    """Delete what was written of a file that was not kept, a half one too."""
    with suppress(OSError):
        stored.file.storage.delete(stored.file.name or stored_name(stored, ""))


def discard(stored: PrivateFile | None) -> None:
    """Drop a file stored in this very transaction that nothing refers to: it came twice."""
    if stored is not None:
        Upload.objects.filter(file=stored).update(file=None, is_over=True)
        drop_bytes(stored)
        stored.delete()
