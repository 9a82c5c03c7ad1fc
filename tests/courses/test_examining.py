"""Setting an examination and running it: who, when, the frozen bank, time, the live board."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from courses.lifecycle import AttemptState, DutyState, ExamState, RunState
from courses.models import Exam
from courses.services.examining import (
    add_time,
    change_exam,
    close_exam,
    open_exam,
    release_results,
    set_exam,
)
from portal.accounts.enums import Role
from portal.accounts.models import Membership
from portal.core import clock
from portal.core.denials import Denied
from portal.core.lifecycle import IllegalTransition
from portal.core.models import AuditEvent, Notification
from tests.factories.accounts import make_user
from tests.factories.courses import (
    make_attempt,
    make_enrolment,
    make_exam,
    make_question,
    make_run,
    make_team,
)

pytestmark = pytest.mark.django_db
ROLES = ("coordinator", "teacher", "examiner", "certifier", "learner", "stranger")


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def run(team):
    return make_run(RunState.RUNNING, team=team)


def person(role, team, run):
    if role == "learner":
        return make_enrolment(run).learner
    return make_user() if role == "stranger" else getattr(team, role)


def facts(**changes):
    now = clock.now()
    usual = {
        "title": "理论考试",
        "opens_at": now + timedelta(days=1),
        "closes_at": now + timedelta(days=2),
        "minutes": 90,
        "blueprint": {
            "sections": [{"name": "选择", "pick": 2, "points": "100", "from": {}}],
            "pass": 60,
            "minutes": 90,
        },
    }
    return usual | changes


@pytest.mark.parametrize("role", ROLES)
def test_only_examiners_of_the_run_set_examinations(team, run, role):
    by = person(role, team, run)
    if role == "examiner":
        exam = set_exam(run=run, facts=facts(), by=by)
        assert change_exam(exam=exam, facts={"minutes": 60}, by=by).minutes == 60
        assert AuditEvent.objects.filter(action="exam.changed").count() == 1
        return
    with pytest.raises(Denied) as denied:
        set_exam(run=run, facts=facts(), by=by)
    assert denied.value.code == "run.examiner"


@pytest.mark.parametrize("also", ["teaches", "learns"])
def test_who_teaches_or_learns_in_the_run_is_refused_with_the_reason(team, run, also):
    if also == "teaches":
        Membership.objects.create(user=team.examiner, organisation=team.company, role=Role.TEACHER)
    else:
        make_enrolment(run, team.examiner)
    examiner = type(team.examiner).objects.get(pk=team.examiner.pk)
    with pytest.raises(Denied) as denied:
        set_exam(run=run, facts=facts(), by=examiner)
    assert denied.value.code == f"run.examiner_{also}"


def test_opening_freezes_the_bank_and_tells_the_learners(team, run):
    learner = make_enrolment(run).learner
    rows = [make_question(run.course) for _one in range(3)]
    type(rows[0]).objects.filter(pk=rows[2].pk).update(is_retired=True)
    exam = set_exam(run=run, facts=facts(), by=team.examiner)

    opened = open_exam(exam=exam, by=team.examiner)

    assert opened.state == ExamState.OPEN
    assert opened.bank == {rows[0].code: 1, rows[1].code: 1}
    assert [one.recipient for one in Notification.objects.all()] == [learner]
    with pytest.raises(Denied) as denied:
        change_exam(exam=exam, facts={"minutes": 5}, by=team.examiner)
    assert denied.value.code == "exam.stands"


def test_opening_is_refused_with_what_the_bank_lacks(team, run):
    make_question(run.course)
    exam = set_exam(run=run, facts=facts(), by=team.examiner)
    with pytest.raises(Denied) as denied:
        open_exam(exam=exam, by=team.examiner)
    assert denied.value.code == "exam.shortage"
    assert "选择" in str(denied.value)
    exam.refresh_from_db()
    assert (exam.state, exam.bank) == (ExamState.DRAFT, {})


def test_opening_is_refused_while_a_duty_is_missing_or_the_time_is_over(team, run):
    for _one in range(2):
        make_question(run.course)
    exam = set_exam(run=run, facts=facts(), by=team.examiner)
    run.duties.filter(kind="issuing").update(state=DutyState.PROPOSED)
    with pytest.raises(Denied) as denied:
        open_exam(exam=exam, by=team.examiner)
    assert denied.value.code == "exam.duty"
    run.duties.update(state=DutyState.ACCEPTED)
    with clock.at(clock.now() + timedelta(days=3)), pytest.raises(Denied) as late:
        open_exam(exam=exam, by=team.examiner)
    assert late.value.code == "exam.over"


@pytest.mark.parametrize("state", list(ExamState))
@pytest.mark.parametrize("verb", ["open", "close", "release"])
def test_steps_go_one_way_only(team, run, state, verb):
    exam = make_exam(run, state)
    step = {"open": open_exam, "close": close_exam, "release": release_results}[verb]
    starts = {"open": ExamState.DRAFT, "close": ExamState.OPEN, "release": ExamState.CLOSED}
    if state == starts[verb]:
        assert step(exam=exam, by=team.examiner).state != state
    else:
        with pytest.raises(IllegalTransition):
            step(exam=exam, by=team.examiner)


@pytest.mark.parametrize("role", ROLES)
def test_time_is_added_by_examiners_and_coordinators_only(team, run, role):
    attempt = make_attempt(make_exam(run))
    by, before = person(role, team, run), attempt.deadline
    if role in {"examiner", "coordinator"}:
        assert add_time(exam=attempt.exam, minutes=10, reason="停电", by=by) == 1
        attempt.refresh_from_db()
        assert attempt.deadline == before + timedelta(minutes=10)
        assert attempt.extra_minutes == 10
        event = AuditEvent.objects.get(action="attempt.time_added")
        assert event.facts == {"minutes": 10, "reason": "停电"}
    else:
        with pytest.raises(Denied):
            add_time(exam=attempt.exam, minutes=10, reason="停电", by=by)


def test_time_goes_to_one_or_to_all_who_are_writing(team, run):
    exam = make_exam(run)
    one, other = make_attempt(exam), make_attempt(exam)
    done = make_attempt(exam, state=AttemptState.SUBMITTED)
    assert add_time(exam=exam, minutes=5, reason="迟到", attempt=one, by=team.examiner) == 1
    assert add_time(exam=exam, minutes=5, reason="广播", by=team.examiner) == 2
    for attempt, extra in ((one, 10), (other, 5), (done, 0)):
        attempt.refresh_from_db()
        assert attempt.extra_minutes == extra


def test_time_is_not_added_after_the_deadline(team, run):
    attempt = make_attempt(make_exam(run))
    with clock.at(attempt.deadline), pytest.raises(Denied) as denied:
        add_time(exam=attempt.exam, minutes=5, reason="晚了", by=team.examiner)
    assert denied.value.code == "exam.nobody"


@pytest.mark.parametrize(("minutes", "reason"), [(0, "x"), (241, "x"), (-5, "x"), (5, "  ")])
def test_time_needs_a_number_and_a_reason(team, run, minutes, reason):
    attempt = make_attempt(make_exam(run))
    with pytest.raises(ValidationError):
        add_time(exam=attempt.exam, minutes=minutes, reason=reason, by=team.examiner)


def test_closing_waits_for_writers_and_marks_the_rest(team, run):
    exam = make_exam(run)
    make_attempt(exam)
    ended = make_attempt(exam, state=AttemptState.SUBMITTED)
    with pytest.raises(Denied) as denied:
        close_exam(exam=exam, by=team.examiner)
    assert denied.value.code == "exam.writing"
    exam.attempts.exclude(pk=ended.pk).delete()
    close_exam(exam=exam, by=team.examiner)
    ended.refresh_from_db()
    assert ended.state == AttemptState.GRADED


def test_results_are_released_when_all_are_graded(team, run):
    exam = make_exam(run, ExamState.CLOSED)
    attempt = make_attempt(exam, state=AttemptState.SUBMITTED)
    with pytest.raises(Denied) as denied:
        release_results(exam=exam, by=team.examiner)
    assert denied.value.code == "exam.waiting"
    type(attempt).objects.update(state=AttemptState.GRADED)
    release_results(exam=exam, by=team.examiner)
    notice = Notification.objects.get()
    assert notice.recipient == attempt.enrolment.learner
    assert notice.url == reverse("attempt_review", args=[attempt.public_id])


# --- screens --------------------------------------------------------------------------------------


def typed(**changes):
    start = timezone.localtime(clock.now() + timedelta(days=1))
    usual = {
        "title": "理论考试",
        "opens_at": f"{start:%Y-%m-%dT%H:%M}",
        "closes_at": f"{start + timedelta(hours=3):%Y-%m-%dT%H:%M}",
        "minutes": "90",
        "grace_seconds": "60",
        "attempts_allowed": "1",
        "examiners_needed": "2",
        "room_code": "7431",
        "name_0": "选择",
        "pick_0": "2",
        "points_0": "100",
        "lowest_0": "1",
        "highest_0": "5",
        "lowest_1": "1",
        "highest_1": "5",
    }
    return usual | changes


def test_an_examination_is_set_by_the_form(client, team, run):
    client.force_login(team.examiner)
    url = reverse("exam_new", args=[run.public_id])
    assert client.get(url).status_code == 200
    answer = client.post(url, typed())
    exam = Exam.objects.get()
    assert answer.headers["location"] == reverse("exam_board", args=[exam.public_id])
    assert (exam.minutes, exam.examiners_needed, exam.room_code) == (90, 2, "7431")
    assert exam.blueprint["sections"][0]["pick"] == 2
    edit = reverse("exam_edit", args=[exam.public_id])
    assert 'value="选择"' in client.get(edit).content.decode()
    assert client.post(edit, typed(title="期末考试")).status_code == 302
    exam.refresh_from_db()
    assert exam.title == "期末考试"


@pytest.mark.parametrize(
    "changes",
    [
        {"title": ""},
        {"minutes": "0"},
        {"minutes": "viele"},
        {"opens_at": "gestern"},
        {"closes_at": "2020-01-01T00:00"},
        {"points_0": "90"},
        {"points_0": "NaN"},
        {"pick_0": "-1"},
        {"types_0": "guess"},
        {"lowest_0": "5", "highest_0": "2"},
        {"examiners_needed": "9"},
    ],
)
def test_a_faulty_examination_is_refused_and_nothing_is_lost(client, team, run, changes):
    client.force_login(team.examiner)
    answer = client.post(reverse("exam_new", args=[run.public_id]), typed(**changes))
    assert answer.status_code == 422
    assert "7431" in answer.content.decode()
    assert not Exam.objects.exists()


def test_the_paper_is_checked_against_the_bank_without_saving(client, team, run):
    make_question(run.course)
    client.force_login(team.examiner)
    url = reverse("exam_new", args=[run.public_id])
    answer = client.post(url, typed(check="1"))
    assert answer.status_code == 200
    assert len(answer.context["shortages"]) == 1
    make_question(run.course)
    assert client.post(url, typed(check="1")).context["shortages"] == []
    assert not Exam.objects.exists()


@pytest.mark.parametrize("role", ROLES)
def test_the_board_is_for_who_examines_or_coordinates(client, team, run, role):
    exam = make_exam(run)
    client.force_login(person(role, team, run))
    status = client.get(reverse("exam_board", args=[exam.public_id])).status_code
    assert status == (200 if role in {"examiner", "coordinator"} else 404)


def test_the_board_shows_who_writes_and_takes_time_and_steps(client, team, run):
    exam = make_exam(run)
    attempt = make_attempt(exam)
    client.force_login(team.examiner)
    board = reverse("exam_board", args=[exam.public_id])
    page = client.get(board)
    assert page.context["counts"] == {
        "absent": 0,
        "running": 1,
        "submitted": 0,
        "expired": 0,
        "graded": 0,
    }
    assert attempt.public_id not in page.content.decode()
    more = reverse("exam_extra_time", args=[exam.public_id])
    body = {"minutes": "15", "reason": "耳机坏了", "who": attempt.enrolment.public_id}
    assert client.post(more, body).status_code == 302
    attempt.refresh_from_db()
    assert attempt.extra_minutes == 15
    assert client.post(more, body | {"minutes": "0"}).status_code == 422
    assert client.post(more, body | {"who": "nobody"}).status_code == 404
    step = reverse("exam_step", args=[exam.public_id])
    assert client.post(step, {"verb": "close"}).status_code == 302
    exam.refresh_from_db()
    assert exam.state == ExamState.OPEN  # somebody still writes
    assert client.post(step, {"verb": "burn"}).status_code == 404


@pytest.mark.parametrize("number", [1, 100])
@pytest.mark.parametrize("name", ["run_exams", "exam_board"])
def test_lists_cost_the_same_for_any_number(
    client, team, run, django_assert_max_num_queries, name, number
):
    exam = make_exam(run)
    for _one in range(number):
        make_attempt(exam)
    client.force_login(team.examiner)
    of = run if name == "run_exams" else exam
    with django_assert_max_num_queries(10):
        assert client.get(reverse(name, args=[of.public_id])).status_code == 200
