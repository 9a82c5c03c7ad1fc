"""Compile the .po files into what Django reads; the system's gettext is not needed."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.core.catalogs import ROOT, compile_all


class Command(BaseCommand):
    help = "Compile every translation catalogue that changed since it was last compiled."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        for path in compile_all():
            self.stdout.write(f"compiled {path.relative_to(ROOT)}")
