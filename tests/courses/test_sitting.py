"""Sitting an examination: what is given out, what is saved, what is kept aside, how it ends."""

from datetime import timedelta

import pytest

from courses.drawing import Paper
from courses.grading import answers_digest
from courses.lifecycle import AttemptState, EnrolmentState, ExamState
from courses.models import AnswerSave, Attempt, Question
from courses.queries.sitting import faces_of
from courses.questions import Kind
from courses.services.sitting import (
    Reply,
    Sent,
    expire_attempt,
    save_answer,
    save_answers,
    start_attempt,
    submit_attempt,
    sweep_attempts,
    take_over,
)
from portal.core import clock
from portal.core.denials import Denied
from portal.core.models import AuditEvent
from tests.courses.papers import sample
from tests.factories.courses import (
    make_attempt,
    make_enrolment,
    make_exam,
    make_question,
    make_run,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both]
HERE = "browser-here"
ESSAY = sample(Kind.ESSAY)


def begin(exam, enrolment=None, **facts):
    enrolment = enrolment or make_enrolment(exam.run)
    values = {"device": HERE, "by": enrolment.learner, "at": clock.now()} | facts
    return start_attempt(exam=exam, enrolment=enrolment, **values)


def running(*datas, **facts):
    """An attempt begun here; its first question's name is its usual one."""
    run = make_run("running")
    for data in datas or (ESSAY,):
        make_question(run.course, **data)
    return begin(make_exam(run, **facts))


def save(attempt, response, *, base=0, key="key-00000001", question="essay", **facts):
    values = {"device": HERE, "by": attempt.enrolment.learner, "at": clock.now()} | facts
    sent = Sent(question, response, base, key)
    return save_answer(public_id=attempt.public_id, sent=sent, **values)


def submit(attempt, *sent, **facts):
    values = {"device": HERE, "by": attempt.enrolment.learner, "at": clock.now()} | facts
    return submit_attempt(public_id=attempt.public_id, sent=sent, **values)


def saves_of(attempt):
    return list(attempt.saves.order_by("pk").values_list("key", "revision", "response"))


def standing(attempt, question="essay"):
    return attempt.answers.filter(question=question).values_list("revision", "response").first()


def actions():
    return list(
        AuditEvent.objects.filter(action__startswith="attempt.")
        .order_by("pk")
        .values_list("action", flat=True)
    )


# --- starting ---------------------------------------------------------------------------------


def test_starting_freezes_paper_sheet_and_deadline():
    exam = make_exam()
    now = clock.now()
    attempt = begin(exam, at=now)
    assert attempt.deadline == now + timedelta(minutes=60)
    assert Paper.from_data(attempt.paper).seed == attempt.seed
    assert [item["id"] for item in attempt.sheet] == [
        item["question"] for item in attempt.paper["items"]
    ]
    assert "explanation" not in str(attempt.sheet)
    assert "answer" not in str(attempt.sheet)
    assert actions() == ["attempt.started"]


def test_the_deadline_is_not_later_than_the_closing():
    now = clock.now()
    exam = make_exam(closes_at=now + timedelta(minutes=10))
    assert begin(exam, at=now).deadline == exam.closes_at


def test_starting_again_returns_the_running_attempt():
    exam = make_exam(attempts_allowed=3)
    enrolment = make_enrolment(exam.run)
    assert begin(exam, enrolment).pk == begin(exam, enrolment, device="another").pk
    assert Attempt.objects.get().device == HERE


def test_two_learners_get_different_papers_of_the_same_bank():
    exam = make_exam()
    assert begin(exam).seed != begin(exam).seed


def test_an_overdue_attempt_ends_and_uses_an_attempt_up():
    exam = make_exam(attempts_allowed=2)
    enrolment = make_enrolment(exam.run)
    first = begin(exam, enrolment)
    second = begin(exam, enrolment, at=first.deadline + timedelta(seconds=61))
    first.refresh_from_db()
    assert (first.state, first.ended_at) == (AttemptState.EXPIRED, first.deadline)
    assert second.number == 2


@pytest.mark.parametrize(
    ("facts", "late", "code"),
    [
        ({"state": ExamState.CLOSED}, 0, "exam.closed"),
        ({}, 3 * 60, "exam.closed"),
        ({}, -61, "exam.not_yet"),
        ({"attempts_allowed": 0}, 0, "exam.no_attempts"),
        ({"room_code": "A7K2"}, 0, "exam.room_code"),
    ],
)
def test_starting_is_refused_with_the_reason(facts, late, code):
    exam = make_exam(**facts)
    moment = exam.opens_at + timedelta(hours=1, minutes=late)
    with pytest.raises(Denied) as refusal:
        begin(exam, at=moment)
    assert (refusal.value.code, Attempt.objects.count()) == (code, 0)


def test_the_opening_second_is_in_and_the_closing_second_is_not():
    exam = make_exam()
    assert begin(exam, at=exam.opens_at).pk
    with pytest.raises(Denied):
        begin(exam, at=exam.closes_at)


@pytest.mark.parametrize("state", [s for s in EnrolmentState if s != EnrolmentState.ENROLLED])
def test_only_the_enrolled_begin(state):
    exam = make_exam()
    with pytest.raises(Denied) as refusal:
        begin(exam, make_enrolment(exam.run, state=state))
    assert refusal.value.code == "exam.not_enrolled"


def test_nobody_begins_for_somebody_else_or_in_another_run():
    exam = make_exam()
    with pytest.raises(Denied):
        begin(exam, by=make_enrolment(exam.run).learner)
    with pytest.raises(Denied):
        begin(exam, make_enrolment(make_run()))


def test_the_room_code_counts_whatever_its_case_and_blanks():
    exam = make_exam(room_code="A7K2")
    assert begin(exam, room_code=" a7k2 ").pk


def test_the_bank_is_read_once_for_a_hundred_learners(django_assert_max_num_queries):
    exam = make_exam()
    faces_of(exam)
    enrolment = make_enrolment(exam.run)
    with django_assert_max_num_queries(14):
        begin(exam, enrolment)


# --- saving -----------------------------------------------------------------------------------


def test_a_save_makes_the_answer_and_its_revision():
    attempt = running()
    one = save(attempt, "一", key="key-00000001")
    two = save(attempt, "一二", base=1, key="key-00000002")
    assert [(o.reply, o.revision) for o in (one, two)] == [(Reply.SAVED, 1), (Reply.SAVED, 2)]
    assert standing(attempt) == (2, "一二")
    assert saves_of(attempt) == [("key-00000001", 1, "一"), ("key-00000002", 2, "一二")]


def test_the_same_key_is_acknowledged_again_and_not_saved_twice():
    attempt = running()
    first = save(attempt, "一", at=clock.now() - timedelta(seconds=5))
    again = save(attempt, "一")
    assert (again.reply, again.revision, again.saved_at) == (Reply.SAVED, 1, first.saved_at)
    assert len(saves_of(attempt)) == 1


def test_the_same_key_is_acknowledged_after_newer_text_and_after_the_end():
    attempt = running()
    save(attempt, "一", key="key-00000001")
    save(attempt, "二", base=1, key="key-00000002")
    submit(attempt)
    assert save(attempt, "一", key="key-00000001").revision == 1
    assert standing(attempt) == (2, "二")


def test_a_key_cannot_stand_for_another_text():
    attempt = running()
    save(attempt, "一")
    assert (save(attempt, "二").reply, save(attempt, "二").fault) == (Reply.FAULT, "bad_key")
    assert standing(attempt) == (1, "一")


def test_a_stale_text_is_kept_aside_and_the_standing_one_told():
    attempt = running()
    save(attempt, "甲", key="key-00000001")
    outcome = save(attempt, "乙", base=0, key="key-00000002")
    assert (outcome.reply, outcome.revision, outcome.stored) == (Reply.STALE, 1, "甲")
    assert saves_of(attempt) == [("key-00000001", 1, "甲"), ("key-00000002", None, "乙")]
    again = save(attempt, "乙", base=0, key="key-00000002")
    assert (again.reply, len(saves_of(attempt))) == (Reply.STALE, 2)


