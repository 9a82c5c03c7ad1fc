from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from courses.enums import Presence
from courses.lifecycle import EnrolmentState, RunState
from courses.models import Attendance, HoursEntry, Session
from courses.rules.sessions import check_can_keep_list, check_can_plan
from courses.services.attending import (
    Mark,
    check_in,
    close_list,
    end_code,
    keep_list,
    open_code,
)
from courses.services.scheduling import add_session, change_session, remove_session
from portal.accounts.enums import Role
from portal.core import clock
from portal.core.denials import Denied
from portal.core.models import AuditEvent, Notification
from tests.factories.accounts import make_member, make_user
from tests.factories.courses import make_enrolment, make_run, make_session, make_team

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def run(team):
    return make_run(RunState.RUNNING, team=team)


@pytest.fixture
def session(run):
    return make_session(run)


@pytest.fixture
def enrolment(run):
    return make_enrolment(run)


def refusal(deed, **facts):
    with pytest.raises(Denied) as refused:
        deed(**facts)
    return refused.value.code


def fault(deed, **facts):
    with pytest.raises(ValidationError) as refused:
        deed(**facts)
    return refused.value.error_dict["code"][0].code


def opened(session, team, minutes=10):
    return open_code(session=session, minutes=minutes, by=team.teacher)


def come(enrolment, session, typed):
    return check_in(enrolment=enrolment, session=session, typed=typed, by=enrolment.learner)


# --- planning -----------------------------------------------------------------------------------


def facts(**more):
    values = {"title": "第一课", "starts_at": clock.now(), "hours": Decimal(3), "mode": "theory"}
    return values | {"place": "A101", "teacher": None} | more


def test_session_is_added_with_its_facts(run, team):
    session = add_session(run=run, facts=facts(), by=team.coordinator)
    assert (session.hours, session.place, session.run) == (Decimal(3), "A101", run)
    assert AuditEvent.objects.get(action="session.added").after["hours"] == "3.00"


def test_new_time_is_told_to_the_enrolled_and_only_then(run, team, session, enrolment):
    make_enrolment(run, state=EnrolmentState.WAITLISTED)
    change_session(session=session, facts={"title": "改题"}, by=team.teacher)
    assert Notification.objects.count() == 0
    later = session.starts_at + timedelta(days=1)
    change_session(session=session, facts={"starts_at": later}, by=team.teacher)
    assert [one.recipient for one in Notification.objects.all()] == [enrolment.learner]


def test_unchanged_session_writes_nothing(team, session):
    change_session(session=session, facts={"title": session.title}, by=team.teacher)
    assert AuditEvent.objects.filter(action="session.changed").count() == 0


def test_session_with_people_on_its_list_stays(team, session, enrolment):
    keep_list(session=session, marks={enrolment.pk: Mark("present")}, by=team.teacher)
    assert refusal(remove_session, session=session, by=team.teacher) == "session.in_use"
    spare = make_session(session.run)
    remove_session(session=spare, by=team.teacher)
    assert list(Session.objects.all()) == [session]


@pytest.mark.parametrize("state", RunState.values)
def test_sessions_are_planned_until_the_run_is_over(state, team):
    run = make_run(state, team=team)
    try:
        check_can_plan(team.coordinator, run)
        may = True
    except Denied:
        may = False
    assert may == (state in {"preparing", "open", "running"})


@pytest.mark.parametrize(
    ("role", "may"), [("coordinator", True), ("teacher", True), ("examiner", False)]
)
def test_lists_are_kept_by_coordinators_and_teachers(role, may, team, session):
    try:
        check_can_keep_list(getattr(team, role), session)
        kept = True
    except Denied as refused:
        kept = refused.code != "session.role"
    assert kept == may


def test_teacher_of_another_organisation_keeps_no_list(session):
    stranger = make_member(Role.TEACHER)
    assert refusal(open_code, session=session, minutes=10, by=stranger) == "session.role"


# --- the code -----------------------------------------------------------------------------------


def test_code_has_six_digits_and_is_not_in_the_record(session, team):
    code = opened(session, team).code
    assert (len(code), code.isdigit()) == (6, True)
    events = AuditEvent.objects.all()
    assert all(code not in f"{one.before}{one.after}{one.facts}" for one in events)


def test_renewed_code_ends_the_old_one(session, team, enrolment):
    old, new = opened(session, team).code, opened(session, team).code
    if old != new:
        assert fault(come, enrolment=enrolment, session=session, typed=old) == "wrong"
    assert come(enrolment, session, new).presence == Presence.PRESENT


