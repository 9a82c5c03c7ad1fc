import itertools
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from courses.enums import DutyKind
from courses.lifecycle import RUN, DutyState, EnrolmentState, RunState
from courses.models import Duty, Run
from courses.queries.runs import duties_needed
from courses.rules.running import announcing_faults, first_moment
from courses.services import running
from portal.accounts.enums import Role
from portal.accounts.models import Membership
from portal.core import audit, clock
from portal.core.denials import Denied
from portal.core.models import AuditChain, AuditEvent, Notification
from tests.factories.accounts import make_member, make_organisation, make_secretariat, make_user
from tests.factories.courses import make_course, make_enrolment, make_run, make_team

pytestmark = pytest.mark.django_db


def facts(**more):
    now = clock.now()
    values = {
        "code": "R-1",
        "capacity": 20,
        "enrol_from": now,
        "enrol_until": now + timedelta(days=10),
        "starts_on": clock.today() + timedelta(days=20),
        "ends_on": clock.today() + timedelta(days=50),
    }
    return values | more


def actions(obj):
    events = AuditEvent.objects.filter(chain_id=obj.audit_chain).order_by("seq")
    return list(events.values_list("action", flat=True))


def test_create_run_asks_every_organisation_and_signs_for_the_own_one():
    team, course = make_team(), make_course()
    duties = {kind: team.holder(kind) for kind in DutyKind.values}
    run = running.create_run(
        course=course, lead=team.lead, by=team.coordinator, duties=duties, **facts()
    )
    assert {duty.kind: duty.state for duty in run.duties.all()} == {
        "content": "accepted",
        "teaching": "proposed",
        "site": "proposed",
        "examining": "proposed",
        "issuing": "accepted",
    }
    own = run.duties.get(kind="content")
    assert (own.decided_by, own.decided_at is not None) == (team.coordinator, True)
    assert actions(run)[:3] == ["run.created", "duty.proposed", "duty.accepted"]
    assert audit.verify(AuditChain.objects.get(name=run.audit_chain)) is None


def test_create_run_is_for_coordinators_of_the_lead():
    team, other = make_team(), make_organisation()
    stranger = make_member(Role.COORDINATOR, other)
    for person in (stranger, team.teacher, make_secretariat(), make_user()):
        with pytest.raises(Denied) as refusal:
            running.create_run(course=make_course(), lead=team.lead, by=person, **facts())
        assert refusal.value.code == "run.open"
    assert Run.objects.count() == 0


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"enrol_until": timezone.now() - timedelta(days=400)}, "enrol_until"),
        ({"ends_on": timezone.now().date() - timedelta(days=400)}, "ends_on"),
        ({"capacity": 0}, "capacity"),
        ({"code": "TAKEN"}, "code"),
    ],
)
def test_create_run_names_the_wrong_field(wrong, field):
    team = make_team()
    make_run(code="TAKEN")
    with pytest.raises(ValidationError) as refusal:
        running.create_run(
            course=make_course(), lead=team.lead, by=team.coordinator, **facts(**wrong)
        )
    assert list(refusal.value.message_dict) == [field]


def test_a_fact_that_no_run_has_is_a_programming_error():
    team = make_team()
    with pytest.raises(TypeError):
        running.create_run(
            course=make_course(), lead=team.lead, by=team.coordinator, **facts(), arrivals=5
        )


# --- duties -------------------------------------------------------------------------------------


def proposed(kind=DutyKind.TEACHING, **more):
    team = make_team()
    run = make_run(RunState.PREPARING, team=team, duties=DutyState.PROPOSED, **more)
    return team, run, run.duties.get(kind=kind)


def test_duty_is_accepted_by_a_coordinator_of_the_organisation():
    team, run, duty = proposed()
    person = make_member(Role.COORDINATOR, team.company)
    running.decide_duty(duty=duty, accept=True, by=person)
    duty.refresh_from_db()
    assert (duty.state, duty.decided_by) == ("accepted", person)
    told = Notification.objects.filter(kind="duty.decided")
    assert [notice.recipient for notice in told] == [team.coordinator]
    assert actions(run) == ["duty.accepted"]


def test_duty_is_accepted_by_an_administrator_whatever_the_role():
    team, _run, duty = proposed()
    person = make_member(Role.APPLICANT, team.company)
    Membership.objects.filter(user=person).update(is_administrator=True)
    running.decide_duty(duty=duty, accept=True, by=person)
    duty.refresh_from_db()
    assert duty.state == "accepted"


def test_duty_is_accepted_by_nobody_else():
    team, _run, duty = proposed()
    plain = make_member(Role.APPLICANT, team.company)
    for person in (team.coordinator, team.teacher, team.examiner, plain, make_secretariat()):
        with pytest.raises(Denied) as refusal:
            running.decide_duty(duty=duty, accept=True, by=person)
        assert refusal.value.code == "duty.decide"


