import itertools
from datetime import timedelta

import pytest

from courses.enums import DutyKind
from courses.lifecycle import ENROLMENT, SEATED, EnrolmentState, RunState
from courses.models import Enrolment, Run
from courses.queries.enrolments import ROLES_OF_DUTY, emails_of_workers, waiting_place
from courses.rules.running import first_moment
from courses.services import enrolling
from portal.core import clock
from portal.core.denials import Denied
from portal.core.models import AuditEvent, Mail, Notification
from portal.core.sweeping import SWEEPS, run_sweeps
from tests.factories.accounts import make_user
from tests.factories.courses import make_enrolment, make_run, make_team

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def ask(run, user=None):
    return enrolling.request_place(run=run, by=user or make_user())


def states(run):
    return list(run.enrolments.order_by("place").values_list("state", flat=True))


def test_requests_are_admitted_while_seats_are_left_then_wait_in_order():
    run = make_run(capacity=2)
    for _ in range(4):
        ask(run)
    assert states(run) == ["enrolled", "enrolled", "waitlisted", "waitlisted"]
    assert list(run.enrolments.values_list("place", flat=True)) == [1, 2, 3, 4]
    assert [waiting_place(one) for one in run.enrolments.all()[2:]] == [1, 2]


def test_asking_twice_gives_the_same_place():
    run, user = make_run(), make_user()
    assert ask(run, user).pk == ask(run, user).pk
    assert Run.objects.get(pk=run.pk).arrivals == 1
    assert Notification.objects.filter(recipient=user).count() == 1


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"state": RunState.PREPARING}, "enrolment.state"),
        ({"state": RunState.RUNNING}, "enrolment.state"),
        ({"state": RunState.CLOSED}, "enrolment.state"),
        ({"state": RunState.CANCELLED}, "enrolment.state"),
        ({"opens": 1, "closes": 2}, "enrolment.soon"),
        ({"opens": -2, "closes": -1}, "enrolment.closed"),
    ],
)
def test_asking_is_refused_outside_the_window(facts, code):
    now = clock.now()
    run = make_run(
        facts.get("state", RunState.OPEN),
        enrol_from=now + timedelta(days=facts.get("opens", -1)),
        enrol_until=now + timedelta(days=facts.get("closes", 1)),
    )
    with pytest.raises(Denied) as refusal:
        ask(run)
    assert refusal.value.code == code
    assert run.enrolments.count() == 0


def test_the_window_opens_at_its_first_instant_and_closes_at_its_last():
    run = make_run()
    with clock.at(run.enrol_from):
        ask(run)
    with clock.at(run.enrol_until), pytest.raises(Denied):
        ask(run)


def test_who_works_for_a_run_takes_no_seat():
    team = make_team()
    run = make_run(team=team)
    for person in (team.coordinator, team.teacher, team.examiner, team.certifier):
        with pytest.raises(Denied) as refusal:
            ask(run, person)
        assert refusal.value.code == "enrolment.party"
    assert emails_of_workers(run) == {
        team.coordinator.email,
        team.teacher.email,
        team.examiner.email,
        team.certifier.email,
    }


# --- approval -----------------------------------------------------------------------------------


def test_requests_wait_for_approval_where_the_run_says_so():
    team = make_team()
    run = make_run(team=team, needs_approval=True, capacity=1)
    one, two = ask(run), ask(run)
    assert states(run) == ["requested", "requested"]
    assert Notification.objects.filter(recipient=team.coordinator).count() == 2
    enrolling.decide_request(enrolment=two, admit=True, by=team.coordinator)
    enrolling.decide_request(enrolment=one, admit=True, by=team.coordinator)
    assert states(run) == ["waitlisted", "enrolled"]


def test_denial_needs_a_reason_that_is_told():
    team = make_team()
    run = make_run(team=team, needs_approval=True)
    one = ask(run)
    with pytest.raises(Denied) as refusal:
        enrolling.decide_request(enrolment=one, admit=False, by=team.coordinator)
    assert refusal.value.code == "reason"
    for _again in range(2):
        enrolling.decide_request(enrolment=one, admit=False, by=team.coordinator, reason="缺少基础")
    one.refresh_from_db()
    assert (one.state, one.reason) == ("denied", "缺少基础")
    denied = Notification.objects.get(recipient=one.learner, kind="enrolment.deny")
    assert "缺少基础" in denied.body


def test_deciding_is_for_coordinators_and_never_on_oneself():
    team = make_team()
    run = make_run(team=team, needs_approval=True)
    one = ask(run)
    for person in (team.teacher, team.examiner, team.certifier, one.learner):
        with pytest.raises(Denied) as refusal:
            enrolling.decide_request(enrolment=one, admit=True, by=person)
        assert refusal.value.code == "run.coordinator"
    run.refresh_from_db()
    own = make_enrolment(run, team.coordinator, state="requested")
    with pytest.raises(Denied) as refusal:
        enrolling.decide_request(enrolment=own, admit=True, by=team.coordinator)
    assert refusal.value.code == "enrolment.own"


# --- offers -------------------------------------------------------------------------------------


def waiting_run(waiting=2, **facts):
    run = make_run(capacity=1, **facts)
    return run, [ask(run) for _ in range(1 + waiting)]


