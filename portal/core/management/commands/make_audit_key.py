"""Make the key that seals the record, or exchange it for a new one."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from portal.core.audit.archives import seal_heads
from portal.core.audit.keys import key_path, make_key, ring, rotate_key


class Command(BaseCommand):
    help = (
        "Make the key file named by AUDIT_KEY_FILE. With --rotate a new key goes in front of the "
        "old ones, which then only verify, and every head is sealed anew."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rotate", action="store_true", help="exchange the present key")

    def handle(self, *args: Any, **options: Any) -> None:
        path = key_path()
        try:
            if options["rotate"]:
                self.stdout.write(f"Retired {rotate_key(path)}; its seals go on verifying.")
                self.seal()
            elif not make_key(path):
                self.stdout.write(f"There is a key already in {path}; --rotate exchanges it.")
            name = ring().current
        except (OSError, ImproperlyConfigured) as error:
            raise CommandError(f"{path}: {error}") from error
        self.stdout.write(f"Sealing with {name} from {path}.")
        self.stdout.write("Keep a copy where the database's copies do not lie.")

    def seal(self) -> None:
        sealed, faults = seal_heads()
        self.stdout.write(f"Sealed anew: {len(sealed)} heads.")
        if faults:
            raise CommandError("Left as they are:\n" + "\n".join(faults))
