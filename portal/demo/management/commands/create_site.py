"""Set up the public pages of a fresh installation."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.demo.site import ensure_site_tree


class Command(BaseCommand):
    help = "Create the home page and the pages of solutions, courses and news; safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        home = ensure_site_tree()
        names = ", ".join(f"/{page.slug}/" for page in home.get_children())
        self.stdout.write(f"The site stands: / and {names}")
