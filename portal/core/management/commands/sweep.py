"""Bring about what is due by the clock: mails, reminders, offers that lapse, papers that end.

Run it every minute: by cron or a systemd timer, or once with `--every 60` as a service.
"""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections

from portal.core.sweeping import run_sweeps


class Command(BaseCommand):
    help = "Do what is due by the clock; --every SECONDS repeats it for ever."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=int, default=0, metavar="SECONDS")

    def handle(self, *args: Any, **options: Any) -> None:
        pause = options["every"]
        while True:
            self.sweep(strict=not pause)
            if not pause:
                return
            close_old_connections()
            time.sleep(pause)

    def sweep(self, *, strict: bool) -> None:
        """Run all sweeps and say what changed; a single run fails if any of them failed."""
        changed = run_sweeps()
        for name, count in changed.items():
            if count:
                self.stdout.write(f"{name}: {count}")
        failed = [name for name, count in changed.items() if count is None]
        if failed and strict:
            raise CommandError(f"failed, see the log: {', '.join(failed)}")
