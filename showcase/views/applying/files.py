"""Attachments of an application: put in, take out, hand to who may read them."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from portal.core.denials import Denied
from portal.core.files import (
    MEGABYTE,
    StagedFile,
    cancel_upload,
    deliver,
    scan_words,
    staged,
    ticket,
    unfinished,
)
from portal.core.models import PrivateFile, Upload
from portal.core.templatetags.formatting import filesize_short
from showcase import form_schema
from showcase.models import Attachment, Submission
from showcase.queries.submissions import attachments_to_show
from showcase.rules.applying import can_edit
from showcase.rules.wording import in_words, sentence
from showcase.services.attaching import (
    add_attachment,
    place_of,
    purpose_of,
    remove_attachment,
)
from showcase.views.applying.frame import find, section_url


@login_required
@require_GET
def attachment_file(request: HttpRequest, public_id: str, file_id: str) -> HttpResponseBase:
    attachment = find_attachment(request, public_id, file_id)
    return deliver(request, attachment.file)


def find_attachment(request: HttpRequest, public_id: str, file_id: str) -> Attachment:
    """Return an attachment of an application this person may open, else 404."""
    return get_object_or_404(
        attachments_to_show(request.user),
        submission__public_id=public_id,
        file__public_id=file_id,
    )


@login_required
@never_cache
@require_POST
def attachment_add(request: HttpRequest, public_id: str, code: str) -> HttpResponse:
    submission = find(request, public_id)
    rule = form_schema.attachment(submission.round.form.schema, code)
    if rule is None:
        raise Http404
    try:
        put_in(request, submission, code)
    except (Denied, ValidationError) as error:
        return refused(request, submission, rule, reason_of(error))
    messages.success(request, _("%(code)s has been received and checked.") % {"code": code})
    return redirect(f"{section_url(submission, rule['section'])}#file-{code}")


def put_in(request: HttpRequest, submission: Submission, code: str) -> None:
    """Call the service with the posted file; raise ValidationError where there is none."""
    upload: Any = request.FILES.get("file")
    if upload is None and "upload" in request.POST:
        place = place_of(submission, code)
        upload = staged(request.POST["upload"], by=request.user, place=place)
        if isinstance(upload, PrivateFile):
            return  # the answer was lost and the same form came twice
    if upload is None:
        raise ValidationError(_("Choose a file first."), code="empty")
    try:
        add_attachment(submission, code, by=request.user, upload=upload)
    except ValidationError:
        if isinstance(upload, StagedFile):  # the same bytes would be refused again
            cancel_upload(upload.row, by=request.user)
        raise


def reason_of(error: Denied | ValidationError) -> str:
    """Return a refusal as one text."""
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)


def refused(
    request: HttpRequest, submission: Submission, rule: Mapping[str, Any], reason: str
) -> HttpResponse:
    """Say why a file was not taken: to the script as JSON, to a person beside the file."""
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"reason": reason}, status=422)
    request.session["file_error"] = [submission.public_id, rule["code"], reason]
    return redirect(f"{section_url(submission, rule['section'])}#file-{rule['code']}")


@login_required
@require_POST
def attachment_remove(request: HttpRequest, public_id: str, file_id: str) -> HttpResponse:
    attachment = find_attachment(request, public_id, file_id)
    submission = find(request, public_id)
    rule = form_schema.attachment(submission.round.form.schema, attachment.code) or {}
    try:
        remove_attachment(attachment, by=request.user)
    except Denied as denied:
        messages.error(request, str(denied))
        return redirect("submission_detail", public_id=public_id)
    messages.success(request, _("“%(name)s” has been removed.") % {"name": attachment.file.name})
    return redirect(f"{section_url(submission, rule['section'])}#file-{attachment.code}")


# --- rows of the file list --------------------------------------------------------------------


def pop_file_error(request: HttpRequest, submission: Submission) -> dict[str, str]:
    """Return the refusal left by the last upload to this application, once."""
    public_id, code, reason = request.session.get("file_error") or ("", "", "")
    if public_id != submission.public_id:
        return {}
    del request.session["file_error"]
    return {code: reason}


def file_rows(
    request: HttpRequest,
    submission: Submission,
    part: Mapping[str, Any],
    *,
    errors: Mapping[str, str] | None = None,
    strict: bool = False,
) -> list[dict[str, Any]]:
    """Return a section's files and empty places for the file list component."""
    rows: list[dict[str, Any]] = []
    editable = can_edit(request.user, submission)
    rules = form_schema.attachments(submission.round.form.schema, section_key=part["key"])
    places = {rule["code"]: place_of(submission, rule["code"]) for rule in rules}
    begun = unfinished(request.user, places.values()) if rules and editable else {}
    for rule in rules:
        there = [one for one in submission.attachments.all() if one.code == rule["code"]]
        rows += [stored_row(request, one, rule, editable) for one in there]
        if len(there) < rule["max"] and editable:
            error = (errors or {}).get(rule["code"], "")
            needed = form_schema.is_needed(rule, submission.data) and not there
            row = empty_row(rule, needed, error, len(there), strict)
            row["actions"] = add_form(
                request, submission, rule, error, len(there), begun.get(places[rule["code"]])
            )
            rows.append(row)
    return rows