def test_what_was_kept_aside_can_be_chosen_with_its_own_key():
    attempt = running()
    save(attempt, "甲", key="key-00000001")
    save(attempt, "乙", base=0, key="key-00000002")
    assert save(attempt, "乙", base=1, key="key-00000002").revision == 2
    assert standing(attempt) == (2, "乙")


def test_a_stale_save_of_the_same_text_is_no_conflict():
    attempt = running()
    save(attempt, "甲", key="key-00000001")
    outcome = save(attempt, "甲", base=0, key="key-00000002")
    assert (outcome.reply, outcome.revision, len(saves_of(attempt))) == (Reply.SAVED, 1, 1)


def test_another_browser_cannot_write_until_it_takes_over():
    attempt = running()
    outcome = save(attempt, "远处", device="elsewhere")
    assert (outcome.reply, standing(attempt)) == (Reply.OTHER_DEVICE, None)
    assert saves_of(attempt) == [("key-00000001", None, "远处")]
    moved = take_over(
        public_id=attempt.public_id,
        device="elsewhere",
        by=attempt.enrolment.learner,
        at=clock.now(),
    )
    assert moved.takeovers == 1
    assert save(attempt, "远处", device="elsewhere").reply == Reply.SAVED
    assert saves_of(attempt) == [("key-00000001", 1, "远处")]
    assert save(attempt, "近处", base=1, key="key-00000003").reply == Reply.OTHER_DEVICE
    assert actions() == ["attempt.started", "attempt.taken_over"]


def test_taking_over_where_one_writes_changes_nothing():
    attempt = running()
    take_over(
        public_id=attempt.public_id, device=HERE, by=attempt.enrolment.learner, at=clock.now()
    )
    assert Attempt.objects.get().takeovers == 0


def test_taking_over_asks_for_the_room_code_and_a_running_attempt():
    attempt = running(room_code="")
    by = attempt.enrolment.learner
    type(attempt.exam).objects.update(room_code="A7K2")
    with pytest.raises(Denied) as refusal:
        take_over(public_id=attempt.public_id, device="x", by=by, at=clock.now())
    assert refusal.value.code == "exam.room_code"
    submit(attempt)
    with pytest.raises(Denied):
        take_over(public_id=attempt.public_id, device="x", by=by, at=clock.now(), room_code="A7K2")


def test_somebody_elses_attempt_does_not_exist():
    attempt = running()
    stranger = make_enrolment(attempt.exam.run).learner
    for call in (save, submit):
        with pytest.raises(Attempt.DoesNotExist):
            call(attempt, *(["x"] if call is save else []), by=stranger)


@pytest.mark.parametrize("late", [0, 60])
def test_what_arrives_within_the_grace_counts(late):
    attempt = running()
    moment = attempt.deadline + timedelta(seconds=late)
    assert save(attempt, "最后一句", at=moment).reply == Reply.SAVED


def test_what_arrives_after_the_grace_ends_the_attempt_and_is_kept_aside():
    attempt = running()
    outcome = save(attempt, "太晚", at=attempt.deadline + timedelta(seconds=60, microseconds=1))
    attempt.refresh_from_db()
    assert (outcome.reply, attempt.state) == (Reply.ENDED, AttemptState.EXPIRED)
    assert attempt.ended_at == attempt.deadline
    assert (standing(attempt), saves_of(attempt)) == (None, [("key-00000001", None, "太晚")])


