"""Sitting an examination through the browser's requests, with and without script."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from courses.lifecycle import AttemptState, ExamState
from courses.models import Attempt, Exam
from courses.questions import Kind
from portal.core import clock
from tests.courses.papers import sample
from tests.factories.courses import make_attempt, make_enrolment, make_exam, make_question, make_run

pytestmark = [pytest.mark.django_db, pytest.mark.either]
KEY = "key-00000001"


class Learner:
    """A learner at a browser, with an examination to sit."""

    def __init__(self, *datas, **facts):
        run = make_run("running")
        for data in datas or (sample(Kind.ESSAY), sample(Kind.SINGLE)):
            make_question(run.course, **data)
        self.exam = make_exam(run, **facts)
        self.enrolment = make_enrolment(run)
        self.user = self.enrolment.learner
        self.client = self.browser()

    def browser(self):
        client = Client()
        client.force_login(self.user)
        return client

    def start(self, **data):
        return self.client.post(reverse("exam_start", args=[self.exam.public_id]), data)

    @property
    def attempt(self):
        return Attempt.objects.get(enrolment=self.enrolment)

    def url(self, name):
        return reverse(name, args=[self.attempt.public_id])

    def save(self, response, *, question="essay", base=0, key=KEY, client=None):
        body = {"question": question, "response": response, "base": base, "key": key}
        return self.send(json.dumps(body), client)

    def send(self, body, client=None):
        client = client or self.client
        return client.post(self.url("exam_save"), body, content_type="application/json")

    def number(self, question):
        return 1 + [shown["id"] for shown in self.attempt.sheet].index(question)

    def page(self, **answers):
        """What the paper posts without script: every question, revision and key."""
        fields = {}
        for number, shown in enumerate(self.attempt.sheet, start=1):
            fields[f"r{number}"] = 0
            fields[f"k{number}"] = f"page-key-{number}"
            fields[f"q{number}"] = answers.get(shown["id"], "")
        return fields


@pytest.fixture
def learner():
    one = Learner()
    one.start()
    return one


def test_the_list_names_each_examination_with_its_rules(django_assert_max_num_queries):
    one = Learner()
    make_exam(one.exam.run, state=ExamState.DRAFT, title="还没定的考试")
    url = reverse("learning_exams", args=[one.enrolment.public_id])
    assert one.client.get(url).status_code == 200
    for _number in range(30):
        make_attempt(make_exam(one.exam.run), one.enrolment, AttemptState.SUBMITTED)
    with django_assert_max_num_queries(10):
        page = one.client.get(url).content.decode()
    assert one.exam.title in page
    assert "还没定的考试" not in page


def test_a_score_is_shown_once_released():
    one = Learner()
    facts = {"score": "87.50"}
    make_attempt(one.exam, one.enrolment, AttemptState.GRADED, **facts)
    url = reverse("learning_exams", args=[one.enrolment.public_id])
    assert "87.50" not in one.client.get(url).content.decode()
    Exam.objects.update(state=ExamState.RELEASED)
    assert "87.50" in one.client.get(url).content.decode()
    assert "87.50" in one.client.get(one.url("exam_receipt")).content.decode()


def test_starting_leads_to_the_paper_without_keys_or_explanations(learner):
    page = learner.client.get(learner.url("exam_paper"))
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    text = page.content.decode()
    assert "What?" in text
    for secret in ("because", "explanation", "rubric", "要点"):
        assert secret not in text


def test_the_page_of_a_paper_takes_few_statements(learner, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        learner.client.get(learner.url("exam_paper"))


def test_a_wrong_room_code_is_said_and_counted():
    one = Learner(room_code="A7K2")
    for _number in range(10):
        assert one.start(room_code="0000").status_code == 422
    late = one.start(room_code="A7K2")
    assert (late.status_code, Attempt.objects.count()) == (422, 0)


def test_before_the_opening_the_reason_is_shown_instead_of_the_button():
    now = clock.now()
    one = Learner(opens_at=now + timedelta(hours=1))
    url = reverse("exam_intro", args=[one.exam.public_id])
    page = one.client.get(url).content.decode()
    assert reverse("exam_start", args=[one.exam.public_id]) not in page
    assert one.start().status_code == 422


def test_a_save_answers_with_revision_time_and_time_left(learner, django_assert_max_num_queries):
    # Two of them are this test's savepoint, one asks whether the person's rights have changed.
    with django_assert_max_num_queries(11):
        answer = learner.save("一")
    said = answer.json()
    assert (answer.status_code, said["question"], said["revision"]) == (200, "essay", 1)
    assert len(said["saved_at"]) == 8
    assert said["deadline"] - said["now"] <= said["left"] * 1000 + 1000 <= 3_601_000


def test_a_stale_save_answers_with_the_stored_text(learner):
    learner.save("甲")
    answer = learner.save("乙", key="key-00000002")
    said = answer.json()
    assert (answer.status_code, said["code"], said["stored"]) == (409, "stale", "甲")
    assert learner.attempt.saves.filter(revision=None).get().response == "乙"


def test_another_browser_is_told_and_can_take_over(learner):
    other = learner.browser()
    answer = learner.save("远处", client=other)
    assert (answer.status_code, answer.json()["code"]) == (409, "other_device")
    takeover = learner.url("exam_takeover")
    assert answer.json()["takeover"] == takeover
    assert other.get(learner.url("exam_paper")).headers["location"] == takeover
    assert other.get(learner.url("exam_submit")).headers["location"] == takeover
    assert other.get(takeover).status_code == 200
    assert other.post(takeover).headers["location"] == learner.url("exam_paper")
    assert other.get(learner.url("exam_paper")).status_code == 200
    assert learner.save("远处", client=other).status_code == 200
    assert learner.save("近处", base=1, key="key-00000003").json()["code"] == "other_device"


def test_a_save_after_the_end_is_kept_aside_and_leads_to_the_receipt(learner):
    learner.client.post(learner.url("exam_submit"))
    answer = learner.save("补一句")
    assert (answer.status_code, answer.json()["code"]) == (409, "ended")
    assert answer.json()["receipt"] == learner.url("exam_receipt")
    assert learner.attempt.saves.get().response == "补一句"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("长" * 350_000, 413, "too_large"),
        (json.dumps({"question": "essay", "response": "x" * 30_000}), 422, "bad_key"),
        ("", 422, "unknown_question"),
        ("{", 422, "unknown_question"),
        ("[" * 100_000, 422, "unknown_question"),
        ("1" * 10_000, 422, "unknown_question"),
        ("null", 422, "unknown_question"),
        (b"\xff\xfe\x00", 422, "unknown_question"),
        ('{"question": "essay", "response": NaN, "base": 0, "key": "key-00000001"}', 422, None),
        ('{"question": "\\ud800", "key": "\\ud800", "base": 0}', 422, "unknown_question"),
        (
            '{"question": "essay", "response": "\\u0000", "base": 0, "key": "key-00000001"}',
            422,
            "not_text",
        ),
        (
            '{"question": "essay", "response": "\\ud800", "base": 0, "key": "key-00000001"}',
            422,
            "not_text",
        ),
        ('{"question": "essay", "response": "x", "base": 1e400, "key": "key-00000001"}', 422, None),
    ],
)
def test_what_is_no_answer_gets_a_reason_in_words(learner, body, status, code):
    answer = learner.send(body)
    said = answer.json()
    assert (answer.status_code, said["code"]) == (status, code or said["code"])
    assert said["reason"]
    assert learner.attempt.saves.count() == 0


def test_a_body_beyond_what_the_server_reads_is_refused_in_words(learner, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = learner.send("长" * 2000)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_the_heartbeat_tells_state_revisions_and_time(learner):
    learner.save("一")
    said = learner.client.get(learner.url("exam_state")).json()
    assert (said["state"], said["has_ended"], said["writes_here"]) == ("running", False, True)
    assert said["revisions"] == {"essay": 1}
    assert not learner.browser().get(learner.url("exam_state")).json()["writes_here"]


def test_reading_an_overdue_paper_ends_it(learner):
    moment = learner.attempt.deadline + timedelta(seconds=61)
    with clock.at(moment):
        assert learner.client.get(learner.url("exam_state")).json()["state"] == "expired"
        for name in ("exam_paper", "exam_submit", "exam_takeover"):
            location = learner.client.get(learner.url(name)).headers["location"]
            assert location == learner.url("exam_receipt")
    assert learner.attempt.ended_at == learner.attempt.deadline


def test_handing_in_twice_gives_one_receipt_and_grades_once(learner):
    learner.save("B", question="single")
    pages = [learner.client.post(learner.url("exam_submit"), follow=True) for _ in range(2)]
    assert [page.redirect_chain[-1][0] for page in pages] == [learner.url("exam_receipt")] * 2
    assert all(learner.attempt.receipt_hash in page.content.decode() for page in pages)
    assert learner.attempt.marks is not None  # the essay waits, the rest is marked


def test_a_grader_that_fails_does_not_touch_the_receipt(learner, caplog):
    learner.exam.run.course.questions.update(version=9)
    page = learner.client.post(learner.url("exam_submit"), follow=True)
    assert page.status_code == 200
    assert learner.attempt.state == AttemptState.SUBMITTED


def test_before_handing_in_the_unanswered_are_listed(learner):
    learner.save("一")
    page = learner.client.get(learner.url("exam_submit")).content.decode()
    assert f"#q{learner.number('single')}" in page
    assert f"#q{learner.number('essay')}" not in page


# --- without script ---------------------------------------------------------------------------


def test_a_plain_page_is_saved_as_a_whole_and_only_what_changed(learner):
    page = learner.page(essay="第一行\r\n第二行", single="B")
    answer = learner.client.post(learner.url("exam_paper"), page)
    assert answer.headers["location"] == learner.url("exam_paper")
    kept = {row.question: (row.revision, row.response) for row in learner.attempt.answers.all()}
    assert kept == {"essay": (1, "第一行\n第二行"), "single": (1, "B")}
    learner.client.post(learner.url("exam_paper"), page)
    assert learner.attempt.saves.count() == 2


def test_a_plain_page_hands_in_what_it_holds_in_one_step(learner):
    page = learner.page(essay="随卷", single="B")
    answer = learner.client.post(learner.url("exam_submit"), page)
    assert answer.headers["location"] == learner.url("exam_receipt")
    assert {row.response for row in learner.attempt.answers.all()} == {"随卷", "B"}


def test_a_plain_page_made_stale_shows_both_texts(learner):
    learner.save("甲")
    answer = learner.client.post(learner.url("exam_submit"), learner.page(essay="乙"))
    text = answer.content.decode()
    assert (answer.status_code, learner.attempt.state) == (409, AttemptState.RUNNING)
    assert "甲" in text
    assert "乙" in text
    assert learner.attempt.saves.filter(revision=None).get().response == "乙"


def test_a_plain_page_with_a_wrong_answer_keeps_what_was_typed(learner):
    answer = learner.client.post(learner.url("exam_paper"), learner.page(essay="好", single="Z"))
    assert answer.status_code == 422
    assert learner.attempt.answers.get().response == "好"


def test_a_plain_page_of_another_browser_is_kept_aside(learner):
    answer = learner.browser().post(learner.url("exam_paper"), learner.page(essay="远处"))
    assert answer.headers["location"] == learner.url("exam_takeover")
    assert learner.attempt.saves.get().response == "远处"


def test_every_kind_has_its_control_and_comes_back_as_it_was_given():
    given = {
        Kind.MULTIPLE: (["A", "C"], ["A", "C"]),
        Kind.MATCHING: (["B", "", "A", "C"], ["B", "", "A", "C"]),
        Kind.ORDERING: (["3", "1", "2", "5", "4"], ["B", "C", "A", "E", "D"]),
        Kind.NUMERIC: ("0.62 TB", "0.62 TB"),
        Kind.SHORT: ("委托", "委托"),
        Kind.TRUEFALSE: ("A", "A"),
    }
    one = Learner(*map(sample, [*given, Kind.CASE]))
    one.start()
    page = one.page(**{kind.value: posted for kind, (posted, _stored) in given.items()})
    number = one.number("case")
    page |= {f"q{number}.1": "B", f"q{number}.2": "35"}
    assert one.client.post(one.url("exam_paper"), page).status_code == 302
    stored = {row.question: row.response for row in one.attempt.answers.all()}
    wanted = {kind.value: answer for kind, (_posted, answer) in given.items()}
    assert stored == wanted | {"case": {"case-a": "B", "case-b": "35"}}
    again = one.client.get(one.url("exam_paper")).content.decode()
    assert 'value="0.62 TB"' in again
    assert 'value="35"' in again


def test_the_stem_of_a_case_shows_its_table_and_no_markup_of_its_own():
    stem = "<script>alert(1)</script>\n\n| 区域 | 台数 |\n|---|---|\n| 焊装 | 12 |\n"
    one = Learner(sample(Kind.CASE, stem=stem))
    one.start()
    text = one.client.get(one.url("exam_paper")).content.decode()
    assert "<td>焊装</td>" in text
    assert "<script>alert" not in text


def test_a_paper_holds_its_learners_answers_escaped_and_in_their_language():
    first = Learner(sample(Kind.SHORT, "short-1", stem="Why?"))
    first.start()
    first.save("<b>甲</b>", question="short-1")
    text = first.client.get(first.url("exam_paper")).content.decode()
    second = make_enrolment(first.exam.run).learner
    other = Client()
    other.force_login(second)
    other.cookies["anfan_language"] = "en"
    started = other.post(reverse("exam_start", args=[first.exam.public_id]))
    foreign = other.get(started.headers["location"]).content.decode()
    assert 'value="&lt;b&gt;甲&lt;/b&gt;"' in text
    assert "第 1 题" in text
    assert "甲" not in foreign
    assert "Question 1" in foreign
