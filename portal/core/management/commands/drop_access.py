"""Remove sign-ins and refusals that are older than the record is kept; run by the tables' owner."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.core.audit.access import drop_old


class Command(BaseCommand):
    help = (
        "Remove the rows of the record of access older than AUDIT_RETENTION_MONTHS. With the "
        "rights of the tables' owner: the application's own role cannot remove a row."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{drop_old()} rows were removed.")