@pytest.mark.parametrize(
    ("question", "response", "base", "key", "fault"),
    [
        ("nowhere", "x", 0, "key-00000001", "unknown_question"),
        ("no\x00where", "x", 0, "key-00000001", "unknown_question"),
        ("\ud800", "x", 0, "key-00000001", "unknown_question"),
        (["essay"], "x", 0, "key-00000001", "unknown_question"),
        ("essay", "x", 0, "short", "bad_key"),
        ("essay", "x", 0, "key-0000\x0001", "bad_key"),
        ("essay", "x", 0, None, "bad_key"),
        ("essay", "x", -1, "key-00000001", "bad_base"),
        ("essay", "x", "0", "key-00000001", "bad_base"),
        ("essay", "x", True, "key-00000001", "bad_base"),
        ("essay", "x", 10**9, "key-00000001", "too_many"),
        ("essay", ["x"], 0, "key-00000001", "wrong_shape"),
        ("essay", {"a": 1}, 0, "key-00000001", "wrong_shape"),
        ("essay", 1.5, 0, "key-00000001", "wrong_shape"),
        ("essay", "a\x00b", 0, "key-00000001", "not_text"),
        ("essay", "a\ud800b", 0, "key-00000001", "not_text"),
        ("essay", "长" * 20_001, 0, "key-00000001", "too_long"),
    ],
)
def test_what_is_no_answer_is_refused_and_changes_nothing(question, response, base, key, fault):
    attempt = running()
    outcome = save(attempt, response, base=base, key=key, question=question)
    assert (outcome.reply, outcome.fault) == (Reply.FAULT, fault)
    assert (attempt.answers.count(), attempt.saves.count()) == (0, 0)


def test_every_kind_of_answer_is_stored_as_it_was_given():
    given = {
        Kind.SINGLE: "B",
        Kind.TRUEFALSE: "A",
        Kind.MULTIPLE: ["A", "C"],
        Kind.NUMERIC: "0.62 TB",
        Kind.MATCHING: ["A", None, "", "B"],
        Kind.ORDERING: ["C", "A", "B", "E", "D"],
        Kind.SHORT: "委托",
        Kind.ESSAY: "第一段\n第二段",
        Kind.CASE: {"case-a": "A", "case-b": "35"},
    }
    attempt = running(*map(sample, given))
    for number, (kind, response) in enumerate(given.items()):
        outcome = save(attempt, response, question=kind.value, key=f"key-{number:08d}")
        assert (kind, outcome.reply) == (kind, Reply.SAVED)
    assert {row.question: row.response for row in attempt.answers.all()} == given


def test_a_question_edited_during_the_examination_does_not_touch_the_attempt():
    attempt = running(sample(Kind.SINGLE))
    Question.objects.update(data=sample(Kind.SINGLE, options=["x", "y"], answer="B"), version=9)
    assert save(attempt, "D", question="single").reply == Reply.SAVED
    attempt.refresh_from_db()
    assert {option["text"] for option in attempt.sheet[0]["options"]} == {"a", "b", "c", "d"}


def test_a_save_takes_few_statements(django_assert_max_num_queries):
    attempt = running()
    by = attempt.enrolment.learner
    save(attempt, "一", by=by)
    with django_assert_max_num_queries(7):  # two of them are the savepoint of this test
        save(attempt, "二", base=1, key="key-00000002", by=by)


def test_several_changes_are_saved_together_and_a_bad_one_alone_is_refused():
    attempt = running(ESSAY, sample(Kind.SINGLE))
    sent = [Sent("essay", "一", 0, "key-00000001"), Sent("single", "Z", 0, "key-00000002")]
    outcomes = save_answers(
        public_id=attempt.public_id,
        sent=sent,
        device=HERE,
        by=attempt.enrolment.learner,
        at=clock.now(),
    )
    assert [one.reply for one in outcomes] == [Reply.SAVED, Reply.FAULT]


# --- ending -----------------------------------------------------------------------------------


