"""Marking again by replay: previews, corrected keys, withdrawn questions, who is told."""

from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from courses.grading import PaperMark
from courses.lifecycle import AttemptState, ExamState, RunState
from courses.models import Attempt, Marking, Question
from courses.queries.invariants.exams import graded_attempts_have_their_marking
from courses.queries.regrades import KeyChange, trials_of
from courses.questions import Kind
from courses.services.banking import write_question
from courses.services.grading import grade_attempt
from courses.services.rating import rate_answer
from courses.services.regrading import regrade_exam
from portal.core.denials import Denied
from portal.core.models import AuditEvent, Notification
from tests.courses.papers import sample
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


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def exam(team):
    """Two questions of true and false, shown as written, the second of them keyed wrongly."""
    run = make_run(RunState.RUNNING, team=team)
    make_question(run.course, **sample(Kind.TRUEFALSE, "T-1", answer="A"))
    make_question(run.course, **sample(Kind.TRUEFALSE, "T-2", answer="A"))
    return make_exam(run, ExamState.CLOSED)


def graded(exam, first, second):
    answers = {"T-1": first, "T-2": second}
    attempt = make_attempt(exam, state=AttemptState.SUBMITTED, answers=answers)
    assert grade_attempt(attempt_id=attempt.pk)
    return attempt


def correct(exam, team, **changes):
    """Write the corrected second question and return what to mark by."""
    data = sample(Kind.TRUEFALSE, "T-2", **{"answer": "B"} | changes)
    made = write_question(course=exam.run.course, data=data, base=None, by=team.examiner)
    return KeyChange("T-2", made.version)


def regrade(exam, team, change, reason="参考答案有误"):
    return regrade_exam(exam=exam, change=change, reason=reason, by=team.examiner)


def score_of(attempt):
    return Attempt.objects.get(pk=attempt.pk).score


def test_a_preview_names_who_changes_and_writes_nothing(exam, team):
    gains, loses = graded(exam, "A", "B"), graded(exam, "A", "A")
    change = correct(exam, team)
    trials = {trial.attempt.pk: trial for trial in trials_of(exam, change)}
    seen = {
        pk: (one.before, one.after, one.verdict_changes, one.passed_after)
        for pk, one in trials.items()
    }
    assert seen == {
        gains.pk: (Decimal("50.00"), Decimal("100.00"), True, True),
        loses.pk: (Decimal("100.00"), Decimal("50.00"), True, False),
    }
    assert Marking.objects.count() == 2
    assert score_of(gains) == Decimal("50.00")


def test_a_corrected_key_appends_markings_and_keeps_the_first(exam, team):
    gains, same = graded(exam, "A", "B"), graded(exam, "A", None)
    changed = regrade(exam, team, correct(exam, team))

    assert [trial.attempt.pk for trial in changed] == [gains.pk]
    rows = gains.markings.values_list("number", "score", "reason", "by")
    assert list(rows) == [
        (1, Decimal("50.00"), "", None),
        (2, Decimal("100.00"), "参考答案有误", team.examiner.pk),
    ]
    last = gains.markings.last()
    assert last.digest == PaperMark.from_data(last.marks).digest()
    assert (score_of(gains), score_of(same)) == (Decimal("100.00"), Decimal("50.00"))
    assert same.markings.count() == 1
    exam.refresh_from_db()
    assert (exam.bank, exam.key_versions) == ({"T-1": 1, "T-2": 1}, {"T-2": 2})
    assert AuditEvent.objects.filter(action="attempt.regraded").count() == 1
    assert list(graded_attempts_have_their_marking()) == []


def test_the_same_change_again_does_nothing(exam, team):
    attempt = graded(exam, "A", "B")
    change = correct(exam, team)
    assert len(regrade(exam, team, change)) == 1
    assert regrade(exam, team, change) == []
    assert attempt.markings.count() == 2
    assert AuditEvent.objects.filter(action="exam.key_changed").count() == 1


def test_a_withdrawn_question_gives_everybody_its_points_and_can_come_back(exam, team):
    attempt = graded(exam, "A", "B")
    regrade(exam, team, KeyChange("T-2", 1, is_void=True))
    assert score_of(attempt) == Decimal("100.00")
    exam.refresh_from_db()
    assert exam.voided == ["T-2"]
    regrade(exam, team, KeyChange("T-2", 1), "撤回作废")
    exam.refresh_from_db()
    assert (exam.voided, exam.key_versions) == ([], {})
    assert score_of(attempt) == Decimal("50.00")
    assert attempt.markings.count() == 3


