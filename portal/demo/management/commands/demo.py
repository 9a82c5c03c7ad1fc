"""Seed the demo."""

from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from portal.core.calendar import arranged_years, seed_special_days
from portal.core.outbox import no_mail
from portal.demo.experts import ensure_experts
from portal.demo.news import ensure_round_news
from portal.demo.outreach import ensure_outreach
from portal.demo.people import PASSWORD, ensure_people, ensure_requests, person
from portal.demo.rounds import SECRETARY, ensure_rounds, missing_rounds
from portal.demo.signins import sign_ins
from portal.demo.site import ensure_demo_pages
from portal.demo.training.people import ensure_training_people
from portal.demo.training.runs import ensure_runs, missing_plans


class Command(BaseCommand):
    help = "Make the demo: organisations, people, experts and one round in every stage. Idempotent."

    def handle(self, *args: Any, **options: Any) -> None:
        if not getattr(settings, "DEMO_ALLOWED", False):
            raise CommandError("The demo is refused in these settings: people would be let in.")
        started = monotonic()
        if missing_rounds() or missing_plans():
            self.seed()
        self.stdout.write(f"The demo is there ({monotonic() - started:.0f} s). Sign in as:")
        for role, email, what in sign_ins():
            self.stdout.write(f"  {role:<16} {email:<34} {what}")
        self.stdout.write(f"  Everybody's password: {PASSWORD}")

    def seed(self) -> None:
        """Make what is missing, then index it, so that search answers without a worker too."""
        with no_mail():
            ensure_demo_pages()
            ensure_outreach()
            ensure_people()
            ensure_requests()
            ensure_experts(by=person(SECRETARY))
            # The stages of the rounds are counted in working days.
            seed_special_days(arranged_years())
            ensure_rounds(self.stdout.write)
            ensure_round_news()
            ensure_training_people()
            ensure_runs(self.stdout.write)
        call_command("update_index", verbosity=0)
