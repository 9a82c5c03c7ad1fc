"""Bring the translation catalogues up to the texts in code and templates."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.core.catalogs import ROOT, catalogue_folders, known_translations, merge_messages


class Command(BaseCommand):
    help = "Add new messages to the .po files, keep translations, report what is unused."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folders", nargs="*", help="e.g. showcase portal; default: all")

    def handle(self, *args: Any, **options: Any) -> None:
        folders = {path.relative_to(ROOT).as_posix(): path for path in catalogue_folders()}
        wanted = options["folders"] or list(folders)
        if unknown := [name for name in wanted if name not in folders]:
            raise CommandError(f"No catalogue in {unknown}; there are: {list(folders)}")
        known = known_translations()
        for name in wanted:
            report = merge_messages(folders[name], known)
            if report is None:
                continue
            self.stdout.write(
                f"{name}: {len(report.added)} new, {len(report.retired)} no longer used, "
                f"{report.untranslated} to translate"
            )
            for text in report.retired:
                self.stdout.write(f"  kept at the end of the file, no longer used: {text!r}")
