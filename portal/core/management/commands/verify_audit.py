"""Verify the tamper-evident record: in the tables, in files, against heads kept elsewhere."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from portal.core.audit import verify
from portal.core.audit.access import day_faults
from portal.core.audit.archives import archive_faults
from portal.core.audit.files import file_fault
from portal.core.audit.heads import faults_against, read_anchors
from portal.core.audit.keys import Ring, read_ring, ring
from portal.core.models import AuditChain


class Command(BaseCommand):
    help = (
        "Recompute every hash chain of the record and name the first bad row of each. "
        "With --file only that export or archive is read, and no database."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--chain", help="only this chain, for example round:2026-1")
        parser.add_argument("--heads", action="store_true", help="print the heads as well")
        parser.add_argument("--against", type=Path, help="a file of export_audit_heads")
        parser.add_argument("--archives", type=Path, help="the folder of archive_audit's files")
        parser.add_argument("--file", type=Path, help="verify this export; asks no database")
        parser.add_argument("--keys", type=Path, help="the key file, on another machine")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["file"]:
            self.verify_file(options["file"], options["keys"])
            return
        chains = AuditChain.objects.order_by("name")
        if options["chain"]:
            chains = chains.filter(name=options["chain"])
        faults, rows = [], 0
        for chain in chains:
            rows += chain.length - chain.base
            fault = verify(chain)
            if fault:
                faults.append(fault)
            elif options["heads"]:
                self.stdout.write(f"{chain.name} {chain.length} {chain.head}")
        faults.extend(day_faults())
        faults.extend(outside_faults(options["against"], options["archives"]))
        if faults:
            raise CommandError("\n".join(faults))
        self.stdout.write(f"The record holds: {len(chains)} chains, {rows} rows.")

    def verify_file(self, path: Path, keys: Path | None) -> None:
        found = offline_ring(keys)
        try:
            fault = file_fault(path, found)
        except OSError as error:
            raise CommandError(str(error)) from error
        if fault:
            raise CommandError(fault)
        seals = "" if found else " Its seals were not looked at: there is no key here."
        self.stdout.write(f"The file holds.{seals}")


def outside_faults(against: Path | None, archives: Path | None) -> Iterator[str]:
    """Yield what contradicts heads kept elsewhere, and what is wrong with archives."""
    try:
        if against:
            yield from faults_against(read_anchors(against.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise CommandError(f"{against}: {error}") from error
    if archives:
        yield from archive_faults(archives)


def offline_ring(path: Path | None) -> Ring | None:
    """Return the keys of a named file, else the site's, else None: then only hashes are checked."""
    try:
        return read_ring(path.read_text()) if path else ring()
    except (OSError, ImproperlyConfigured) as error:
        if path:
            raise CommandError(f"{path}: {error}") from error
        return None
