"""Files put in with an application: add, remove. Stored privately, delivered by a view."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.core import audit, files
from showcase import form_schema
from showcase.models import Attachment, Submission
from showcase.rules.applying import check_can_edit
from showcase.services.applying import lock


@transaction.atomic
def add_attachment(
    submission: Submission, code: str, *, by: Any, upload: UploadedFile, title: str = ""
) -> Attachment:
    """Put a file in under an attachment code and return it.

    Locks the submission, checks the rule, the number of files, the type by content and the
    size; stores the file privately; writes the audit event with its digest. The same file
    under the same code is put in once. Raises Denied, ValidationError.
    """
    locked = lock(submission)
    check_can_edit(by, locked)
    rule = rule_of(locked, code)
    stored = files.store(upload, by=by, purpose=purpose_of(rule))
    there = locked.attachments.filter(code=code, file__sha256=stored.sha256).first()
    if there is not None:
        files.discard(stored)
        return there
    if locked.attachments.filter(code=code).count() >= rule["max"]:
        files.discard(stored)
        raise too_many(rule)
    added = Attachment.objects.create(
        submission=locked, code=code, file=stored, title=title[:100], added_by=by
    )
    facts = {"code": code, "name": stored.name, "sha256": stored.sha256, "size": stored.size}
    audit.record(action="submission.file_added", obj=locked, by=by, after=code, facts=facts)
    return added


def rule_of(submission: Submission, code: str) -> Any:
    """Return the form's rule for an attachment code; raise ValidationError for another."""
    rule = form_schema.attachment(submission.round.form.schema, code)
    if rule is None:
        raise ValidationError(_("The form has no attachment of this kind."), code="code")
    return rule


def purpose_of(rule: Mapping[str, Any]) -> files.Purpose:
    """Return what the form says of an attachment's types, size and number."""
    return files.Purpose(
        "showcase.attachment", tuple(rule["types"]), rule["megabytes"], rule["max"]
    )


def place_of(submission: Submission, code: str) -> str:
    """Return the name of an attachment's place, for an upload in parts."""
    return f"showcase.attachment:{submission.public_id}:{code}"


def too_many(rule: Any) -> ValidationError:
    """Return the error of a code that has all the files it may have."""
    return ValidationError(
        _("There may be at most %(max)d files here. Remove one first."),
        code="count",
        params={"max": rule["max"]},
    )


@transaction.atomic
def remove_attachment(attachment: Attachment, *, by: Any) -> None:
    """Take a file out; the stored bytes stay until the record is cleared.

    Locks the submission, checks the rule, deletes the row, writes the audit event. Raises
    Denied.
    """
    locked = lock(attachment.submission)
    check_can_edit(by, locked)
    facts = {"name": attachment.file.name, "sha256": attachment.file.sha256}
    code = attachment.code
    attachment.delete()
    audit.record(action="submission.file_removed", obj=locked, by=by, before=code, facts=facts)
