"""What the background worker does for evaluation."""

from typing import Any

from evaluation.models import Ranking
from evaluation.services.ranking import ESTIMATE_JOB, store_estimate
from portal.core.queue import Progress, handles


@handles(ESTIMATE_JOB)
def make_estimate(progress: Progress) -> dict[str, Any]:
    """Make the estimate beside a ranking of a large round."""
    made = store_estimate(Ranking.objects.get(pk=progress.arguments["ranking"]))
    return {"status": made["status"]}