def test_a_freed_seat_is_offered_to_the_first_who_waits_for_48_hours():
    run, (seated, first, second) = waiting_run()
    with clock.at(clock.now()):
        now = clock.now()
        enrolling.withdraw(enrolment=seated, by=seated.learner)
    first.refresh_from_db()
    assert states(run) == ["withdrawn", "offered", "waitlisted"]
    assert first.offered_until == now + timedelta(hours=48)
    assert Notification.objects.filter(recipient=first.learner, kind="enrolment.offer").exists()
    enrolling.take_offer(enrolment=first, by=first.learner)
    enrolling.take_offer(enrolment=first, by=first.learner)
    assert states(run) == ["withdrawn", "enrolled", "waitlisted"]
    assert second.state == "waitlisted"


def test_an_offer_ends_with_the_beginning_of_the_first_day():
    run, (seated, first) = waiting_run(waiting=1)
    with clock.at(first_moment(run) - timedelta(hours=3)):
        enrolling.withdraw(enrolment=seated, by=seated.learner)
    first.refresh_from_db()
    assert first.offered_until == first_moment(run)


def test_nothing_is_offered_once_the_first_day_has_begun():
    run, (seated, _first) = waiting_run(waiting=1)
    with clock.at(first_moment(run)):
        enrolling.withdraw(enrolment=seated, by=seated.learner)
    assert states(run) == ["withdrawn", "waitlisted"]


def test_an_offer_not_taken_lapses_and_goes_on():
    run, (seated, first, _second) = waiting_run()
    enrolling.withdraw(enrolment=seated, by=seated.learner)
    first.refresh_from_db()
    with clock.at(first.offered_until - timedelta(seconds=1)):
        assert enrolling.lapse_offers() == 0
    with clock.at(first.offered_until):
        with pytest.raises(Denied) as refusal:
            enrolling.take_offer(enrolment=first, by=first.learner)
        assert refusal.value.code == "enrolment.lapsed"
        assert [enrolling.lapse_offers() for _again in range(2)] == [1, 0]
    assert states(run) == ["withdrawn", "withdrawn", "offered"]
    assert "offers" in SWEEPS
    assert run_sweeps()["offers"] == 0


def test_declining_an_offer_gives_it_to_the_next():
    run, (seated, first, _second) = waiting_run()
    enrolling.withdraw(enrolment=seated, by=seated.learner)
    enrolling.withdraw(enrolment=first, by=first.learner)
    assert states(run) == ["withdrawn", "withdrawn", "offered"]


def test_an_offer_is_taken_by_nobody_else():
    run, (seated, first, second) = waiting_run()
    enrolling.withdraw(enrolment=seated, by=seated.learner)
    for person in (second.learner, make_user()):
        with pytest.raises(Denied) as refusal:
            enrolling.take_offer(enrolment=first, by=person)
        assert refusal.value.code == "enrolment.own"
    assert states(run)[1] == "offered"


def test_who_asks_again_goes_to_the_end():
    run, (seated, _first) = waiting_run(waiting=1)
    enrolling.withdraw(enrolment=seated, by=seated.learner)
    again = ask(run, seated.learner)
    assert (again.pk, again.place, again.state) == (seated.pk, 3, "waitlisted")


def test_taking_somebody_out_needs_a_reason_and_frees_the_seat():
    team = make_team()
    run = make_run(team=team, capacity=1)
    seated, _first = ask(run), ask(run)
    with pytest.raises(Denied):
        enrolling.remove(enrolment=seated, by=team.teacher, reason="x")
    with pytest.raises(Denied):
        enrolling.remove(enrolment=seated, by=team.coordinator, reason="")
    enrolling.remove(enrolment=seated, by=team.coordinator, reason="重复报名")
    assert states(run) == ["withdrawn", "offered"]


# --- every verb from every state -----------------------------------------------------------------

LEARNERS = {"withdraw": enrolling.withdraw, "take": enrolling.take_offer}


@pytest.mark.parametrize(("verb", "state"), list(itertools.product(LEARNERS, EnrolmentState)))
def test_a_learners_step_starts_where_the_table_says(verb, state):
    run = make_run()
    one = make_enrolment(run, state=state)
    legal = state in ENROLMENT.arrows[verb].sources
    repeated = state == ENROLMENT.arrows[verb].target
    if legal or repeated:
        LEARNERS[verb](enrolment=one, by=one.learner)
        one.refresh_from_db()
        assert one.state == ENROLMENT.arrows[verb].target
    else:
        with pytest.raises(Denied):
            LEARNERS[verb](enrolment=one, by=one.learner)
        one.refresh_from_db()
        assert one.state == state
    moved = AuditEvent.objects.filter(action=ENROLMENT.arrows[verb].code).count()
    assert moved == (1 if legal else 0)


def test_seats_are_what_nobody_else_can_have():
    assert {"offered", "enrolled", "completed", "failed"} == SEATED
    run = make_run(capacity=len(SEATED))
    for state in EnrolmentState:
        make_enrolment(run, state=state)
    assert ask(run).state == "waitlisted"


def test_every_step_is_told_in_the_readers_language():
    run = make_run(capacity=1)
    ask(run, make_user(language="en"))
    ask(run, make_user(language="zh-hans"))
    english, chinese = Notification.objects.order_by("pk")
    assert english.subject == f"You are enrolled in “{run.course.title_en}”"
    assert run.course.title in chinese.subject
    assert Mail.objects.count() == 2


def test_duty_kinds_are_all_posts_of_somebody():
    assert set(ROLES_OF_DUTY) == set(DutyKind)


def test_enrolment_rows_keep_their_constraint_on_offers():
    _run, (seated, first) = waiting_run(waiting=1)
    enrolling.withdraw(enrolment=seated, by=seated.learner)
    assert Enrolment.objects.get(pk=first.pk).offered_until is not None
    enrolling.withdraw(enrolment=first, by=first.learner)
    assert Enrolment.objects.get(pk=first.pk).offered_until is None
