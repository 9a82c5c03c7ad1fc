"""Seal heads of the record that have no seal by the key in use."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.core.audit.archives import seal_heads


class Command(BaseCommand):
    help = (
        "After an upgrade from a version without seals: seal every head whose chain holds. "
        "At any other time a head without a seal means that somebody wrote without the key: "
        "look into it before you run this. It is recorded."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        sealed, faults = seal_heads()
        for name in sealed:
            self.stdout.write(f"sealed {name}")
        if faults:
            raise CommandError("Left as they are:\n" + "\n".join(faults))
        self.stdout.write(f"{len(sealed)} heads were sealed.")
