"""What the background worker and the clock do for training."""

from typing import Any

from django.utils.translation import gettext as _
from django_tasks import task

from courses.imports.roster import dry_run
from courses.models import Roster, Run
from courses.queries.certificates import ISSUE_JOB, completed, eligible
from courses.rules.certificates import check_can_issue
from courses.services import enrolling, rostering
from courses.services.certifying import common_of, issue_certificate
from courses.services.grading import grade_attempt
from courses.services.sitting import sweep_attempts
from portal.accounts.models import User
from portal.core.denials import Denied
from portal.core.queue import Progress, handles
from portal.core.sweeping import sweeps


@task()
def grade(attempt_id: int) -> bool:
    """Grade one ended attempt; a second delivery does nothing."""
    return grade_attempt(attempt_id=attempt_id)


@sweeps("offers")
def lapse_offers() -> int:
    """Seats that were offered and not taken go to the next on the waiting list."""
    return enrolling.lapse_offers()


@sweeps("attempts")
def end_and_grade_attempts() -> int:
    """Papers whose time and grace are over end; what has ended and is not graded is graded."""
    done = sweep_attempts()
    return done.expired + done.graded


@handles(ISSUE_JOB)
def issue_certificates_of_run(progress: Progress) -> dict[str, Any]:
    """Issue every certificate of a run that is due, each in its own transaction.

    Resumed, not restarted: what a killed worker had issued is not waiting any more. What one
    learner lacks is reported and does not stop the others.
    """
    run = Run.objects.select_related("course", "lead").get(public_id=progress.arguments["run"])
    check_can_issue(progress.job.by, run)
    waiting = list(eligible(run).values_list("pk", flat=True))
    total, faults = completed(run).count(), []
    before, common = total - len(waiting), common_of(run)
    for number, enrolment_id in enumerate(waiting, start=1):
        try:
            issue_certificate(enrolment_id=enrolment_id, common=common, by=progress.job.by)
        except Denied as refusal:
            faults.append({"reason": str(refusal)})
            progress.note(faults)
        progress.step(before + number, total)
    return {"issued": len(waiting) - len(faults), "refused": len(faults)}


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
        reason = found.plan.refusal or _("Nothing was written: the list has faults.")
        raise Denied(reason, code="roster.faults")
    people, entered = found.reading.people, 0
    for at in range(0, len(people), rostering.BATCH):
        progress.step(at, len(people))
        batch = people[at : at + rostering.BATCH]
        entered += rostering.enter_people(roster=roster, people=batch, by=by)
    progress.step(len(people), len(people))
    return {"people": len(people), "entered": entered}
