"""Write the heads of all chains, to be kept where nobody of this site reaches them."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from portal.core.audit.heads import as_csv, as_json, present_anchors


class Command(BaseCommand):
    help = "Write time, length, head and seal of every chain; verify_audit --against reads it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=("json", "csv"), default="json")
        parser.add_argument("--output", type=Path, help="a file instead of the standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        write = as_csv if options["format"] == "csv" else as_json
        anchors = present_anchors()
        if options["output"] is None:
            self.stdout.write(write(anchors), ending="")
            return
        options["output"].write_text(write(anchors), encoding="utf-8")
        self.stdout.write(f"{len(anchors)} heads in {options['output']}.")
