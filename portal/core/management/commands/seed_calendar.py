"""Fill the working-day table."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from portal.core.calendar import arranged_days, arranged_years, seed_special_days


class Command(BaseCommand):
    help = (
        "Add the published holidays and worked weekends to the working-day table. "
        "Days that are there already stay as they are."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "years",
            nargs="*",
            type=int,
            metavar="YEAR",
            help="years to add; all that are known from last year on if none is given",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        for year in options["years"] or arranged_years():
            if arranged_days(year):
                self.stdout.write(f"{year}: {seed_special_days([year])} days added")
            else:
                self.stdout.write(f"{year}: no arrangement known; weekends only")
