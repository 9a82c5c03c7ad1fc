"""Practical work is handed in. Rating it belongs to the examiners' services."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courses.models import Enrolment, PracticeTask, PracticeWork
from courses.queries.practice import work_digest
from courses.rules.learning import check_can_hand_in
from courses.services.learning import lock_enrolment
from portal.core import audit, clock, files
from portal.core.models import PrivateFile
from portal.core.notifications import notify

PURPOSE = files.Purpose("courses.practice", ("pdf", "png", "jpg", "jpeg", "xlsx"), 20)
TEXT_MAX = 10_000


@transaction.atomic
def hand_in(
    *,
    enrolment: Enrolment,
    task: PracticeTask,
    by: Any,
    text: str = "",
    upload: UploadedFile | None = None,
) -> PracticeWork:
    """Hand in a text, a file or both for a task and return the work, a new version each time.

    Locks the enrolment, checks the rule, checks and stores the file, writes the work and the
    audit event with the digests, leaves the learner a receipt. The same again returns the
    version that stands. Raises Denied, ValidationError under "text" or "file".
    """
    locked = lock_enrolment(enrolment)
    check_can_hand_in(by, locked, task)
    words = check_text(text, upload)
    stored = store_file(upload, by=by) if upload else None
    last = PracticeWork.objects.filter(task=task, enrolment=locked).order_by("-version").first()
    if last and last.text == words and digest_of(last.file) == digest_of(stored):
        files.discard(stored)
        return last
    work = PracticeWork.objects.create(
        task=task,
        enrolment=locked,
        version=last.version + 1 if last else 1,
        text=words,
        file=stored,
        handed_in_at=clock.now(),
    )
    facts = {"version": work.version, "file": digest_of(stored), "receipt": work_digest(work)}
    audit.record(action="practice.handed_in", obj=work, by=by, after=work.version, facts=facts)
    notify(
        [locked.learner],
        kind="practice.handed_in",
        subject=_("“%(title)s” has been received, version %(version)s"),
        body=_("Receipt: %(receipt)s. You may hand in again until an examiner rates it."),
        context={"title": task.title, "version": work.version, "receipt": facts["receipt"]},
        url=reverse("learning_practice_task", args=[locked.public_id, task.public_id]),
    )
    return work


def place_of(enrolment: Enrolment, task: PracticeTask) -> str:
    """Return the name of a work's place, for an upload in parts."""
    return f"courses.practice:{enrolment.public_id}:{task.public_id}"


def check_text(text: str, upload: UploadedFile | None) -> str:
    """Return the text to keep; raise ValidationError for nothing at all, or too much."""
    words = text.replace("\r\n", "\n").strip()
    if not words and upload is None:
        raise ValidationError(
            {"text": _("Write something or choose a file; there is nothing to hand in yet.")},
            code="empty",
        )
    if len(words) > TEXT_MAX:
        raise ValidationError(
            {
                "text": _("The text has %(n)d characters; at most %(max)d are accepted.")
                % {"n": len(words), "max": TEXT_MAX}
            },
            code="long",
        )
    return words


def store_file(upload: UploadedFile, *, by: Any) -> PrivateFile:
    """Keep the file; raise ValidationError under "file"."""
    try:
        return files.store(upload, by=by, purpose=PURPOSE)
    except ValidationError as error:
        raise ValidationError({"file": error.messages}) from error


def digest_of(stored: PrivateFile | None) -> str:
    """Return a file's SHA-256, or nothing."""
    return stored.sha256 if stored else ""
