"""When a run may be set up, announced, started, closed or cancelled, and who signs its duties.

Who coordinates is in `people`; who may take a seat in `enrolling`. Every refusal says why.
"""

from datetime import datetime, time
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courses.enums import DutyKind
from courses.lifecycle import RUN, DutyState, EnrolmentState, RunState
from courses.models import Duty, Run
from courses.queries.runs import duties_needed, holder_of
from courses.rules.people import check_can_coordinate, holds
from portal.accounts.enums import Role
from portal.accounts.models import Organisation
from portal.core import clock
from portal.core.denials import Denied

Text = str | Promise


def first_moment(run: Run) -> datetime:
    """Return when the first day begins, in the programme's time zone."""
    return timezone.make_aware(datetime.combine(run.starts_on, time.min))


def check_can_open_run(user: Any, lead: Organisation) -> None:
    """Rule: a run is set up by a coordinator of the organisation that will lead it."""
    if not (user.is_active and holds(user, Role.COORDINATOR, lead.pk)):
        raise Denied(
            _("Only a coordinator of %(organisation)s can set up a run for it.")
            % {"organisation": lead.display_name},
            code="run.open",
        )


def check_can_edit(user: Any, run: Run) -> None:
    """Rule: a run can be changed until it starts; once announced only seats, place, contact and
    the end of enrolment.
    """
    check_can_coordinate(user, run)
    if run.state not in {RunState.PREPARING, RunState.OPEN}:
        raise Denied(
            _("A run can be changed until it starts; this one is: %(state)s.")
            % {"state": run.get_state_display()},
            code="run.edit",
        )


def check_can_assign(user: Any, run: Run, kind: str, organisation: Organisation) -> None:
    """Rule: duties are given while the run is prepared, to active organisations, and never
    teaching and examining to the same one (考教分离).
    """
    check_can_coordinate(user, run)
    if run.state != RunState.PREPARING:
        raise Denied(
            _("Duties are given while the run is being prepared; this one is: %(state)s.")
            % {"state": run.get_state_display()},
            code="duty.late",
        )
    if not organisation.is_active:
        raise Denied(_("This organisation is no longer active."), code="duty.inactive")
    other = {DutyKind.TEACHING: DutyKind.EXAMINING, DutyKind.EXAMINING: DutyKind.TEACHING}
    opposite = other.get(DutyKind(kind))
    rivals = [duty for duty in run.duties.all() if opposite and duty.kind == opposite]
    if any(duty.organisation_id == organisation.pk for duty in rivals):
        raise Denied(
            _("%(organisation)s cannot both teach and examine in one run. Choose another one.")
            % {"organisation": organisation.display_name},
            code="duty.separate",
        )


def signs_for(user: Any, organisation: Organisation) -> bool:
    """Say whether this person may bind the organisation: its coordinator or administrator."""
    if not (user.is_active and organisation.is_active):
        return False
    held = organisation.memberships.filter(user=user, is_administrator=True)
    return holds(user, Role.COORDINATOR, organisation.pk) or held.exists()


def check_can_decide_duty(user: Any, duty: Duty) -> None:
    """Rule: a duty is accepted or declined by a coordinator or administrator of the organisation
    that was asked, while the run is prepared.
    """
    if not signs_for(user, duty.organisation):
        raise Denied(
            _("Only a coordinator or administrator of %(organisation)s can answer.")
            % {"organisation": duty.organisation.display_name},
            code="duty.decide",
        )
    if duty.run.state != RunState.PREPARING or duty.state != DutyState.PROPOSED:
        raise Denied(
            _("This duty no longer waits for an answer: %(state)s.")
            % {"state": duty.get_state_display()},
            code="duty.decided",
        )


def missing_duties(run: Run) -> list[str]:
    """Return the needed duties that no organisation has accepted."""
    return [kind for kind in duties_needed(run) if holder_of(run, kind) is None]


def announcing_faults(run: Run) -> list[Text]:
    """Return everything that stands in the way of announcing, in the order to mend it.

    Rule: every needed duty is accepted, nobody teaches and examines, and enrolment ends after now
    and not after the first day begins.
    """
    faults: list[Text] = [
        _("Nobody has accepted this duty yet: %(duty)s.") % {"duty": DutyKind(kind).label}
        for kind in missing_duties(run)
    ]
    teaching = holder_of(run, DutyKind.TEACHING)
    if teaching is not None and teaching == holder_of(run, DutyKind.EXAMINING):
        faults.append(_("The same organisation teaches and examines. Give one duty to another."))
    if not run.course.live:
        faults.append(_("The course page is not published yet."))
    if run.capacity < 1:
        faults.append(_("The run has no seats."))
    if run.enrol_until <= clock.now():
        faults.append(_("The end of enrolment has passed. Set a later one."))
    if run.enrol_until > first_moment(run):
        faults.append(_("Enrolment must end before the first day begins."))
    return faults


def check_can_announce(user: Any, run: Run) -> None:
    """Rule: a coordinator announces a run when nothing is missing (announcing_faults)."""
    check_can_coordinate(user, run)
    RUN.check(run, "announce")
    faults = announcing_faults(run)
    if faults:
        raise Denied(" ".join(str(fault) for fault in faults), code="run.incomplete")


def check_can_start(user: Any, run: Run) -> None:
    """Rule: a run starts on or after its first day, with at least one learner and with every
    needed duty accepted.
    """
    check_can_coordinate(user, run)
    RUN.check(run, "start")
    if clock.today() < run.starts_on:
        raise Denied(_("The first day has not come yet."), code="run.early")
    if missing_duties(run):
        raise Denied(_("A duty of this run is not accepted."), code="run.incomplete")
    if not run.enrolments.filter(state=EnrolmentState.ENROLLED).exists():
        raise Denied(_("Nobody is enrolled. Cancel the run instead."), code="run.nobody")


def check_can_close(user: Any, run: Run) -> None:
    """Rule: a run is closed on or after its last day."""
    check_can_coordinate(user, run)
    RUN.check(run, "close")
    if clock.today() < run.ends_on:
        raise Denied(_("The last day has not come yet."), code="run.early")


def check_can_cancel(user: Any, run: Run) -> None:
    """Rule: a run can be cancelled until it starts."""
    check_can_coordinate(user, run)
    RUN.check(run, "cancel")


STEP_RULES = {
    "announce": check_can_announce,
    "start": check_can_start,
    "close": check_can_close,
    "cancel": check_can_cancel,
}


def why_not(verb: str, user: Any, run: Run) -> str:
    """Return why a step cannot be taken now, or nothing."""
    try:
        STEP_RULES[verb](user, run)
    except Denied as refusal:
        return str(refusal)
    return ""
