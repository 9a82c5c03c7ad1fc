"""Recompute every ranking from its inputs and from the ballots."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from evaluation.models import Ranking
from evaluation.services.ranking import verify_ranking


class Command(BaseCommand):
    help = "Recompute every ranking from its stored inputs and from the ballots, byte for byte."

    def handle(self, *args: Any, **options: Any) -> None:
        rankings = list(Ranking.objects.select_related("round").order_by("pk"))
        faults = [fault for ranking in rankings for fault in verify_ranking(ranking)]
        if faults:
            raise CommandError("\n".join(faults))
        self.stdout.write(f"All {len(rankings)} rankings hold, byte for byte.")