def stored_row(
    request: HttpRequest, one: Attachment, rule: Mapping[str, Any], editable: bool
) -> dict[str, Any]:
    """Return the row of a file that is there."""
    ids = [one.submission.public_id, one.file.public_id]
    context = {"url": reverse("attachment_remove", args=ids), "name": one.file.name}
    template = "showcase/_file_remove.html"
    words, tone = scan_words(one.file)
    return {
        "code": rule["code"],
        "title": in_words(rule),
        "required": rule["required"] == "always",
        "name": one.file.name,
        "url": "" if one.file.is_held else reverse("attachment_file", args=ids),
        "note": _("%(size)s, type checked, %(scan)s")
        % {"size": filesize_short(one.file.size), "scan": words},
        "tone": "bad" if tone == "bad" else "",
        "pill": (_("Locked"), "bad") if tone == "bad" else (_("Uploaded"), "good"),
        "actions": render_to_string(template, context, request) if editable else "",
    }


def empty_row(
    rule: Mapping[str, Any],
    needed: bool,
    error: str,
    there: int,
    strict: bool,
) -> dict[str, Any]:
    """Return the row that takes one more file."""
    missing = _("Required; not uploaded yet.") if needed and strict else ""
    return {
        "id": f"file-{rule['code']}",
        "code": rule["code"],
        "title": in_words(rule),
        "required": needed,
        "note": missing or file_note(rule, there),
        "tone": "bad" if error or missing else "",
        "pill": None,
    }


def add_form(
    request: HttpRequest,
    submission: Submission,
    rule: Mapping[str, Any],
    error: str,
    there: int,
    pending: Upload | None,
) -> str:
    """Return the form that takes one more file, with what is left of an upload broken off."""
    place = place_of(submission, rule["code"])
    context = {
        "url": reverse("attachment_add", args=[submission.public_id, rule["code"]]),
        "code": rule["code"],
        "accept": ",".join(f".{kind}" for kind in rule["types"]),
        "max_bytes": rule["megabytes"] * MEGABYTE,
        "ticket": ticket(by=request.user, place=place, purpose=purpose_of(rule)),
        "pending": pending,
        "error": error,
        "another": there > 0,
    }
    return render_to_string("showcase/_file_add.html", context, request)


def file_note(rule: Mapping[str, Any], there: int) -> str:
    """Return what may be put in, and how many are there already."""
    names = dict.fromkeys("JPG" if t == "jpeg" else t.upper() for t in rule["types"])
    limits = {"types": _(", ").join(names), "size": rule["megabytes"]}
    note = _("%(types)s, up to %(size)d MB each") % limits
    if rule["max"] > 1:
        note += _("; %(n)d of at most %(max)d") % {"n": there, "max": rule["max"]}
    hint = in_words(rule, "hint")
    return sentence(note, hint)
