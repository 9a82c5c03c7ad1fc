"""Verify the tamper-evident record."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.core.audit import verify
from portal.core.models import AuditChain


class Command(BaseCommand):
    help = "Recompute every hash chain of the record and name the first bad row of each."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--chain", help="only this chain, for example round:2026-1")
        parser.add_argument("--heads", action="store_true", help="print the heads for anchoring")

    def handle(self, *args: Any, **options: Any) -> None:
        chains = AuditChain.objects.order_by("name")
        if options["chain"]:
            chains = chains.filter(name=options["chain"])
        faults, rows = [], 0
        for chain in chains:
            rows += chain.length
            fault = verify(chain)
            if fault:
                faults.append(fault)
            elif options["heads"]:
                self.stdout.write(f"{chain.name} {chain.length} {chain.head}")
        if faults:
            raise CommandError("\n".join(faults))
        self.stdout.write(f"The record holds: {len(chains)} chains, {rows} rows.")
