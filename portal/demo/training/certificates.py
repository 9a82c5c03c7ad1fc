"""The demo's certificates, in every state."""

from courses.models import Run
from portal.demo.training.plans import Plan


def live_certificates(run: Run, plan: Plan) -> None:
    """Issue the run's certificates, then let life happen to some of them."""
