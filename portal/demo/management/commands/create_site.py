"""Set up a fresh installation: its public pages and its working-day table."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.core.calendar import arranged_years, seed_special_days
from portal.demo.site import ensure_site_tree


class Command(BaseCommand):
    help = (
        "Create the home page and the empty sections below it, and fill the working-day table; "
        "safe to repeat."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        home = ensure_site_tree()
        seed_special_days(arranged_years())
        names = ", ".join(f"/{page.slug}/" for page in home.get_children())
        self.stdout.write(f"The site stands: / and {names}")
