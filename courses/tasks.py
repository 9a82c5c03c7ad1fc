"""What the background worker and the clock do for training."""

from typing import Any

from django.utils.translation import gettext as _

from courses.imports.roster import dry_run
from courses.models import Roster
from courses.services import enrolling, rostering
from courses.services.sweeping import sweeps
from portal.accounts.models import User
from portal.core.denials import Denied
from portal.core.queue import Progress, handles


@sweeps("offers")
def lapse_offers() -> int:
    """Seats that were offered and not taken go to the next on the waiting list."""
    return enrolling.lapse_offers()


@handles(rostering.ROSTER_JOB)
def take_in_roster(progress: Progress) -> dict[str, Any]:
    """Take a long list of participants in, batch by batch; what was taken in before is passed over.

    The list is read again: what has changed in the run since its dry run counts.
    """
    roster = Roster.objects.select_related("run__course", "run__lead", "file").get(
        pk=progress.arguments["roster"]
    )
    by = User.objects.get(pk=progress.arguments["person"])
    found = dry_run(roster.file, run=roster.run, by=by)
    if found.faults or found.plan.refusal:
        raise Denied(found.plan.refusal or _("Nothing was written: the list has faults."))
    people, entered = found.reading.people, 0
    for at in range(0, len(people), rostering.BATCH):
        progress.step(at, len(people))
        batch = people[at : at + rostering.BATCH]
        entered += rostering.enter_people(roster=roster, people=batch, by=by)
    progress.step(len(people), len(people))
    return {"people": len(people), "entered": entered}
