"""Make the key that signs credentials, or exchange it for a new one."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courses.credentials import KeyFileError, read_signing_key
from courses.services.keys import key_file, make_key, rotate_key


class Command(BaseCommand):
    help = (
        "Make the private key named by CREDENTIAL_KEY_FILE. With --rotate the present key is "
        "exchanged; its public half stays published in retired/ beside it."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rotate", action="store_true", help="exchange the present key")

    def handle(self, *args: Any, **options: Any) -> None:
        path = key_file()
        if path is None:
            raise CommandError("Name a file in CREDENTIAL_KEY_FILE first.")
        try:
            if options["rotate"]:
                self.stdout.write(f"Retired {rotate_key(path)}; it stays published.")
            elif not make_key(path):
                self.stdout.write(f"There is a key already in {path}; --rotate exchanges it.")
            key = read_signing_key(path.read_bytes())
        except (OSError, KeyFileError) as error:
            raise CommandError(f"{path}: {error}") from error
        self.stdout.write(f"Signing with {key.thumbprint} from {path}.")
        self.stdout.write("Keep a copy where the database's copies do not lie.")