@pytest.mark.parametrize("state", [ExamState.CLOSED, ExamState.RELEASED])
def test_those_whose_result_changed_are_told_once_results_are_released(exam, team, state):
    gains = graded(exam, "A", "B")
    graded(exam, "A", None)
    type(exam).objects.update(state=state)
    exam.refresh_from_db()
    regrade(exam, team, correct(exam, team))
    told = [notice.recipient for notice in Notification.objects.filter(kind="exam.released")]
    assert told == ([gains.enrolment.learner] if state == ExamState.RELEASED else [])


@pytest.mark.parametrize("state", [ExamState.DRAFT, ExamState.OPEN])
def test_nothing_is_marked_again_before_the_examination_has_closed(exam, team, state):
    type(exam).objects.update(state=state)
    with pytest.raises(Denied) as denied:
        regrade(exam, team, KeyChange("T-2", 1, is_void=True))
    assert denied.value.code == "exam.not_closed"


@pytest.mark.parametrize("role", ["coordinator", "teacher", "certifier", "learner", "stranger"])
def test_only_examiners_mark_again(exam, team, role):
    learner = make_enrolment(exam.run).learner
    by = {"learner": learner, "stranger": make_user()}.get(role) or getattr(team, role)
    with pytest.raises(Denied):
        regrade_exam(exam=exam, change=KeyChange("T-2", 1, is_void=True), reason="x", by=by)


@pytest.mark.parametrize("reason", ["", "   ", "长" * 301])
def test_a_reason_is_needed(exam, team, reason):
    graded(exam, "A", "B")
    with pytest.raises(ValidationError):
        regrade(exam, team, KeyChange("T-2", 1, is_void=True), reason)
    assert Marking.objects.count() == 1


def test_a_version_with_other_options_cannot_mark_what_was_shown(exam, team):
    graded(exam, "A", "B")
    change = correct(exam, team, options=["对", "不对"])
    for wrong, code in (
        (change, "regrade.shape"),
        (KeyChange("T-9", 1), "regrade.unknown"),
        (KeyChange("T-2", 9), "regrade.version"),
    ):
        with pytest.raises(Denied) as denied:
            regrade(exam, team, wrong)
        assert denied.value.code == code


def test_a_change_before_the_first_marking_counts_for_it(team):
    run = make_run(RunState.RUNNING, team=team)
    make_question(run.course, **sample(Kind.ESSAY, "E-1"))
    exam = make_exam(run, ExamState.CLOSED)
    attempt = make_attempt(exam, state=AttemptState.SUBMITTED, answers={"E-1": "…"})
    assert not grade_attempt(attempt_id=attempt.pk)
    regrade(exam, team, KeyChange("E-1", 1, is_void=True))
    attempt.refresh_from_db()
    assert (attempt.state, attempt.score) == (AttemptState.GRADED, Decimal("100.00"))
    assert attempt.markings.count() == 1


def test_ratings_stay_when_a_key_beside_them_changes(team):
    run = make_run(RunState.RUNNING, team=team)
    make_question(run.course, **sample(Kind.TRUEFALSE, "T-2", answer="A"))
    make_question(run.course, **sample(Kind.ESSAY, "E-1"))
    exam = make_exam(run, ExamState.CLOSED)
    answers = {"T-2": "B", "E-1": "…"}
    attempt = make_attempt(exam, state=AttemptState.SUBMITTED, answers=answers)
    points = (Decimal(10), Decimal(10))
    rate_answer(attempt=attempt, place="E-1", points=points, comment="", by=team.examiner)
    assert score_of(attempt) == Decimal("50.00")
    regrade(exam, team, correct(exam, team))
    assert score_of(attempt) == Decimal("100.00")


def test_a_broken_record_rolls_everything_back(exam, team, monkeypatch):
    attempt = graded(exam, "A", "B")
    change = correct(exam, team)

    def fail(**_facts):
        raise RuntimeError

    monkeypatch.setattr("portal.core.audit.record", fail)
    with pytest.raises(RuntimeError):
        regrade(exam, team, change)
    exam.refresh_from_db()
    assert (exam.key_versions, attempt.markings.count()) == ({}, 1)


def test_the_page_previews_and_then_commits(client, exam, team):
    attempt = graded(exam, "A", "B")
    correct(exam, team)
    client.force_login(team.examiner)
    url = reverse("exam_regrade", args=[exam.public_id])
    assert "T-2" in client.get(url).content.decode()
    assert client.get(url, {"question": "T-2"}).status_code == 200
    body = {"question": "T-2", "mark_by": "2", "reason": "答案有误"}
    preview = client.post(url, body)
    assert (preview.status_code, preview.context["flips"]) == (200, 1)
    assert attempt.markings.count() == 1
    assert client.post(url, body | {"reason": "", "then": "commit"}).status_code == 422
    assert client.post(url, body | {"mark_by": "77"}).status_code == 422
    assert client.post(url, body | {"then": "commit"}).status_code == 302
    assert score_of(attempt) == Decimal("100.00")


def test_the_page_is_unknown_to_others(client, exam, team):
    for role in ("teacher", "coordinator", "certifier"):
        client.force_login(getattr(team, role))
        assert client.get(reverse("exam_regrade", args=[exam.public_id])).status_code == 404


@pytest.mark.parametrize("number", [1, 60])
def test_a_preview_costs_the_same_for_any_number(exam, team, django_assert_max_num_queries, number):
    for _one in range(number):
        graded(exam, "A", "B")
    change = correct(exam, team)
    fresh = type(exam).objects.select_related("run__course").get(pk=exam.pk)
    with django_assert_max_num_queries(4):
        assert len(trials_of(fresh, change)) == number


# --- the learner's own paper and the statistics ---------------------------------------------------


def test_the_own_paper_is_closed_until_the_release(client, exam):
    attempt = graded(exam, "A", "B")
    question = Question.objects.get(code="T-2")
    client.force_login(attempt.enrolment.learner)
    url = reverse("attempt_review", args=[attempt.public_id])
    before = client.get(url).content.decode()
    assert question.data["explanation"] not in before
    assert question.data["stem"] not in before
    type(exam).objects.update(state=ExamState.RELEASED)
    after = client.get(url)
    page = after.content.decode()
    assert question.data["explanation"] in page
    assert "50" in page
    points = {one.code: str(one.points) for one in after.context["items"]}
    assert points == {"T-1": "50.00", "T-2": "0.00"}


def test_somebody_elses_paper_is_unknown(client, exam, team):
    attempt = graded(exam, "A", "B")
    type(exam).objects.update(state=ExamState.RELEASED)
    for user in (make_enrolment(exam.run).learner, team.examiner, team.teacher):
        client.force_login(user)
        url = reverse("attempt_review", args=[attempt.public_id])
        assert client.get(url).status_code == 404


@pytest.mark.parametrize("kind", list(Kind))
def test_a_paper_of_every_kind_can_be_read_again(client, team, kind):
    run = make_run(RunState.RUNNING, team=team)
    make_question(run.course, **sample(kind, "Q-1", explanation="解析在此"))
    exam = make_exam(run, ExamState.CLOSED)
    attempt = make_attempt(exam, state=AttemptState.SUBMITTED)
    grade_attempt(attempt_id=attempt.pk)
    if kind == Kind.ESSAY:
        points = (Decimal(6), Decimal(6))
        rate_answer(
            attempt=attempt, place="Q-1", points=points, comment="评语在此", by=team.examiner
        )
    type(exam).objects.update(state=ExamState.RELEASED)
    client.force_login(attempt.enrolment.learner)
    page = client.get(reverse("attempt_review", args=[attempt.public_id]))
    assert page.status_code == 200
    text = page.content.decode()
    assert "解析在此" in text
    assert ("评语在此" in text) == (kind == Kind.ESSAY)
    assert team.examiner.name not in text


def test_statistics_count_what_was_chosen(client, exam, team):
    for second in ("A", "A", "B", None):
        graded(exam, "A", second)
    client.force_login(team.examiner)
    answer = client.get(reverse("exam_statistics", args=[exam.public_id]))
    assert answer.status_code == 200
    items = {one.code: one for one in answer.context["items"]}
    assert items["T-2"].facility == Fraction(1, 2)
    assert [(letter, count, right) for letter, _text, count, right in items["T-2"].options] == [
        ("A", 2, True),
        ("B", 1, False),
    ]
    assert items["T-2"].discrimination is None
