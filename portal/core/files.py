"""Private files in and out: sniffed, digested, never under a public address.

`store` takes an upload in, `deliver` sends a file out as an attachment. Who may read a file
is the business of the object it hangs on; call that object's rule before `deliver`.
"""

import hashlib
import unicodedata
from pathlib import PurePath
from typing import Any

import filetype
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django_sendfile import sendfile

from portal.core.models import PrivateFile

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
}
# Plain text has no first bytes to know it by.
SNIFFED_AS = {"jpeg": "jpg", "ofd": "zip", "csv": None}


def clean_name(name: str) -> str:
    """Return the shown name: its last part, without control characters, at most 120 long."""
    last = PurePath(name.replace("\\", "/")).name
    kept = "".join(c for c in unicodedata.normalize("NFC", last) if c.isprintable())
    return kept.strip(". ")[-120:] or "file"


def extension(name: str) -> str:
    """Return the lower-case extension without its dot."""
    return PurePath(name).suffix.lower().lstrip(".")


def check_upload(upload: UploadedFile, *, allowed: list[str], max_megabytes: int) -> str:
    """Return the content type of an acceptable upload; raise ValidationError otherwise.

    Checks extension, size in MiB, emptiness, and that the first bytes are what the extension
    says. The message says what to do.
    """
    name, kind = clean_name(upload.name or ""), extension(upload.name or "")
    names = ", ".join(dict.fromkeys(e.upper().replace("JPEG", "JPG") for e in allowed))
    if kind not in allowed:
        raise ValidationError(
            _("“%(name)s” is not one of the accepted types. Upload %(types)s."),
            code="type",
            params={"name": name, "types": names},
        )
    size = upload.size or 0
    if size == 0:
        raise ValidationError(
            _("“%(name)s” is empty. Choose the file again."), code="empty", params={"name": name}
        )
    if size > max_megabytes * MEGABYTE:
        raise ValidationError(
            _(
                "“%(name)s” has %(size).1f MB, more than %(max)d MB. "
                "Compress it or split it and upload again."
            ),
            code="size",
            params={"name": name, "size": size / MEGABYTE, "max": max_megabytes},
        )
    upload.seek(0)
    sniffed = filetype.guess_extension(upload.read(8192))
    upload.seek(0)
    if sniffed != SNIFFED_AS.get(kind, kind):
        raise ValidationError(
            _("“%(name)s” is not a real %(type)s file. Export it again as %(types)s."),
            code="content",
            params={"name": name, "type": kind.upper(), "types": names},
        )
    return CONTENT_TYPES[kind]


def store(upload: UploadedFile, *, by: Any, allowed: list[str], max_megabytes: int) -> PrivateFile:
    """Check an upload and keep it; return the stored file. Raises ValidationError."""
    content_type = check_upload(upload, allowed=allowed, max_megabytes=max_megabytes)
    sha256 = hashlib.sha256()
    for chunk in upload.chunks():
        sha256.update(chunk)
    upload.seek(0)
    stored = PrivateFile(
        name=clean_name(upload.name or ""),
        content_type=content_type,
        size=upload.size or 0,
        sha256=sha256.hexdigest(),
        uploaded_by=by,
    )
    stored.file.save(stored.public_id, upload, save=False)
    stored.save()
    return stored


def deliver(request: HttpRequest, stored: PrivateFile) -> HttpResponseBase:
    """Send a file as an attachment that no browser will run or sniff."""
    response = sendfile(
        request,
        stored.file.path,
        attachment=True,
        attachment_filename=stored.name,
        mimetype=stored.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
