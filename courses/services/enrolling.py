"""A learner's place in a run: asking, deciding, offering, taking, leaving.

Every change takes the run's lock first, so that seats are given one after the other and in order
of arrival (`seats`). Lists of participants are taken in by `rostering`.
"""

import logging
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from courses.lifecycle import ENROLMENT, EnrolmentState, RunState
from courses.models import Enrolment, Run
from courses.rules.enrolling import (
    check_can_decide,
    check_can_remove,
    check_can_request,
    check_can_take,
    check_can_withdraw,
)
from courses.services.notices import tell_learner, tell_of_request
from courses.services.seats import (
    end_offer,
    fill_seats,
    lock_enrolment,
    lock_run,
    next_place,
    settle,
)
from portal.core import audit, clock
from portal.core.denials import Denied

log = logging.getLogger(__name__)
AGAIN = frozenset({EnrolmentState.WITHDRAWN, EnrolmentState.DENIED})
REASON_MAX = 300


@transaction.atomic
def request_place(*, run: Run, by: Any, note: str = "", organisation: Any = None) -> Enrolment:
    """Ask for a place in a run; return the enrolment, the standing one if there is one.

    Locks the run, checks the rule, gives the next place in order of arrival, writes the row (or
    takes up one that was withdrawn or denied) and the audit event. Where requests are approved one
    by one it tells learner and coordinators; else it admits at once if a seat is free, or puts the
    learner on the waiting list, and tells them. Raises Denied.
    """
    locked = lock_run(run)
    found = locked.enrolments.filter(learner=by).select_related("learner").first()
    if found and found.state not in AGAIN:
        return found
    check_can_request(by, locked)
    enrolment = enter(locked, by, found, by=by, note=note[:REASON_MAX], organisation=organisation)
    if locked.needs_approval:
        tell_learner(enrolment, "request")
        tell_of_request(enrolment)
    else:
        settle(enrolment, by=by)
    return enrolment


def enter(run: Run, learner: Any, found: Enrolment | None, *, by: Any, **facts: Any) -> Enrolment:
    """Write a request in a locked run at the next place; `found` is an ended one to take up."""
    place = next_place(run)
    values = {**facts, "place": place, "requested_at": clock.now(), "reason": ""}
    if found:
        found.run = run
        ENROLMENT.move(found, "request_again", by=by, more=values, place=place)
        return found
    enrolment = Enrolment.objects.create(run=run, learner=learner, **values)
    audit.record(
        action="enrolment.requested",
        obj=enrolment,
        by=by,
        after=EnrolmentState.REQUESTED,
        facts={"place": place},
    )
    return enrolment


@transaction.atomic
def decide_request(*, enrolment: Enrolment, admit: bool, by: Any, reason: str = "") -> Enrolment:
    """Admit a request or say why not; a repeated click changes nothing.

    Rule: who is admitted while no seat is free, or while others wait, joins the waiting list at
    the place of their arrival. Locks run and enrolment, checks the rule, moves, audits, tells the
    learner. Raises Denied, also for a denial without a reason.
    """
    locked = lock_enrolment(enrolment)
    check_can_decide(by, locked)
    done = {EnrolmentState.ENROLLED, EnrolmentState.WAITLISTED, EnrolmentState.OFFERED}
    if locked.state in (done if admit else {EnrolmentState.DENIED}):
        return locked
    if admit:
        settle(locked, by=by)
        return locked
    text = needed_reason(reason)
    ENROLMENT.move(locked, "deny", by=by, more={"reason": text}, reason=text)
    tell_learner(locked, "deny", reason=text)
    return locked


def needed_reason(reason: str) -> str:
    """Return a reason on one line; raise Denied where there is none."""
    text = " ".join(reason.split())[:REASON_MAX]
    if not text:
        raise Denied(_("Give a reason: the person concerned reads it."), code="reason")
    return text


@transaction.atomic
def withdraw(*, enrolment: Enrolment, by: Any, reason: str = "") -> Enrolment:
    """Give up one's place, request or offer; a repeated click changes nothing.

    Locks run and enrolment, checks the rule, moves, audits, tells the learner, and offers the
    freed seat to the next on the waiting list. Raises Denied.
    """
    locked = lock_enrolment(enrolment)
    if locked.state == EnrolmentState.WITHDRAWN and locked.learner_id == by.pk:
        return locked
    check_can_withdraw(by, locked)
    text = " ".join(reason.split())[:REASON_MAX]
    end_offer(locked, "withdraw", by=by, reason=text)
    tell_learner(locked, "withdraw")
    fill_seats(locked.run)
    return locked


@transaction.atomic
def remove(*, enrolment: Enrolment, by: Any, reason: str) -> Enrolment:
    """Take somebody out of a run with a reason they read; a repeated click changes nothing.

    Locks run and enrolment, checks the rule, moves, audits, tells the learner, and offers the
    freed seat to the next. Raises Denied.
    """
    locked = lock_enrolment(enrolment)
    if locked.state == EnrolmentState.WITHDRAWN:
        return locked
    check_can_remove(by, locked)
    text = needed_reason(reason)
    locked.reason = text
    locked.save(update_fields=["reason"])
    end_offer(locked, "remove", by=by, reason=text)
    tell_learner(locked, "remove", reason=text)
    fill_seats(locked.run)
    return locked


@transaction.atomic
def take_offer(*, enrolment: Enrolment, by: Any) -> Enrolment:
    """Take an offered seat before the offer ends; a repeated click changes nothing.

    Locks run and enrolment, checks the rule, moves, audits, tells the learner. Raises Denied.
    """
    locked = lock_enrolment(enrolment)
    if locked.state == EnrolmentState.ENROLLED and locked.learner_id == by.pk:
        return locked
    check_can_take(by, locked)
    end_offer(locked, "take", by=by)
    tell_learner(locked, "take")
    return locked


def lapse_offers() -> int:
    """Let every offer whose time is over lapse, and offer its seat to the next; return how many.

    One transaction a run: what fails in one is logged and does not hold up the others.
    """
    due = Enrolment.objects.filter(state=EnrolmentState.OFFERED, offered_until__lte=clock.now())
    runs = Run.objects.filter(pk__in=due.values("run"), state=RunState.OPEN)
    count = 0
    for run in runs:
        try:
            count += lapse_offers_of(run)
        except Exception:
            log.exception("offers of run %s did not lapse", run.code)
    return count


@transaction.atomic
def lapse_offers_of(run: Run) -> int:
    """Let a run's offers lapse whose time is over, then fill its seats; return how many lapsed.

    Locks the run; moves, audits, tells the learners who missed theirs and those who come next.
    """
    locked = lock_run(run)
    due = locked.enrolments.filter(
        state=EnrolmentState.OFFERED, offered_until__lte=clock.now()
    ).select_related("learner")
    lapsed = list(due)
    for enrolment in lapsed:
        enrolment.run = locked
        end_offer(enrolment, "lapse", by=None)
        tell_learner(enrolment, "lapse")
    fill_seats(locked)
    return len(lapsed)
