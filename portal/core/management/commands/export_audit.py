"""Write one chain of the record as a sealed file that verifies without this site."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.core.audit import events_of
from portal.core.audit.files import write_file
from portal.core.models import AuditChain


class Command(BaseCommand):
    help = "Write a chain as a file of lines; verify_audit --file reads it without a database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("chain", help="for example round:2026-1")
        parser.add_argument("file", type=Path, help="where to; nothing is written over")

    def handle(self, *args: Any, **options: Any) -> None:
        chain = AuditChain.objects.filter(name=options["chain"]).first()
        if chain is None:
            raise CommandError(f"There is no chain {options['chain']}.")
        try:
            written = write_file(options["file"], chain, events_of(chain))
        except OSError as error:
            raise CommandError(str(error)) from error
        rows = written.last - written.first + 1
        self.stdout.write(f"{rows} rows in {written.path}, SHA-256 {written.sha256}.")