def test_code_is_shown_from_an_hour_before_in_a_started_run(team, run):
    soon = make_session(run, starts_at=clock.now() + timedelta(minutes=61))
    assert refusal(opened, session=soon, team=team) == "session.early"
    waiting = make_session(make_run(RunState.OPEN, team=team))
    assert refusal(opened, session=waiting, team=team) == "session.not_running"


@pytest.mark.parametrize("minutes", [0, 7, 600])
def test_code_is_valid_for_one_of_the_offered_times(session, team, minutes):
    with pytest.raises(ValidationError):
        opened(session, team, minutes)


@pytest.mark.parametrize("write", ["{}", " {} ", "wide", "{0:.3}-{1}"])
def test_code_is_read_as_people_type_it(session, team, enrolment, write):
    code = opened(session, team).code
    wide = code.translate({ord("0") + n: chr(0xFF10 + n) for n in range(10)})
    typed = wide if write == "wide" else write.format(code, code[3:])
    entry = come(enrolment, session, typed)
    assert (entry.presence, entry.minutes, entry.source) == ("present", 90, "code")


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "0" * 10_000, "１２３", "<script>"])
def test_wrong_code_is_refused(session, team, enrolment, typed):
    opened(session, team)
    assert fault(come, enrolment=enrolment, session=session, typed=typed) == "wrong"
    assert Attendance.objects.count() == 0


def test_code_of_another_session_is_wrong(session, team, enrolment):
    other = make_session(session.run)
    opened(session, team)
    code = opened(other, team).code
    assert fault(come, enrolment=enrolment, session=session, typed=code) == "wrong"


def test_code_before_any_is_shown_says_to_wait(session, enrolment):
    assert fault(come, enrolment=enrolment, session=session, typed="123456") == "none"


def test_code_ends_after_its_minutes_or_at_once(session, team, enrolment):
    code = opened(session, team, 5).code
    with clock.at(clock.now() + timedelta(minutes=5, seconds=1)):
        assert fault(come, enrolment=enrolment, session=session, typed=code) == "expired"
    end_code(session=session, by=team.teacher)
    assert fault(come, enrolment=enrolment, session=session, typed=code) == "expired"


def test_fifth_wrong_code_makes_one_wait(session, team, enrolment):
    code = opened(session, team).code
    wrong = "000000" if code != "000000" else "111111"
    faults = [fault(come, enrolment=enrolment, session=session, typed=wrong) for _ in range(5)]
    assert faults == ["wrong"] * 5
    assert fault(come, enrolment=enrolment, session=session, typed=code) == "limit"
    other = make_enrolment(session.run)
    assert come(other, session, code).presence == "present"


def test_checking_in_twice_is_checking_in_once(session, team, enrolment):
    code = opened(session, team).code
    first = come(enrolment, session, code)
    again = come(enrolment, session, "anything")
    assert (again.pk, again.recorded_at) == (first.pk, first.recorded_at)
    assert AuditEvent.objects.filter(action="attendance.checked_in").count() == 1


@pytest.mark.parametrize(
    ("after", "presence", "minutes"), [(10, "present", 90), (11, "late", 79), (200, "late", 0)]
)
def test_who_comes_late_has_the_minutes_that_are_left(
    session, team, enrolment, after, presence, minutes
):
    opened(session, team)
    moment = max(session.starts_at, Session.objects.get().code_from) + timedelta(minutes=after)
    with clock.at(moment):
        entry = come(enrolment, session, opened(session, team).code)
    assert (entry.presence, entry.minutes) == (presence, minutes)


def test_code_first_shown_late_makes_nobody_late(session, team, enrolment):
    with clock.at(session.starts_at + timedelta(minutes=40)):
        entry = come(enrolment, session, opened(session, team).code)
    assert (entry.presence, entry.minutes) == ("present", 90)


def test_only_enrolled_learners_check_themselves_in(session, team, enrolment):
    code = opened(session, team).code
    waiting = make_enrolment(session.run, state=EnrolmentState.WAITLISTED)
    elsewhere = make_enrolment(make_run(RunState.RUNNING))
    strangers = [(waiting, waiting.learner), (elsewhere, elsewhere.learner)]
    strangers += [(enrolment, make_user())]
    codes = [
        refusal(check_in, enrolment=one, session=session, typed=code, by=by)
        for one, by in strangers
    ]
    assert codes == ["attendance.learner"] * 3


# --- the list -----------------------------------------------------------------------------------


