"""Examiners' points: who gives them, blind to names and each other, one, two or three of them."""

from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from courses.lifecycle import AttemptState, EnrolmentState, ExamState, RunState
from courses.models import AnswerRating, Attempt, PracticeRating, PracticeWork
from courses.queries.marking import readings_of, works_of
from courses.questions import Kind
from courses.services.grading import grade_attempt
from courses.services.rating import rate_answer, rate_practice
from portal.accounts.enums import Role
from portal.core.denials import Denied
from portal.core.models import AuditEvent, Notification
from tests.courses.papers import sample
from tests.factories.accounts import make_member, make_user
from tests.factories.courses import (
    make_attempt,
    make_enrolment,
    make_exam,
    make_practice_task,
    make_question,
    make_run,
    make_team,
)
from tests.factories.showcase import make_private_file

pytestmark = pytest.mark.django_db
FULL, NONE = (Decimal(10), Decimal(10)), (Decimal(0), Decimal(0))
ROLES = ("coordinator", "teacher", "certifier", "learner", "stranger")


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def run(team):
    return make_run(RunState.RUNNING, team=team)


def examiner(team):
    return make_member(Role.EXAMINER, team.institute)


def person(role, team, run):
    if role == "learner":
        return make_enrolment(run).learner
    return make_user() if role == "stranger" else getattr(team, role)


def essay_exam(run, **facts):
    make_question(run.course, **sample(Kind.ESSAY, "E-1", stem="请分析这个案例。"))
    return make_exam(run, **facts)


def ended(exam, text="我的分析"):
    return make_attempt(exam, state=AttemptState.SUBMITTED, answers={"E-1": text})


def rate(attempt, points, by, **more):
    return rate_answer(attempt=attempt, place="E-1", points=points, comment="", by=by, **more)


def state_of(attempt):
    return Attempt.objects.get(pk=attempt.pk).state


def test_one_examiner_grades_an_essay(team, run):
    attempt = ended(essay_exam(run))
    rate(attempt, (Decimal(6), Decimal(2)), team.examiner)
    attempt.refresh_from_db()
    assert (attempt.state, attempt.score) == (AttemptState.GRADED, Decimal("40.00"))
    assert attempt.markings.get().score == attempt.score
    assert AuditEvent.objects.filter(action="answer.rated").count() == 1


@pytest.mark.parametrize("role", ROLES)
def test_others_give_no_points(team, run, role):
    attempt = ended(essay_exam(run))
    with pytest.raises(Denied):
        rate(attempt, FULL, person(role, team, run))
    assert not AnswerRating.objects.exists()


def test_nobody_marks_their_own(team, run):
    exam = essay_exam(run)
    enrolment = make_enrolment(run, team.examiner)
    attempt = make_attempt(exam, enrolment, AttemptState.SUBMITTED, {"E-1": "自己"})
    with pytest.raises(Denied) as denied:
        rate(attempt, FULL, team.examiner)
    assert denied.value.code == "run.examiner_learns"


def test_two_examiners_give_the_mean_and_a_third_settles_a_gap(team, run):
    exam = essay_exam(run, examiners_needed=2)
    near, far = ended(exam), ended(exam)
    one, two, three = examiner(team), examiner(team), examiner(team)
    rate(near, FULL, one)
    assert state_of(near) == AttemptState.SUBMITTED
    rate(near, (Decimal(10), Decimal(6)), two)
    assert Attempt.objects.get(pk=near.pk).score == Decimal("90.00")

    rate(far, FULL, one)
    rate(far, NONE, two)
    assert state_of(far) == AttemptState.SUBMITTED
    rate(far, (Decimal(10), Decimal(6)), three)
    assert Attempt.objects.get(pk=far.pk).score == Decimal("90.00")


def test_enough_examiners_are_enough(team, run):
    exam = essay_exam(run, examiners_needed=2)
    attempt = ended(exam)
    for _one in range(2):
        rate(attempt, FULL, examiner(team))
    with pytest.raises(Denied) as denied:
        rate(attempt, FULL, examiner(team))
    assert denied.value.code == "rating.enough"


