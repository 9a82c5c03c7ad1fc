"""Uploads in parts, for the script of upload.js: begin or go on, send a part, ask, give up.

A person reaches only their own uploads. Which place an upload is for, and what may be put there,
is in the ticket that the place's page gave out.
"""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from portal.core.files import staging
from portal.core.models import Upload


def number(text: str) -> int:
    """Return a number of bytes as posted; -1 for anything that is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else -1


def facts(upload: Upload) -> JsonResponse:
    """Answer with how far an upload is, and with the digests of its parts."""
    return JsonResponse(
        {
            "id": upload.public_id,
            "url": reverse("upload_part", args=[upload.public_id]),
            "cancel": reverse("upload_cancel", args=[upload.public_id]),
            "part": staging.PART,
            "size": upload.size,
            "received": upload.received,
            "parts": list(upload.parts.values("offset", "size", "sha256")),
        }
    )


def refused(reason: Any, status: int = 422, **more: Any) -> JsonResponse:
    return JsonResponse({"reason": str(reason), **more}, status=status)


@login_required
@never_cache
@require_POST
def upload_begin(request: HttpRequest) -> HttpResponse:
    """Go on with the same upload where there is one, else begin a new one."""
    given: dict[str, Any] = {
        "by": request.user,
        "ticket": request.POST.get("ticket", ""),
        "name": request.POST.get("name", ""),
        "size": max(0, number(request.POST.get("size", ""))),
    }
    try:
        upload = staging.same_begun(**given) or staging.begin_upload(**given)
    except ValidationError as error:
        return refused(" ".join(error.messages))
    return facts(upload)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def upload_part(request: HttpRequest, public_id: str) -> HttpResponse:
    upload = get_object_or_404(Upload, public_id=public_id, by=request.user)
    if request.method != "POST":
        return facts(upload)
    try:
        data = request.body
    except RequestDataTooBig:
        return refused(_("A part has the wrong size."), 413)
    except UnreadablePostError:
        return refused(_("A part arrived damaged. It is sent again."), 400)
    try:
        upload = staging.receive_part(
            upload,
            by=request.user,
            offset=number(request.headers.get("Upload-Offset", "")),
            sha256=request.headers.get("Part-Sha256", ""),
            data=data,
        )
    except staging.Astray as astray:
        return refused(_("Another part is due."), 409, received=astray.received)
    except ValidationError as error:
        return refused(" ".join(error.messages), code=error.code)
    return JsonResponse({"received": upload.received})


@login_required
@require_POST
def upload_cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    upload = get_object_or_404(Upload, public_id=public_id, by=request.user)
    staging.cancel_upload(upload, by=request.user)
    back = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        return redirect(back)
    return JsonResponse({})
