"""Reads of a run's board: its duties as sign-offs, its way as steps, who must act next."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.enums import DutyKind
from courses.lifecycle import DutyState, EnrolmentState, RunState
from courses.models import Duty, Run
from courses.queries.runs import duties_needed, with_seats
from portal.accounts.enums import TRAINING_ROLES, Role
from portal.accounts.models import Organisation
from portal.core import clock
from portal.core.templatetags.formatting import day, moment

Text = str | Promise
TONES = {
    RunState.PREPARING: "warn",
    RunState.OPEN: "",
    RunState.RUNNING: "",
    RunState.CLOSED: "mute",
    RunState.CANCELLED: "bad",
}
DUTY_TONES = {DutyState.PROPOSED: "warn", DutyState.ACCEPTED: "good", DutyState.DECLINED: "bad"}


@dataclass(frozen=True)
class SignOff:
    """One line of the sign-off table: a kind of duty, who was asked, what they answered."""

    kind: str
    label: Text
    is_needed: bool
    duty: Duty | None

    @property
    def pill(self) -> tuple[Text, str]:
        """The state in words with its tone."""
        if self.duty is None:
            return (gettext_lazy("Nobody asked yet"), "warn" if self.is_needed else "mute")
        state = DutyState(self.duty.state)
        return (state.label, DUTY_TONES[state])


def sign_offs(run: Run) -> list[SignOff]:
    """Return the sign-off table of a run with prefetched duties: needed kinds and given ones."""
    needed, given = duties_needed(run), {duty.kind: duty for duty in run.duties.all()}
    return [
        SignOff(kind.value, kind.label, kind.value in needed, given.get(kind.value))
        for kind in DutyKind
        if kind.value in needed or kind.value in given
    ]


def step(label: Text, state: str, *notes: str) -> dict[str, Any]:
    """Return one step for the stepper component."""
    return {"label": label, "state": state, "notes": [note for note in notes if note]}


def run_steps(run: Run) -> list[dict[str, Any]]:
    """Return the way of a run for the stepper: set up, enrolment, lessons, end, with dates."""
    order = [RunState.PREPARING, RunState.OPEN, RunState.RUNNING, RunState.CLOSED]
    if run.state == RunState.CANCELLED:
        return [step(_("Set-up"), "done"), step(_("Cancelled"), "stop")]
    here = order.index(RunState(run.state))

    def at(place: int) -> str:
        last = place == here == len(order) - 1
        return "done" if place < here or last else "now" if place == here else ""

    period = f"{moment(run.enrol_from)} – {moment(run.enrol_until)}"
    return [
        step(_("Set-up and duties"), at(0)),
        step(_("Enrolment"), at(1), period),
        step(_("Lessons"), at(2), _("from %(day)s") % {"day": day(run.starts_on)}),
        step(_("Closed"), at(3), _("from %(day)s") % {"day": day(run.ends_on)}),
    ]


@dataclass(frozen=True)
class NextStep:
    """What happens next, who must act, until when."""

    text: Text
    who: Text
    until: datetime | date | None = None


def next_step(run: Any, counts: dict[str, int], now: datetime | None = None) -> NextStep:
    """Return what a run waits for, from its state, its duties and its requests."""
    moment_now = now or clock.now()
    if run.state == RunState.PREPARING:
        return next_in_setup(run)
    if run.state == RunState.OPEN:
        return next_in_enrolment(run, counts, moment_now)
    if run.state == RunState.RUNNING:
        return NextStep(
            _("Lessons, practice and examinations. Close the run after its last day."),
            _("teachers, then the coordinator"),
            run.ends_on,
        )
    return NextStep(_("Nothing more is to be done here."), "–")


def next_in_setup(run: Run) -> NextStep:
    """Return what is missing before a run can be announced."""
    rows = [row for row in sign_offs(run) if row.is_needed]
    unasked = [str(row.label) for row in rows if row.duty is None or row.duty.state == "declined"]
    waiting = [row.duty for row in rows if row.duty and row.duty.state == "proposed"]
    if unasked:
        text = _("Ask an organisation for: %(duties)s.") % {"duties": _(", ").join(unasked)}
        return NextStep(text, run.lead.display_name, run.enrol_from)
    if waiting:
        names = dict.fromkeys(duty.organisation.display_name for duty in waiting)
        text = _("These organisations have not answered yet.")
        return NextStep(text, _(", ").join(names), run.enrol_from)
    return NextStep(
        _("All duties are accepted: announce the run."), run.lead.display_name, run.enrol_from
    )


def next_in_enrolment(run: Any, counts: dict[str, int], now: datetime) -> NextStep:
    """Return what an announced run waits for."""
    if counts[EnrolmentState.REQUESTED]:
        text = _("%(n)d requests wait for a decision.") % {"n": counts[EnrolmentState.REQUESTED]}
        return NextStep(text, run.lead.display_name, run.starts_on)
    if now < run.enrol_from:
        return NextStep(_("Enrolment opens by itself."), _("nobody"), run.enrol_from)
    if now < run.enrol_until:
        return NextStep(_("People ask for places."), _("learners"), run.enrol_until)
    return NextStep(_("Start the run on its first day."), run.lead.display_name, run.starts_on)


def duties_waiting_for(user: Any) -> QuerySet[Duty]:
    """Return the proposed duties that this person may answer, the run that begins first ahead."""
    administered = user.memberships.filter(is_administrator=True, organisation__is_active=True)
    own = Q(organisation__in=user.organisation_ids(Role.COORDINATOR)) | Q(
        organisation__in=administered.values("organisation")
    )
    rows = Duty.objects.filter(own, state=DutyState.PROPOSED, run__state=RunState.PREPARING)
    return rows.select_related("run__course", "run__lead", "organisation").order_by(
        "run__starts_on", "pk"
    )


def duties_to_answer(user: Any) -> QuerySet[Duty]:
    """Return every duty of organisations for which this person may sign, answered or not."""
    administered = user.memberships.filter(is_administrator=True, organisation__is_active=True)
    own = Q(organisation__in=user.organisation_ids(Role.COORDINATOR)) | Q(
        organisation__in=administered.values("organisation")
    )
    return Duty.objects.filter(own).select_related("run__course", "run__lead", "organisation")


def runs_for_home(user: Any) -> QuerySet[Run]:
    """Return the runs a person works for with seats, requests, people waiting; current ones first.

    `asked` counts requests without a decision, `waits` the waiting list.
    """
    rows = with_seats(Run.objects.visible_to(user)).select_related("course", "lead")
    asked = Count("enrolments", filter=Q(enrolments__state=EnrolmentState.REQUESTED), distinct=True)
    waits = Count(
        "enrolments", filter=Q(enrolments__state=EnrolmentState.WAITLISTED), distinct=True
    )
    over = Q(state__in=[RunState.CLOSED, RunState.CANCELLED])
    ended = Count("pk", filter=over, distinct=True)
    return (
        rows.annotate(asked=asked, waits=waits, ended=ended)
        .prefetch_related("duties")
        .order_by("ended", F("starts_on").asc(), "code")
    )


def parts_of(user: Any, run: Run) -> list[Text]:
    """Return what this person is in a run: coordinator, or the duties of the organisations."""
    found: list[Text] = []
    if run.lead_id in user.organisation_ids(Role.COORDINATOR):
        found.append(Role.COORDINATOR.label)
    mine = user.organisation_ids(*TRAINING_ROLES)
    found += [
        DutyKind(duty.kind).label for duty in run.duties.all() if duty.organisation_id in mine
    ]
    return found


def known_organisations(user: Any) -> QuerySet[Organisation]:
    """Return organisations to suggest for a duty: those of one's own and of earlier runs."""
    mine = user.organisation_ids(*TRAINING_ROLES)
    earlier = Duty.objects.filter(run__lead__in=mine).values("organisation")
    return Organisation.objects.filter(Q(pk__in=mine) | Q(pk__in=earlier), is_active=True).order_by(
        "name"
    )[:50]