@pytest.mark.parametrize("state", list(AttemptState))
@pytest.mark.parametrize("exam_state", [ExamState.OPEN, ExamState.CLOSED, ExamState.RELEASED])
def test_answers_are_read_from_the_end_to_the_release(team, run, state, exam_state):
    attempt = ended(essay_exam(run))
    if state == AttemptState.GRADED:
        rate(attempt, NONE, team.examiner)
    elif state == AttemptState.RUNNING:
        Attempt.objects.update(state=state, ended_at=None, receipt_hash="")
    else:
        Attempt.objects.update(state=state)
    type(attempt.exam).objects.update(state=exam_state)
    if state == AttemptState.RUNNING or exam_state == ExamState.RELEASED:
        with pytest.raises(Denied) as denied:
            rate(attempt, FULL, team.examiner, reason="看错了")
        assert denied.value.code == "rating.state"
    else:
        rate(attempt, FULL, team.examiner, reason="看错了")
        assert Attempt.objects.get(pk=attempt.pk).score == Decimal("100.00")


def test_a_correction_after_grading_needs_a_reason_and_appends_a_marking(team, run):
    attempt = ended(essay_exam(run))
    rate(attempt, NONE, team.examiner)
    with pytest.raises(ValidationError):
        rate(attempt, FULL, team.examiner)
    rate(attempt, FULL, team.examiner, reason="漏看了第二页")
    rate(attempt, FULL, team.examiner, reason="再按一次")
    attempt.refresh_from_db()
    assert [(one.number, one.score, one.reason) for one in attempt.markings.all()] == [
        (1, Decimal("0.00"), ""),
        (2, Decimal("100.00"), "漏看了第二页"),
    ]
    assert (attempt.score, attempt.marks) == (Decimal("100.00"), attempt.markings.last().marks)


@pytest.mark.parametrize(
    "points", [(), (Decimal(10),), (Decimal(10), Decimal(5)), (Decimal(10),) * 3]
)
def test_points_are_those_of_a_level(team, run, points):
    attempt = ended(essay_exam(run))
    with pytest.raises(ValidationError):
        rate(attempt, points, team.examiner)
    assert state_of(attempt) == AttemptState.SUBMITTED


def test_a_part_of_a_case_is_read_by_its_own_code(team, run):
    part = {**sample(Kind.ESSAY, "C-1-2", points=3)}
    parts = [{**sample(Kind.SINGLE, "C-1-1", points=1)}, part]
    make_question(run.course, **sample(Kind.CASE, "C-1", parts=parts))
    exam = make_exam(run)
    answers = {"C-1": {"C-1-2": "我的答案"}}
    attempt = make_attempt(exam, state=AttemptState.EXPIRED, answers=answers)
    (reading,) = readings_of(exam, team.examiner)
    assert (reading.place, reading.response, reading.state) == ("C-1-2", "我的答案", "todo")
    rate_answer(attempt=attempt, place="C-1-2", points=FULL, comment="", by=team.examiner)
    assert Attempt.objects.get(pk=attempt.pk).score == Decimal("75.00")


def test_the_queue_shows_no_name_and_nothing_of_other_examiners(client, team, run):
    exam = essay_exam(run, examiners_needed=2)
    attempt = ended(exam)
    other = examiner(team)
    rate_answer(attempt=attempt, place="E-1", points=FULL, comment="他人的评语", by=other)
    client.force_login(team.examiner)
    queue = reverse("exam_marking", args=[exam.public_id])
    one = reverse("exam_mark_attempt", args=[exam.public_id, attempt.public_id, "E-1"])
    for url in (queue, one):
        page = client.get(url).content.decode()
        assert attempt.enrolment.learner.name not in page
        assert attempt.enrolment.learner.email not in page
        assert other.name not in page
        assert "他人的评语" not in page
        assert " checked" not in page


def test_an_answer_is_rated_by_the_page_and_the_next_comes_up(client, team, run):
    exam = essay_exam(run)
    first, second = ended(exam), ended(exam)
    client.force_login(team.examiner)
    urls = {
        reverse("exam_mark_attempt", args=[exam.public_id, one.public_id, "E-1"])
        for one in (first, second)
    }
    here = sorted(urls)[0]
    faulty = client.post(here, {"line_0": "10", "comment": "差一项"})
    assert faulty.status_code == 422
    assert "差一项" in faulty.content.decode()
    answer = client.post(here, {"line_0": "10", "line_1": "6", "comment": "有理有据"})
    assert {answer.headers["location"]} == urls - {here}
    last = client.post(answer.headers["location"], {"line_0": "0", "line_1": "0"})
    assert last.headers["location"] == reverse("exam_marking", args=[exam.public_id])
    assert set(exam.attempts.values_list("state", flat=True)) == {AttemptState.GRADED}


