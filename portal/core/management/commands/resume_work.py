"""Take up again what killed workers left lying, and clear away broken-off uploads; for a timer."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.core.files import resume_scans, sweep_uploads
from portal.core.outbox import send_due
from portal.core.queue import resume_jobs


class Command(BaseCommand):
    help = "Put jobs and mails that a killed worker left lying back into the queue."

    def handle(self, *args: Any, **options: Any) -> None:
        jobs, mails = resume_jobs(), send_due()
        self.stdout.write(f"{jobs} jobs and {mails} mails put back")
        scans, swept = resume_scans(), sweep_uploads()
        self.stdout.write(f"{scans} scans put back, {swept} broken-off uploads deleted")
