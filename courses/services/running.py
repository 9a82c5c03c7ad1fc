"""A run from its set-up to its end: its facts, its duties and their sign-off, its steps.

Seats and places are the business of `enrolling`. Every change locks the run's row first.
"""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from courses.lifecycle import DUTY, RUN, DutyState, EnrolmentState, RunState
from courses.models import CoursePage, Duty, Run
from courses.queries.enrolments import seats_taken
from courses.rules.running import (
    check_can_announce,
    check_can_assign,
    check_can_cancel,
    check_can_close,
    check_can_decide_duty,
    check_can_edit,
    check_can_open_run,
    check_can_start,
    signs_for,
)
from courses.services.enrolling import needed_reason
from courses.services.notices import (
    tell_learner,
    tell_learners,
    tell_of_decision,
    tell_of_proposal,
    tell_partners,
)
from courses.services.seats import end_offer, fill_seats, lock_run
from portal.accounts.models import Organisation
from portal.core import audit, clock
from portal.core.denials import Denied

FACTS = (
    "code",
    "delivery",
    "place",
    "capacity",
    "needs_approval",
    "enrol_from",
    "enrol_until",
    "starts_on",
    "ends_on",
    "fee",
    "contact",
)
# What may still change once people rely on the announcement.
OPEN_FACTS = ("capacity", "place", "contact", "enrol_until")


@transaction.atomic
def create_run(
    *,
    course: CoursePage,
    lead: Organisation,
    by: Any,
    duties: Mapping[str, Organisation] | None = None,
    **facts: Any,
) -> Run:
    """Set up a run of a course that an organisation will lead; return it, being prepared.

    `facts` are Run's fields named in FACTS; `duties` says which organisation is asked for which
    kind. Checks the rule, writes the run and its audit event, then proposes each duty
    (`assign_duty`). Raises Denied, ValidationError.
    """
    check_can_open_run(by, lead)
    run = Run(course=course, lead=lead, **known(facts))
    check_facts(run)
    run.save()
    audit.record(action="run.created", obj=run, by=by, after=run.state, facts=known(facts))
    for kind, organisation in (duties or {}).items():
        assign_duty(run=run, kind=kind, organisation=organisation, by=by)
    return run