def test_declining_needs_a_reason_and_the_duty_goes_to_another():
    team, run, duty = proposed()
    person = make_member(Role.COORDINATOR, team.company)
    with pytest.raises(Denied) as refusal:
        running.decide_duty(duty=duty, accept=False, by=person, reason="  ")
    assert refusal.value.code == "reason"
    running.decide_duty(duty=duty, accept=False, by=person, reason="师资不足")
    other = make_organisation()
    signer = make_member(Role.COORDINATOR, other)
    again = running.assign_duty(run=run, kind="teaching", organisation=other, by=team.coordinator)
    assert (again.pk, again.state, again.organisation, again.reason) == (
        duty.pk,
        "proposed",
        other,
        "",
    )
    asked = Notification.objects.filter(kind="duty.proposed")
    assert [notice.recipient for notice in asked] == [signer]


def test_the_same_answer_again_changes_nothing_and_the_other_is_refused():
    team, run, duty = proposed()
    person = make_member(Role.COORDINATOR, team.company)
    for _again in range(2):
        running.decide_duty(duty=duty, accept=True, by=person)
    assert actions(run) == ["duty.accepted"]
    with pytest.raises(Denied) as refusal:
        running.decide_duty(duty=duty, accept=False, by=person, reason="doubt")
    assert refusal.value.code == "duty.decided"


def test_asking_the_same_organisation_again_changes_nothing():
    team, run, duty = proposed()
    running.assign_duty(run=run, kind="teaching", organisation=team.company, by=team.coordinator)
    assert actions(run) == []
    assert Duty.objects.get(pk=duty.pk).state == "proposed"


@pytest.mark.parametrize("kind", ["teaching", "examining"])
def test_nobody_teaches_and_examines(kind):
    team, run, _duty = proposed()
    other = team.institute if kind == "teaching" else team.company
    with pytest.raises(Denied) as refusal:
        running.assign_duty(run=run, kind=kind, organisation=other, by=team.coordinator)
    assert refusal.value.code == "duty.separate"


def test_duties_stand_once_the_run_is_announced():
    team = make_team()
    run = make_run(team=team)
    with pytest.raises(Denied) as refusal:
        running.assign_duty(
            run=run, kind="teaching", organisation=make_organisation(), by=team.coordinator
        )
    assert refusal.value.code == "duty.late"


def test_needed_duties_follow_the_course():
    practical, talk = make_course(), make_course(level="L0", hours_practice=0)
    assert duties_needed(make_run(course=practical)) == [
        "content",
        "teaching",
        "site",
        "examining",
        "issuing",
    ]
    assert duties_needed(make_run(course=talk)) == ["content", "teaching", "examining"]


# --- announcing ---------------------------------------------------------------------------------


def test_announcing_waits_for_every_needed_duty():
    team = make_team()
    run = make_run(RunState.PREPARING, team=team)
    for kind in DutyKind.values:
        Duty.objects.filter(run=run).update(state=DutyState.ACCEPTED)
        for state in (DutyState.PROPOSED, DutyState.DECLINED):
            Duty.objects.filter(run=run, kind=kind).update(state=state)
            with pytest.raises(Denied) as refusal:
                running.announce(run=run, by=team.coordinator)
            assert refusal.value.code == "run.incomplete"
            assert str(DutyKind(kind).label) in str(refusal.value)
    Duty.objects.filter(run=run).update(state=DutyState.ACCEPTED)
    assert running.announce(run=run, by=team.coordinator).state == "open"
    assert running.announce(run=run, by=team.coordinator).state == "open"
    assert actions(run) == ["run.announced"]


def test_announcing_lists_every_fault_at_once():
    team = make_team()
    run = make_run(RunState.PREPARING, team=team, duties=DutyState.PROPOSED)
    run.enrol_from = clock.now() - timedelta(days=20)
    run.enrol_until = clock.now() - timedelta(days=1)
    run.save()
    assert len(announcing_faults(Run.objects.get(pk=run.pk))) == 6
    Duty.objects.filter(run=run).update(state=DutyState.ACCEPTED)
    Duty.objects.filter(run=run, kind="examining").update(organisation=team.company)
    run.enrol_until = first_moment(run) + timedelta(minutes=1)
    run.save()
    assert len(announcing_faults(Run.objects.get(pk=run.pk))) == 2


def test_a_failed_record_takes_the_announcement_back(monkeypatch):
    team = make_team()
    run = make_run(RunState.PREPARING, team=team)

    def broken(**_facts):
        raise RuntimeError("no record")

    monkeypatch.setattr(audit, "record", broken)
    with pytest.raises(RuntimeError):
        running.announce(run=run, by=team.coordinator)
    run.refresh_from_db()
    assert run.state == "preparing"


# --- every step, every role, every state ---------------------------------------------------------

ROLES = ("coordinator", "teacher", "examiner", "certifier", "secretariat", "person")