def test_list_is_kept_and_corrected_with_a_reason(session, team, enrolment):
    entry = {"session": session, "by": team.teacher}
    assert keep_list(marks={enrolment.pk: Mark("absent")}, **entry) == 1
    assert keep_list(marks={enrolment.pk: Mark("absent")}, **entry) == 0
    with pytest.raises(ValidationError) as refused:
        keep_list(marks={enrolment.pk: Mark("late", 50)}, reason="  ", **entry)
    assert list(refused.value.message_dict) == ["reason"]
    keep_list(marks={enrolment.pk: Mark("late", 50)}, reason="签到手机没电", **entry)
    event = AuditEvent.objects.get(action="attendance.corrected")
    key = enrolment.public_id
    assert (event.before, event.after) == ({key: ["absent", 0]}, {key: ["late", 50]})
    assert event.facts == {"reason": "签到手机没电"}


@pytest.mark.parametrize("mark", [Mark("late"), Mark("late", 91), Mark("present", -1)])
def test_minutes_stay_within_the_session(session, team, enrolment, mark):
    with pytest.raises(ValidationError) as refused:
        keep_list(session=session, marks={enrolment.pk: mark}, by=team.teacher)
    assert list(refused.value.message_dict) == [str(enrolment.pk)]


def test_strangers_and_settled_learners_are_not_put_on_a_list(session, team):
    stranger = make_enrolment(make_run(RunState.RUNNING))
    settled = make_enrolment(session.run, state=EnrolmentState.COMPLETED)
    codes = [
        refusal(keep_list, session=session, marks={one.pk: Mark("present")}, by=team.teacher)
        for one in (stranger, settled)
    ]
    assert codes == ["list.stranger", "list.settled"]


def test_nobody_keeps_their_own_entry(session, team):
    own = make_enrolment(session.run, team.teacher)
    marks = {own.pk: Mark("present")}
    assert refusal(keep_list, session=session, marks=marks, by=team.teacher) == "list.own"


# --- closing ------------------------------------------------------------------------------------


def test_closing_enters_hours_once_and_marks_the_rest_absent(session, team, enrolment):
    late, missing = make_enrolment(session.run), make_enrolment(session.run)
    marks = {enrolment.pk: Mark("present"), late.pk: Mark("late", 50)}
    keep_list(session=session, marks=marks, by=team.teacher)
    closed = close_list(session=session, by=team.teacher)
    assert close_list(session=session, by=team.teacher).closed_at == closed.closed_at
    hours = dict(HoursEntry.objects.values_list("enrolment", "hours"))
    assert hours == {enrolment.pk: Decimal("2.00"), late.pk: Decimal("1.00")}
    assert session.attendance.get(enrolment=missing).presence == "absent"
    assert AuditEvent.objects.filter(action="session.closed").count() == 1


def test_hours_never_exceed_the_session(session, team, enrolment):
    Attendance.objects.create(session=session, enrolment=enrolment, presence="present", minutes=900)
    close_list(session=session, by=team.teacher)
    assert HoursEntry.objects.get().hours == Decimal("2.00")


def test_hours_bear_the_day_and_mode_of_the_session(run, team, enrolment):
    session = make_session(run, mode="practice")
    keep_list(session=session, marks={enrolment.pk: Mark("present")}, by=team.teacher)
    with clock.at(clock.now() + timedelta(days=3)):
        close_list(session=session, by=team.coordinator)
    entry = HoursEntry.objects.get()
    assert (entry.mode, entry.key) == ("practice", f"attendance:{Attendance.objects.get().pk}")
    with clock.at(session.starts_at):
        assert entry.day == clock.today()


def test_closed_list_is_not_changed_any_more(session, team, enrolment):
    code = opened(session, team).code
    close_list(session=session, by=team.teacher)
    by = {"session": session, "by": team.teacher}
    refused = [
        refusal(keep_list, marks={enrolment.pk: Mark("present")}, reason="晚了", **by),
        refusal(open_code, minutes=10, **by),
        refusal(change_session, facts={"title": "新"}, **by),
        refusal(come, enrolment=enrolment, session=session, typed=code),
    ]
    assert refused == ["session.closed"] * 3 + ["attendance.closed"]


def test_session_is_not_closed_before_it_begins(run, team):
    session = make_session(run, starts_at=clock.now() + timedelta(minutes=30))
    assert refusal(close_list, session=session, by=team.teacher) == "session.not_begun"


def test_learner_who_left_keeps_the_hours_of_a_session(session, team, enrolment):
    keep_list(session=session, marks={enrolment.pk: Mark("present")}, by=team.teacher)
    enrolment.state = EnrolmentState.WITHDRAWN
    enrolment.save()
    close_list(session=session, by=team.teacher)
    assert HoursEntry.objects.get().learner == enrolment.learner