def known(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts; raise TypeError for a name that a run does not have."""
    strange = set(facts) - set(FACTS)
    if strange:
        raise TypeError(f"not a fact of a run: {', '.join(sorted(strange))}")
    return dict(facts)


def check_facts(run: Run) -> None:
    """Raise ValidationError, keyed by field, for dates in a wrong order or a code in use."""
    faults: dict[str, Any] = {}
    if run.enrol_from >= run.enrol_until:
        faults["enrol_until"] = _("Enrolment must close after it opens.")
    if run.starts_on > run.ends_on:
        faults["ends_on"] = _("The last day must not be before the first day.")
    if run.capacity < 1:
        faults["capacity"] = _("Give at least one seat.")
    if Run.objects.filter(code=run.code).exclude(pk=run.pk).exists():
        faults["code"] = _("Another run has this code.")
    if faults:
        raise ValidationError(faults)


@transaction.atomic
def change_run(*, run: Run, by: Any, **facts: Any) -> Run:
    """Change facts of a run; once announced only those in OPEN_FACTS. Return the run.

    Locks the run, checks the rule and that seats somebody holds are not taken away, writes the row
    and one audit event with what changed; more seats are offered to those who wait; learners of an
    announced run are told. A call without a change does nothing. Raises Denied, ValidationError.
    """
    locked = lock_run(run)
    check_can_edit(by, locked)
    before = {name: getattr(locked, name) for name in known(facts)}
    changes = {name: value for name, value in facts.items() if before[name] != value}
    fixed = set(changes) - set(OPEN_FACTS)
    if locked.state == RunState.OPEN and fixed:
        raise Denied(
            _("An announced run keeps its dates, form, fee and code. Cancel it to set up another."),
            code="run.announced",
        )
    if not changes:
        return locked
    for name, value in changes.items():
        setattr(locked, name, value)
    check_facts(locked)
    check_seats(locked)
    locked.save(update_fields=list(changes))
    audit.record(
        action="run.changed",
        obj=locked,
        by=by,
        before={name: before[name] for name in changes},
        after=changes,
    )
    if locked.state == RunState.OPEN:
        alive = locked.enrolments.alive().select_related("learner")
        tell_learners(locked, alive, "change")
        fill_seats(locked)
    return locked


def check_seats(run: Run) -> None:
    """Raise ValidationError where fewer seats are wanted than somebody holds."""
    taken = seats_taken(run)
    if run.capacity < taken:
        raise ValidationError(
            {"capacity": _("%(n)d seats are taken; give at least as many.") % {"n": taken}}
        )


# --- duties -------------------------------------------------------------------------------------


@transaction.atomic
def assign_duty(*, run: Run, kind: str, organisation: Organisation, by: Any) -> Duty:
    """Ask an organisation for a duty of a run being prepared; return the duty.

    Replaces an organisation that declined, has not answered or accepted; asking the same one again
    while its answer stands changes nothing. Rule: who proposes a duty to an organisation that they
    may sign for has signed it. Locks the run, checks the rule, writes, audits, tells the
    organisation. Raises Denied.
    """
    locked = lock_run(run)
    check_can_assign(by, locked, kind, organisation)
    duty = locked.duties.filter(kind=kind).first()
    same = duty is not None and duty.organisation_id == organisation.pk
    if duty and same and duty.state != DutyState.DECLINED:
        return duty
    duty = propose(locked, duty, kind, organisation, by=by)
    if signs_for(by, organisation):
        sign(duty, "accept", by=by)
    else:
        tell_of_proposal(duty, by=by)
    return duty


def propose(run: Run, duty: Duty | None, kind: str, organisation: Organisation, *, by: Any) -> Duty:
    """Write a duty as proposed to an organisation, in place of what stood there."""
    if duty is None:
        duty = Duty.objects.create(run=run, kind=kind, organisation=organisation)
    elif duty.state == DutyState.PROPOSED:
        duty.organisation = organisation
        duty.save(update_fields=["organisation"])
    else:
        cleared = {"decided_by": None, "decided_at": None, "reason": ""}
        more = {"organisation": organisation, **cleared}
        DUTY.move(duty, "propose_again", by=by, more=more, organisation=organisation.uscc)
        duty.run = run
        return duty
    duty.run = run
    audit.record(
        action="duty.proposed",
        obj=duty,
        by=by,
        after=DutyState.PROPOSED,
        facts={"kind": kind, "organisation": organisation.uscc},
    )
    return duty


def sign(duty: Duty, verb: str, *, by: Any, reason: str = "") -> None:
    """Move a duty of a locked run by its organisation's answer and keep who gave it when."""
    more = {"decided_by": by, "decided_at": clock.now(), "reason": reason}
    facts = {"kind": duty.kind, "organisation": duty.organisation.uscc, "reason": reason}
    DUTY.move(duty, verb, by=by, more=more, **facts)


@transaction.atomic
def decide_duty(*, duty: Duty, accept: bool, by: Any, reason: str = "") -> Duty:
    """Accept or decline a duty for the organisation that was asked; return it.

    Declining needs a reason. Locks the run, checks the rule, moves, audits, tells the run's
    coordinators; the same answer again changes nothing. Raises Denied.
    """
    locked = lock_run(duty.run)
    current = locked.duties.get(pk=duty.pk)
    current.run = locked
    wanted = DutyState.ACCEPTED if accept else DutyState.DECLINED
    if current.state == wanted and signs_for(by, current.organisation):
        return current
    check_can_decide_duty(by, current)
    text = "" if accept else needed_reason(reason)
    sign(current, "accept" if accept else "decline", by=by, reason=text)
    tell_of_decision(current)
    return current


# --- steps --------------------------------------------------------------------------------------


@transaction.atomic
def announce(*, run: Run, by: Any) -> Run:
    """Announce a run: from now on the public sees it and its enrolment opens by its dates.

    Locks the run, checks that nothing is missing, moves, audits, tells every organisation that
    holds a duty. A repeated click changes nothing. Raises Denied with everything that is missing.
    """
    locked = lock_run(run)
    if locked.state == RunState.OPEN:
        return locked
    check_can_announce(by, locked)
    RUN.move(locked, "announce", by=by)
    tell_partners(
        locked,
        kind="run.announced",
        subject=_("The run of “%(course)s” is announced"),
        body=_("Run %(code)s, first day %(starts)s. All duties are accepted."),
    )
    return locked


@transaction.atomic
def start(*, run: Run, by: Any) -> Run:
    """Start a run: lessons open for the enrolled, the waiting ends for all others.

    Rule: offers that were not taken lapse; requests and the waiting list end as not admitted.
    Locks the run, checks the rule, moves run and enrolments, audits each, tells everybody. A
    repeated click changes nothing. Raises Denied.
    """
    locked = lock_run(run)
    if locked.state == RunState.RUNNING:
        return locked
    check_can_start(by, locked)
    RUN.move(locked, "start", by=by)
    ends = {EnrolmentState.OFFERED: "lapse"}
    for enrolment in locked.enrolments.alive().select_related("learner"):
        enrolment.run = locked
        if enrolment.state == EnrolmentState.ENROLLED:
            tell_learner(enrolment, "start")
            continue
        verb = ends.get(EnrolmentState(enrolment.state), "end_waiting")
        end_offer(enrolment, verb, by=by)
        tell_learner(enrolment, "end_waiting")
    return locked


@transaction.atomic
def close(*, run: Run, by: Any) -> Run:
    """Close a run after its last day. Locks it, checks the rule, moves, audits, tells learners.

    A repeated click changes nothing. Raises Denied.
    """
    locked = lock_run(run)
    if locked.state == RunState.CLOSED:
        return locked
    check_can_close(by, locked)
    RUN.move(locked, "close", by=by)
    inside = locked.enrolments.inside().select_related("learner")
    tell_learners(locked, inside, "close")
    return locked


@transaction.atomic
def cancel(*, run: Run, by: Any, reason: str) -> Run:
    """Cancel a run that has not started, with a reason that everybody concerned reads.

    Locks the run, checks the rule, moves it and every living enrolment, audits each, tells
    learners and organisations. A repeated click changes nothing. Raises Denied.
    """
    locked = lock_run(run)
    if locked.state == RunState.CANCELLED:
        return locked
    check_can_cancel(by, locked)
    text = needed_reason(reason)
    RUN.move(locked, "cancel", by=by, reason=text)
    for enrolment in locked.enrolments.alive().select_related("learner"):
        enrolment.run = locked
        enrolment.reason = text
        enrolment.save(update_fields=["reason"])
        end_offer(enrolment, "release", by=by, reason=text)
        tell_learner(enrolment, "release", reason=text)
    tell_partners(
        locked,
        kind="run.cancelled",
        subject=_("The run of “%(course)s” was cancelled"),
        body=_("Run %(code)s will not take place. Reason: %(reason)s"),
        reason=text,
    )
    return locked


STEPS = {"announce": announce, "start": start, "close": close}


@transaction.atomic
def take_step(*, run: Run, verb: str, by: Any, reason: str = "") -> Run:
    """Take one of a run's steps by its verb; `reason` is for cancelling.

    The side effects are those of the function of that name. Raises Denied, KeyError.
    """
    if verb == "cancel":
        return cancel(run=run, by=by, reason=reason)
    return STEPS[verb](run=run, by=by)