@pytest.mark.parametrize("verb", list(RUN.arrows))
def test_step_is_for_the_coordinator_from_the_states_of_the_table(verb):
    team, arrow = make_team(), RUN.arrows[verb]
    people = {"secretariat": make_secretariat(), "person": make_user()}
    people |= {role: getattr(team, role) for role in ROLES[:4]}
    first = clock.today() + timedelta(days={"announce": 20, "close": -40}.get(verb, 0))
    run = make_run(team=team, starts_on=first, ends_on=first + timedelta(days=30))
    make_enrolment(run)
    for state, role in itertools.product(RunState, ROLES):
        Run.objects.filter(pk=run.pk).update(state=state)
        try:
            running.take_step(run=run, verb=verb, by=people[role], reason="原因")
            refused = False
        except Denied:
            refused = True
        run.refresh_from_db()
        legal = role == "coordinator" and state in arrow.sources
        # A repeated click answers quietly and moves nothing.
        assert refused == (not legal and state != arrow.target), (verb, state, role)
        assert run.state == (arrow.target if legal else state), (verb, state, role)


def test_every_transition_of_a_run_has_its_service():
    assert {*running.STEPS, "cancel"} == set(RUN.arrows)


def test_start_ends_the_waiting():
    team = make_team()
    run = make_run(team=team, starts_on=clock.today())
    states = ["requested", "waitlisted", "offered", "enrolled", "withdrawn"]
    places = {state: make_enrolment(run, state=state) for state in states}
    running.start(run=run, by=team.coordinator)
    found = {state: one for state, one in places.items() if one.refresh_from_db() is None}
    assert {state: one.state for state, one in found.items()} == {
        "requested": "denied",
        "waitlisted": "denied",
        "offered": "withdrawn",
        "enrolled": "enrolled",
        "withdrawn": "withdrawn",
    }
    told = Notification.objects.filter(kind__startswith="enrolment.")
    assert sorted(told.values_list("kind", flat=True)) == ["enrolment.end_waiting"] * 3 + [
        "enrolment.start"
    ]


def test_start_needs_its_day_and_somebody():
    team = make_team()
    run = make_run(team=team)
    with pytest.raises(Denied) as early:
        running.start(run=run, by=team.coordinator)
    with clock.at(first_moment(run)), pytest.raises(Denied) as empty:
        running.start(run=run, by=team.coordinator)
    assert (early.value.code, empty.value.code) == ("run.early", "run.nobody")


def test_close_waits_for_the_last_day():
    team = make_team()
    run = make_run(RunState.RUNNING, team=team)
    with pytest.raises(Denied) as refusal:
        running.close(run=run, by=team.coordinator)
    assert refusal.value.code == "run.early"
    last = timezone.make_aware(datetime.combine(run.ends_on, datetime.min.time()))
    with clock.at(last):
        assert running.close(run=run, by=team.coordinator).state == "closed"


def test_cancel_releases_everybody_with_the_reason():
    team = make_team()
    run = make_run(team=team)
    for state in ("requested", "waitlisted", "offered", "enrolled"):
        make_enrolment(run, state=state)
    with pytest.raises(Denied):
        running.cancel(run=run, by=team.coordinator, reason=" ")
    running.cancel(run=run, by=team.coordinator, reason="场地停电")
    assert set(run.enrolments.values_list("state", "reason", "offered_until")) == {
        ("withdrawn", "场地停电", None)
    }
    assert Notification.objects.filter(kind="enrolment.release").count() == 4
    assert Notification.objects.filter(kind="run.cancelled").count() == 1


# --- changing -----------------------------------------------------------------------------------


def test_more_seats_are_offered_to_those_who_wait():
    team = make_team()
    run = make_run(team=team, capacity=1)
    make_enrolment(run)
    first, second = (make_enrolment(run, state="waitlisted") for _ in range(2))
    running.change_run(run=run, by=team.coordinator, capacity=2)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (EnrolmentState.OFFERED, EnrolmentState.WAITLISTED)


def test_seats_that_are_taken_stay():
    team = make_team()
    run = make_run(team=team, capacity=3)
    for _ in range(2):
        make_enrolment(run)
    with pytest.raises(ValidationError) as refusal:
        running.change_run(run=run, by=team.coordinator, capacity=1)
    assert list(refusal.value.message_dict) == ["capacity"]


def test_announced_runs_keep_their_dates():
    team = make_team()
    run = make_run(team=team)
    with pytest.raises(Denied) as refusal:
        running.change_run(run=run, by=team.coordinator, starts_on=clock.today())
    assert refusal.value.code == "run.announced"
    assert running.change_run(run=run, by=team.coordinator, place=run.place).place == run.place
    assert actions(run) == []


def test_notices_are_in_each_readers_language():
    team = make_team()
    run = make_run(RunState.PREPARING, team=team, duties=DutyState.PROPOSED)
    other = make_organisation()
    make_member(Role.COORDINATOR, other, language="en")
    make_member(Role.COORDINATOR, other, language="zh-hans")
    running.assign_duty(run=run, kind="site", organisation=other, by=team.coordinator)
    subjects = set(Notification.objects.values_list("subject", flat=True))
    assert any("Practical site" in text for text in subjects)
    assert len(subjects) == 2
