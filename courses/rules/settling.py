"""When the results of a run may be settled."""

from django.utils.translation import gettext_lazy as _

from courses.lifecycle import RunState
from courses.models import Run
from portal.core.denials import Denied


def check_can_settle(run: Run) -> None:
    """Rule: results are settled while the run takes place or after it has closed."""
    if run.state not in {RunState.RUNNING, RunState.CLOSED}:
        raise Denied(_("Results are settled once the run has begun."), code="settling.state")
