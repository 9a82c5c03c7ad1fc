"""Copies of one's own data: asked for, made by a job, kept for a week, fetched by nobody else."""

import hashlib
from datetime import timedelta

from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.models import DataCopy, User
from portal.accounts.services.forgetting import drop_file
from portal.core import audit, clock
from portal.core.models import PrivateFile
from portal.core.notifications import notify
from portal.core.queue import enqueue_job

COPY_JOB = "personal.copy"
KEPT_FOR = timedelta(days=7)


@transaction.atomic
def ask_for_copy(*, by: User) -> DataCopy:
    """Ask for a copy of everything held about oneself; a job makes it. Audited.

    While one is being made, or was made and can be fetched, that one is returned.
    """
    User.objects.select_for_update().get(pk=by.pk)
    for copy in DataCopy.objects.filter(person=by).select_related("job", "file")[:1]:
        is_made = copy.job is not None and not copy.job.is_finished
        if copy.is_ready or (copy.made_at is None and is_made):
            return copy
    copy = DataCopy.objects.create(person=by)
    copy.job = enqueue_job(kind=COPY_JOB, label=_("Copy of my data"), by=by, copy=copy.pk)
    copy.save(update_fields=["job"])
    audit.record(action="account.copy_asked", obj=copy, by=by)
    return copy


@transaction.atomic
def keep_copy(*, copy: DataCopy, content: bytes) -> DataCopy:
    """Keep the finished copy for a week and tell its person; a second call changes nothing."""
    locked = DataCopy.objects.select_for_update().select_related("person").get(pk=copy.pk)
    if locked.made_at is not None:
        return locked
    stored = PrivateFile(
        name=f"anfan-{clock.today().isoformat()}.zip",
        content_type="application/zip",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_by=None,
    )
    stored.file.save(stored.public_id, ContentFile(content), save=False)
    stored.save()
    locked.file, locked.made_at = stored, clock.now()
    locked.expires_at = locked.made_at + KEPT_FOR
    locked.save(update_fields=["file", "made_at", "expires_at"])
    notify(
        [locked.person],
        kind="account.copy_ready",
        subject=gettext_lazy("The copy of your data is ready"),
        body=gettext_lazy("You can fetch it for seven days; then it is deleted."),
        url=reverse("personal_home"),
    )
    return locked


@transaction.atomic
def note_fetch(*, copy: DataCopy, by: User) -> None:
    """Write into the record that the copy was fetched."""
    audit.record(action="account.copy_fetched", obj=copy, by=by)


@transaction.atomic
def drop_expired() -> int:
    """Delete the files of copies whose week is over; return how many."""
    over = DataCopy.objects.select_for_update(of=("self",)).filter(
        expires_at__lte=clock.now(), file__isnull=False
    )
    copies = list(over.select_related("file"))
    for copy in copies:
        drop_file(copy)
    return len(copies)