@pytest.mark.parametrize("role", ROLES)
def test_marking_pages_are_unknown_to_others(client, team, run, role):
    exam = essay_exam(run)
    attempt = ended(exam)
    client.force_login(person(role, team, run))
    for url in (
        reverse("exam_marking", args=[exam.public_id]),
        reverse("exam_mark_attempt", args=[exam.public_id, attempt.public_id, "E-1"]),
        reverse("run_rating", args=[run.public_id]),
    ):
        assert client.get(url).status_code == 404


@pytest.mark.parametrize("number", [1, 100])
def test_the_queue_costs_the_same_for_any_number(
    client, team, run, django_assert_max_num_queries, number
):
    exam = essay_exam(run)
    for _one in range(number):
        ended(exam)
    client.force_login(team.examiner)
    # Four are the frame's: session, person, roles, unread notices.
    with django_assert_max_num_queries(10):
        page = client.get(reverse("exam_marking", args=[exam.public_id]))
    assert page.context["counts"]["todo"] == number


def test_grading_again_after_all_ratings_changes_nothing(team, run):
    attempt = ended(essay_exam(run))
    rate(attempt, FULL, team.examiner)
    assert grade_attempt(attempt_id=attempt.pk)
    assert attempt.markings.count() == 1


# --- practical works ------------------------------------------------------------------------------


def work_of(run, **facts):
    task = run.course.practice_tasks.first() or make_practice_task(run.course)
    values = {"enrolment": facts.pop("enrolment", None) or make_enrolment(run), "text": "作业"}
    return PracticeWork.objects.create(task=task, **(values | facts))


def rate_work(work, points, by):
    return rate_practice(work=work, points=(Decimal(points),), comment="", by=by)


def test_a_practical_work_is_rated_and_the_learner_told(team, run):
    work = work_of(run)
    rate_work(work, 10, team.examiner)
    rate_work(work, 10, team.examiner)
    (one,) = works_of(run, team.examiner)
    assert (one.state, one.share) == ("done", Fraction(1, 2))
    assert PracticeRating.objects.count() == 1
    assert [notice.recipient for notice in Notification.objects.all()] == [work.enrolment.learner]


@pytest.mark.parametrize("role", ROLES)
def test_others_rate_no_work(team, run, role):
    work = work_of(run)
    with pytest.raises(Denied):
        rate_work(work, 20, person(role, team, run))


def test_only_the_latest_work_of_who_is_not_settled_is_rated(team, run):
    first = work_of(run)
    second = work_of(run, enrolment=first.enrolment, version=2)
    with pytest.raises(Denied) as denied:
        rate_work(first, 20, team.examiner)
    assert denied.value.code == "rating.replaced"
    type(first.enrolment).objects.update(state=EnrolmentState.FAILED)
    with pytest.raises(Denied) as settled:
        rate_work(second, 20, team.examiner)
    assert settled.value.code == "rating.settled"


def test_works_are_read_by_as_many_as_the_examination_asks(team, run):
    make_exam(run, examiners_needed=2)
    work = work_of(run)
    rate_work(work, 20, team.examiner)
    (one,) = works_of(run, team.examiner)
    assert (one.state, one.needs, one.share) == ("mine", 1, None)


def test_a_work_is_read_and_rated_by_the_pages(client, team, run):
    work = work_of(run, file=make_private_file("放行表.pdf"))
    client.force_login(team.examiner)
    page = client.get(reverse("practice_rate", args=[work.public_id])).content.decode()
    assert work.enrolment.learner.name not in page
    file = client.get(reverse("practice_file", args=[work.public_id]))
    assert file.status_code == 200
    answer = client.post(reverse("practice_rate", args=[work.public_id]), {"line_0": "20"})
    assert answer.headers["location"] == reverse("run_rating", args=[run.public_id])
    assert PracticeRating.objects.get().points == ["20"]


@pytest.mark.parametrize("role", ROLES)
def test_works_and_their_files_are_unknown_to_others(client, team, run, role):
    work = work_of(run, file=make_private_file("放行表.pdf"))
    client.force_login(person(role, team, run))
    for name in ("practice_rate", "practice_file"):
        assert client.get(reverse(name, args=[work.public_id])).status_code == 404


@pytest.mark.parametrize("number", [1, 100])
def test_the_works_cost_the_same_for_any_number(
    client, team, run, django_assert_max_num_queries, number
):
    for _one in range(number):
        work_of(run)
    client.force_login(team.examiner)
    with django_assert_max_num_queries(10):
        assert client.get(reverse("run_rating", args=[run.public_id])).status_code == 200
