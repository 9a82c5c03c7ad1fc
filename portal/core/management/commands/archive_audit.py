"""Put old rows of finished chains into sealed files and take them out of the table."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.core.audit.archives import archivable, archive_chain
from portal.core.audit.files import FileFault


class Command(BaseCommand):
    help = (
        "Rows older than AUDIT_RETENTION_MONTHS of rounds and runs that are over go into one "
        "sealed file a chain. Needs the tables' owner: the application's role removes no row."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="where the files go; keep them for good")
        parser.add_argument("--dry-run", action="store_true", help="only say what would go")

    def handle(self, *args: Any, **options: Any) -> None:
        chains = archivable()
        for name, number in chains:
            if options["dry_run"]:
                self.stdout.write(f"{name}: {number} rows would go")
                continue
            try:
                written = archive_chain(name, options["folder"])
            except (FileFault, OSError) as problem:
                raise CommandError(str(problem)) from problem
            if written:
                self.stdout.write(f"{name}: rows {written.first} to {written.last}, {written.path}")
        self.stdout.write(f"{len(chains)} chains have rows old enough.")
