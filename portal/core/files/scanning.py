"""Quarantine: a new file is scanned in the background, and until then nobody gets it.

Without a scanner (CLAMD_URL) files are delivered, and every page says that they were not
scanned. A scanner that is down delays, never lets through: the file is asked about again with a
growing pause, without end.
"""

import logging
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from portal.core import audit, clamd, clock
from portal.core.models import PrivateFile
from portal.core.notifications import notify

log = logging.getLogger(__name__)
Scan = PrivateFile.Scan
PAUSE_MAX = timedelta(hours=1)
# A file that waits for longer than its pause can be has lost its task.
STALE = timedelta(hours=2)


def enqueue_scan(stored: PrivateFile) -> None:
    """Have a waiting file scanned when the transaction commits."""
    if stored.scan == Scan.WAITING:
        transaction.on_commit(lambda: scan_file.enqueue(stored.pk))


@task()
def scan_file(file_id: int) -> None:
    """Scan one waiting file; a second delivery does nothing, a scanner that is away asks later."""
    stored = PrivateFile.objects.filter(pk=file_id, scan=Scan.WAITING).first()
    if stored is None:
        return
    try:
        with stored.file.open("rb") as stream:
            found = clamd.scan(settings.CLAMD_URL, File(stream).chunks())
    except (clamd.ScannerAway, OSError) as fault:
        log.warning("file %s could not be scanned: %s", stored.public_id, fault)
        postpone(stored, str(fault))
        return
    settle(file_id=stored.pk, found=found)


def postpone(stored: PrivateFile, reason: str) -> None:
    """Note why a file was not scanned and ask again after 1, 2, 4 … minutes, at most an hour."""
    tries = stored.scan_tries + 1
    PrivateFile.objects.filter(pk=stored.pk, scan=Scan.WAITING).update(
        scan_tries=tries, scan_note=reason[:200]
    )
    pause = min(timedelta(minutes=2 ** min(tries - 1, 10)), PAUSE_MAX)
    if scan_file.get_backend().supports_defer:
        scan_file.using(run_after=timezone.now() + pause).enqueue(stored.pk)


@transaction.atomic
def settle(*, file_id: int, found: str) -> None:
    """Let a scanned file out of quarantine, or lock it for good.

    Locks the row; one that is settled stays so. Writes state and time, for a finding the audit
    event, and tells who uploaded it and the secretariat.
    """
    stored = PrivateFile.objects.select_for_update().get(pk=file_id)
    if stored.scan != Scan.WAITING:
        return
    stored.scan = Scan.INFECTED if found else Scan.CLEAN
    stored.scan_note, stored.scanned_at = found[:200], clock.now()
    stored.save(update_fields=["scan", "scan_note", "scanned_at"])
    if not found:
        return
    facts = {"name": stored.name, "sha256": stored.sha256, "found": found, "for": stored.purpose}
    audit.record(action="file.infected", obj=stored, by=None, after=stored.scan, facts=facts)
    notify(
        told_of(stored),
        kind="file.infected",
        subject=_("Malicious software found in “%(name)s”"),
        body=_(
            "The virus scanner found %(found)s in “%(name)s”, uploaded by %(person)s. The file is "
            "locked and nobody can open it. Remove it where it was uploaded, check your computer, "
            "and upload a clean file."
        ),
        context={"name": stored.name, "found": found, "person": stored.uploaded_by or "–"},
    )


def told_of(stored: PrivateFile) -> list[Any]:
    """Return who hears of a finding: who uploaded the file, and the secretariat."""
    guardians = list(import_string(settings.FILE_GUARDIANS)())
    return guardians + ([stored.uploaded_by] if stored.uploaded_by else [])


def resume_scans() -> int:
    """Put back the waiting files that no task looks after any more; return how many.

    For a timer. Files that waited when the scanner was taken out of the settings go on waiting:
    nothing leaves quarantine unscanned.
    """
    if not settings.CLAMD_URL:
        return 0
    stale = PrivateFile.objects.filter(scan=Scan.WAITING, uploaded_at__lt=clock.now() - STALE)
    waiting = list(stale.values_list("pk", flat=True)[:1000])
    for file_id in waiting:
        scan_file.enqueue(file_id)
    return len(waiting)
