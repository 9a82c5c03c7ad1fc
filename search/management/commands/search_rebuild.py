"""Build the search server's index anew beside the old one and exchange them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from portal.core.models import Job
from portal.core.queue import run_job
from search.engines.meilisearch import is_configured
from search.services.indexing import repair_documents
from search.tasks import rebuild_job


class Command(BaseCommand):
    help = "Rebuild search: documents from the pages, then the server's index by exchange."

    def handle(self, *args: Any, **options: Any) -> None:
        repair_documents()
        if not is_configured():
            self.stdout.write("The embedded engine is up to date; MEILI_URL is not set.")
            return
        with translation.override("zh-hans"):
            job = rebuild_job(by=None)
        run_job.call(job.pk)
        job.refresh_from_db()
        if job.state != Job.State.DONE:
            raise CommandError(f"Not rebuilt: {job.faults or job.state}")
        self.stdout.write(f"Rebuilt: {job.done} documents.")
