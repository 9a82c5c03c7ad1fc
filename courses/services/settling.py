"""Settling a run's results: what each learner comes to is frozen, and they are told.

Whether somebody completes is judged in `queries.results` by the pure functions; certificates are
issued from what is frozen here.
"""

from collections import Counter
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courses.lifecycle import ENROLMENT, EnrolmentState
from courses.models import Enrolment, Run
from courses.queries.results import Decision, LearnerResult, results_among
from courses.rules.people import check_can_coordinate
from courses.rules.settling import check_can_settle
from portal.core import clock
from portal.core.notifications import notify


@transaction.atomic
def settle_run(*, run: Run, by: Any) -> Counter[str]:
    """Settle everybody in a run who can be; return how many completed, failed and stay open.

    Locks the run and its enrolments, checks the rule; for each one freezes the outcome, moves the
    enrolment (audited) and tells the learner. Who is settled already is left alone, so a second
    call only settles who has become ready.
    """
    locked = Run.objects.select_for_update(of=("self",)).select_related("course", "lead")
    mine = locked.get(pk=run.pk)
    check_can_coordinate(by, mine)
    check_can_settle(mine)
    rows = Enrolment.objects.select_for_update(of=("self",)).select_related("learner", "run")
    people = list(rows.filter(run=mine, state=EnrolmentState.ENROLLED).order_by("place"))
    counts: Counter[str] = Counter()
    for result in results_among(mine, people):
        counts[result.decision] += 1
        if result.decision != Decision.OPEN:
            settle(result, by=by)
    return counts


def settle(result: LearnerResult, *, by: Any) -> None:
    """Freeze one learner's outcome, move the locked enrolment and tell the learner."""
    enrolment = result.enrolment
    enrolment.outcome = outcome_of(result)
    enrolment.settled_at = clock.now()
    enrolment.save(update_fields=["outcome", "settled_at"])
    verb = "complete" if result.decision == Decision.COMPLETE else "fail"
    ENROLMENT.move(enrolment, verb, by=by, outcome=enrolment.outcome)
    has_passed = verb == "complete"
    notify(
        [enrolment.learner],
        kind=f"enrolment.{enrolment.state}",
        subject=_("You have completed “%(title)s”")
        if has_passed
        else _("“%(title)s” was not completed"),
        body=_("Your result stands. Where the course ends in a certificate, it is issued next.")
        if has_passed
        else _("Your course page says what was missing. You can enrol in a later run."),
        context={"title": enrolment.run.course.title},
        url=reverse("learning_home"),
    )


def outcome_of(result: LearnerResult) -> dict[str, Any]:
    """Return what is frozen: figures as texts with two decimals, or null where there is no part."""
    return {
        "attended": str(result.progress.attended),
        "scheduled": str(result.progress.scheduled),
        "modules": list(result.progress.done),
        "theory": text_of(result.theory),
        "practice": text_of(result.practice),
        "final": text_of(result.exam.final),
        "band": result.band.value if result.band else None,
        "passed": result.completion.is_complete,
        "gaps": [gap.value for gap in result.completion.gaps],
        "settled_on": clock.today().isoformat(),
    }


def text_of(score: Any) -> str | None:
    """Return a published figure as its text with two decimals."""
    return None if score is None else f"{score:.2f}"
