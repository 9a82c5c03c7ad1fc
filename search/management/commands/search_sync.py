"""Compare search with what is public, and mend it: documents with pages, the server with both."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search.engines import EngineUnavailable
from search.engines.meilisearch import is_configured
from search.services.indexing import repair_documents
from search.services.pushing import repair_server


class Command(BaseCommand):
    help = "Check search against the public pages and mend what differs; run it every ten minutes."

    def handle(self, *args: Any, **options: Any) -> None:
        mended = repair_documents()
        self.stdout.write(f"Documents: {mended} differed from their pages and were mended.")
        if not is_configured():
            return
        try:
            drift = repair_server()
        except EngineUnavailable as reason:
            raise CommandError(f"Search server: {reason}. The embedded engine answers.") from reason
        self.stdout.write(
            f"Search server: {drift.missing} missing, {drift.outdated} outdated, "
            f"{drift.extra} too many; mended."
        )