def test_handing_in_gives_a_receipt_over_the_answers_and_the_same_one_again():
    attempt = running()
    save(attempt, "一")
    first = submit(attempt).attempt
    second = submit(attempt, at=clock.now() + timedelta(minutes=5)).attempt
    attempt.refresh_from_db()
    digest = answers_digest(
        attempt=attempt.public_id,
        paper=Paper.from_data(attempt.paper),
        responses={"essay": "一"},
    )
    assert {first.receipt_hash, second.receipt_hash, attempt.receipt_hash} == {digest}
    assert (attempt.state, first.ended_at) == (AttemptState.SUBMITTED, second.ended_at)
    assert actions() == ["attempt.started", "attempt.submitted"]


def test_what_is_handed_in_along_is_saved_in_the_same_step():
    attempt = running()
    handover = submit(attempt, Sent("essay", "随卷", 0, "key-00000001"))
    assert (handover.has_ended, standing(attempt)) == (True, (1, "随卷"))


def test_a_stale_text_keeps_the_paper_from_being_handed_in():
    attempt = running()
    save(attempt, "甲")
    handover = submit(attempt, Sent("essay", "乙", 0, "key-00000002"))
    assert (handover.has_ended, [o.reply for o in handover.refused]) == (False, [Reply.STALE])
    assert saves_of(attempt)[-1] == ("key-00000002", None, "乙")


def test_another_browser_cannot_hand_in():
    attempt = running()
    handover = submit(attempt, device="elsewhere")
    assert (handover.has_ended, handover.is_other_device) == (False, True)


def test_handing_in_after_the_grace_is_running_out_of_time():
    attempt = running()
    handover = submit(attempt, at=attempt.deadline + timedelta(seconds=61))
    assert (handover.attempt.state, handover.attempt.ended_at) == (
        AttemptState.EXPIRED,
        attempt.deadline,
    )


def test_what_is_sent_after_the_end_is_kept_aside():
    attempt = running()
    submit(attempt)
    assert save(attempt, "补一句").reply == Reply.ENDED
    assert saves_of(attempt) == [("key-00000001", None, "补一句")]


def test_the_sweep_ends_only_what_is_over_and_grades_it():
    over = running(sample(Kind.SINGLE))
    fresh = begin(over.exam)
    Attempt.objects.filter(pk=fresh.pk).update(deadline=over.deadline + timedelta(minutes=5))
    with clock.at(over.deadline + timedelta(seconds=60)):
        assert sweep_attempts().expired == 0
    with clock.at(over.deadline + timedelta(seconds=61)):
        done = sweep_attempts()
        assert (done.expired, done.graded, done.failed) == (1, 1, 0)
        assert sweep_attempts().graded == 0
    over.refresh_from_db()
    assert (over.state, over.ended_at) == (AttemptState.GRADED, over.deadline)


def test_one_attempt_that_cannot_be_graded_does_not_stop_the_rest(caplog):
    bad, good = running(sample(Kind.SINGLE)), running(sample(Kind.SINGLE))
    Question.objects.filter(course=bad.exam.run.course).update(version=9)
    for attempt in (bad, good):
        submit(attempt)
    done = sweep_attempts()
    assert (done.graded, done.failed) == (1, 1)
    assert "the sweep comes back to it" in caplog.text
    bad.refresh_from_db()
    assert bad.state == AttemptState.SUBMITTED


def test_expiring_leaves_alone_what_has_ended_or_has_time():
    attempt = running()
    assert not expire_attempt(attempt_id=attempt.pk, at=clock.now())
    submit(attempt)
    assert not expire_attempt(attempt_id=attempt.pk, at=clock.now() + timedelta(days=1))


def test_a_failed_audit_row_takes_the_start_back(monkeypatch):
    exam = make_exam()
    enrolment = make_enrolment(exam.run)

    def broken(*_arguments, **_facts):
        raise OSError("disk full")

    monkeypatch.setattr(AuditEvent, "save", broken)
    with pytest.raises(OSError, match="disk full"):
        begin(exam, enrolment)
    assert Attempt.objects.count() == 0


def test_factories_agree_with_the_service():
    attempt = make_attempt(answers={})
    assert AnswerSave.objects.filter(attempt=attempt).count() == 0
