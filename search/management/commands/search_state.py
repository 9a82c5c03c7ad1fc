"""One line on the search server: version, documents, what it has not been told yet."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from search.engines import EngineUnavailable
from search.engines.meilisearch import Server, is_configured
from search.models import Document


class Command(BaseCommand):
    help = "Say how the search server is."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        if not is_configured():
            self.stdout.write("embedded engine")
            return
        try:
            server = Server()
            version = server.version()
            state = "index is there" if server.exists() else "NO INDEX, run search_rebuild"
        except EngineUnavailable as reason:
            raise CommandError(str(reason)) from reason
        self.stdout.write(f"version {version}, {state}, {self.waiting()}")

    def waiting(self) -> str:
        """How many documents the server has not been told of."""
        try:
            return f"{Document.objects.unpushed().count()} documents to push"
        except DatabaseError:
            return "database not made yet"
