"""Check the database's invariants."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.core.invariants import REGISTRY, violations


class Command(BaseCommand):
    help = "Recount what must always hold (panels, quotas, numbers, totals) from the tables."

    def handle(self, *args: Any, **options: Any) -> None:
        found = [f"{name}: {sentence}" for name, sentence in violations()]
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write(f"All {len(REGISTRY)} invariants hold.")
