"""Sending a file out: as an attachment that no browser runs, by nginx where there is one.

Call the object's own rule before `deliver`; here only quarantine is judged.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.utils.translation import gettext_lazy as _
from django_sendfile import sendfile

from portal.core.denials import Denied
from portal.core.files.names import clean_name, extension
from portal.core.models import PrivateFile

OWN_HANDS = "django_sendfile.backends.simple"
CHUNK = 64 * 1024
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
HELD = _(
    "“%(name)s” is still being checked for malicious software. Nobody can open it until then; try "
    "again in a few minutes."
)
LOCKED = _(
    "“%(name)s” is locked: the virus scanner found malicious software in it. Its uploader has "
    "been told."
)


def check_can_deliver(stored: PrivateFile) -> None:
    """Rule: a file leaves quarantine once it is scanned clean; an infected one never does."""
    if stored.scan == PrivateFile.Scan.WAITING:
        raise Denied(HELD % {"name": stored.name}, code="file.waiting")
    if stored.scan == PrivateFile.Scan.INFECTED:
        raise Denied(LOCKED % {"name": stored.name}, code="file.infected")


def disposition(name: str, public_id: str) -> str:
    """Return the Content-Disposition of an attachment (RFC 6266, RFC 8187).

    The name is cleaned anew, whatever the row says. Old programs that know no `filename*` get a
    plain name: the same where it is plain, else the file's id.
    """
    shown = clean_name(name)
    is_plain = re.fullmatch(r"[\w .,()+-]+", shown, re.ASCII) is not None
    plain = shown if is_plain else f"{public_id}.{extension(shown) or 'bin'}"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(shown, safe='')}"


def deliver(request: HttpRequest, stored: PrivateFile) -> HttpResponseBase:
    """Send a file as an attachment that no browser will run or sniff; ranges are answered.

    Raises Denied while it is in quarantine, Http404 where its bytes are gone.
    """
    check_can_deliver(stored)
    if settings.SENDFILE_BACKEND == OWN_HANDS:
        response = by_hand(request, stored)
    else:
        response = sendfile(request, stored.file.path, attachment=True)
    response["Content-Type"] = stored.content_type
    response["Content-Disposition"] = disposition(stored.name, stored.public_id)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


def by_hand(request: HttpRequest, stored: PrivateFile) -> HttpResponseBase:
    """Send a file, or the one range of it that is asked for, in chunks from this process."""
    path = Path(stored.file.path)
    if not path.is_file():
        raise Http404
    size, tag = path.stat().st_size, f'"{stored.sha256}"'
    part = wanted_range(request, size, tag)
    if part is None:
        response: HttpResponseBase = StreamingHttpResponse(chunks(path, 0, size))
        response["Content-Length"] = str(size)
    elif part[0] >= part[1]:
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{size}"
    else:
        begin, end = part
        response = StreamingHttpResponse(chunks(path, begin, end), status=206)
        response["Content-Length"] = str(end - begin)
        response["Content-Range"] = f"bytes {begin}-{end - 1}/{size}"
    response["Accept-Ranges"], response["ETag"] = "bytes", tag
    return response


def wanted_range(request: HttpRequest, size: int, tag: str) -> tuple[int, int] | None:
    """Return [begin, end) of the one range asked for; None for the whole, begin ≥ end for none.

    Several ranges, other units and a range of another version (If-Range) get the whole file.
    """
    found = RANGE.fullmatch(request.headers.get("Range", ""))
    if found is None or request.headers.get("If-Range", tag) != tag:
        return None
    first, last = found[1], found[2]
    if not first and not last:
        return None
    if not first:
        return max(0, size - int(last)) if int(last) else size, size
    return int(first), min(size, int(last) + 1) if last else size


def chunks(path: Path, begin: int, end: int) -> Iterator[bytes]:
    """Yield the bytes [begin, end) of a file."""
    with path.open("rb") as stream:
        stream.seek(begin)
        left = end - begin
        while left > 0 and (chunk := stream.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk
