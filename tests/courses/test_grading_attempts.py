"""Grading ended attempts: once, by the frozen keys, and never before people have read."""

from decimal import Decimal

import pytest

from courses.grading import PaperMark
from courses.lifecycle import AttemptState
from courses.models import AnswerRating, Question
from courses.queries.sitting import paper_of
from courses.questions import Kind
from courses.services.grading import grade_attempt
from portal.core.models import AuditEvent
from tests.courses.papers import right_response, sample
from tests.factories.accounts import make_user
from tests.factories.courses import make_attempt, make_exam, make_question, make_run

pytestmark = pytest.mark.django_db


def exam_of(*datas, **facts):
    run = make_run("running")
    for data in datas:
        make_question(run.course, **data)
    return make_exam(run, **facts)


def ended(exam, answers=None, state=AttemptState.SUBMITTED):
    return make_attempt(exam, state=state, answers=answers)


def right_answers(attempt):
    rows = {row.code: row.data for row in attempt.exam.run.course.questions.all()}
    items = paper_of(attempt).items
    return {item.question: right_response(rows[item.question], item) for item in items}


def answer_rightly(attempt):
    for question, response in right_answers(attempt).items():
        attempt.answers.create(question=question, response=response, revision=1)


@pytest.mark.parametrize("state", [AttemptState.SUBMITTED, AttemptState.EXPIRED])
def test_an_ended_attempt_is_graded_once_with_one_marking(state):
    attempt = ended(make_exam(), state=state)
    answer_rightly(attempt)

    assert [grade_attempt(attempt_id=attempt.pk) for _ in range(3)] == [True, True, True]

    attempt.refresh_from_db()
    marking = attempt.markings.get()
    assert (attempt.state, attempt.score) == (AttemptState.GRADED, Decimal("100.00"))
    assert (marking.number, marking.score, marking.marks) == (1, attempt.score, attempt.marks)
    assert marking.digest == PaperMark.from_data(attempt.marks).digest()
    assert marking.at == attempt.graded_at
    graded = AuditEvent.objects.filter(action="attempt.graded")
    assert [event.facts["score"] for event in graded] == ["100.00"]


def test_a_running_attempt_is_left_alone():
    attempt = make_attempt()
    assert not grade_attempt(attempt_id=attempt.pk)
    attempt.refresh_from_db()
    assert (attempt.state, attempt.marks) == (AttemptState.RUNNING, None)


def test_no_answers_are_nought_not_missing():
    attempt = ended(make_exam())
    assert grade_attempt(attempt_id=attempt.pk)
    attempt.refresh_from_db()
    assert attempt.score == Decimal("0.00")


def test_an_essay_keeps_the_attempt_waiting_with_the_marks_there_are():
    exam = exam_of(sample(Kind.ESSAY), sample(Kind.SINGLE))
    attempt = ended(exam, {"essay": "论述"})
    answer_single = right_answers(attempt)["single"]
    attempt.answers.create(question="single", response=answer_single, revision=1)

    assert [grade_attempt(attempt_id=attempt.pk) for _ in range(2)] == [False, False]

    attempt.refresh_from_db()
    points = {item["question"]: item["points"] for item in attempt.marks["items"]}
    assert points == {"essay": None, "single": "50"}
    assert (attempt.state, attempt.score) == (AttemptState.SUBMITTED, None)
    assert not attempt.markings.exists()


def test_the_last_examiners_points_complete_the_mark():
    exam = exam_of(sample(Kind.ESSAY), examiners_needed=2)
    attempt = ended(exam, {"essay": "论述"})
    for points in ([10, 6], [10, 10]):
        assert not grade_attempt(attempt_id=attempt.pk)
        AnswerRating.objects.create(
            attempt=attempt, question="essay", examiner=make_user(), points=points
        )
    assert grade_attempt(attempt_id=attempt.pk)
    attempt.refresh_from_db()
    assert attempt.score == Decimal("90.00")


def test_a_question_edited_after_the_opening_is_marked_by_the_frozen_version():
    exam = exam_of(sample(Kind.SINGLE))
    attempt = ended(exam)
    answer_rightly(attempt)
    Question.objects.filter(code="single").update(is_current=False)
    Question.objects.create(
        course=exam.run.course, code="single", version=2, data=sample(Kind.SINGLE, answer="A")
    )
    assert grade_attempt(attempt_id=attempt.pk)
    attempt.refresh_from_db()
    assert attempt.score == Decimal("100.00")


def test_a_grader_that_fails_leaves_answers_and_attempt_as_they_were():
    exam = exam_of(sample(Kind.SINGLE))
    attempt = ended(exam)
    answer_rightly(attempt)
    Question.objects.update(version=7)  # the frozen version cannot be found

    with pytest.raises(ValueError, match="no key for question single"):
        grade_attempt(attempt_id=attempt.pk)

    attempt.refresh_from_db()
    assert (attempt.state, attempt.answers.count()) == (AttemptState.SUBMITTED, 1)
    Question.objects.update(version=1)
    assert grade_attempt(attempt_id=attempt.pk)


def test_every_kind_with_a_key_are_marked_as_the_pure_rule_marks_them():
    kinds = [kind for kind in Kind if kind != Kind.ESSAY]
    exam = exam_of(*map(sample, kinds))
    attempt = ended(exam)
    answer_rightly(attempt)
    assert grade_attempt(attempt_id=attempt.pk)
    attempt.refresh_from_db()
    assert attempt.score == Decimal("100.00")
