from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from courses.enums import CompletionWay, Delivery
from courses.lifecycle import EnrolmentState, RunState
from courses.models import HoursEntry, UnitCompletion
from courses.rules.learning import check_can_learn, check_can_read_units
from courses.services.learning import complete_unit
from portal.core import audit
from portal.core.denials import Denied
from portal.core.models import AuditEvent
from tests.factories.accounts import make_user
from tests.factories.courses import (
    make_course,
    make_enrolment,
    make_run,
    make_session,
    make_unit,
)

pytestmark = pytest.mark.django_db
QUESTIONS = [
    {"q": "先做什么？", "options": ["断电", "报告"], "answer": "B", "feedback": "先确认。"},
    {"q": "再做什么？", "options": ["记录", "重装"], "answer": "A", "feedback": "留痕。"},
]


@pytest.fixture
def enrolment():
    return make_enrolment(make_run(RunState.RUNNING))


def complete(enrolment, unit, *answers, by=None):
    return complete_unit(
        enrolment=enrolment, unit=unit, answers=answers, by=by or enrolment.learner
    )


def checked(course, **facts):
    return make_unit(course, self_check=QUESTIONS, way=CompletionWay.SELF_CHECK, **facts)


def allowed(check, *args):
    try:
        check(*args)
    except Denied as refusal:
        return refusal.code
    return ""


def test_unit_is_completed_once(enrolment):
    unit = make_unit(enrolment.run.course)
    assert complete(enrolment, unit) == complete(enrolment, unit)
    assert AuditEvent.objects.filter(action="unit.completed").count() == 1


def test_self_check_is_completed_by_answers_right_or_wrong(enrolment):
    unit = checked(enrolment.run.course)
    assert complete(enrolment, unit, "a", "B").answers == ["A", "B"]


@pytest.mark.parametrize("answers", [(), ("A",), ("A", ""), ("A", "C"), ("A", "十")])
def test_self_check_wants_every_question_answered(enrolment, answers):
    with pytest.raises(ValidationError) as refused:
        complete(enrolment, checked(enrolment.run.course), *answers)
    given = [*answers, "", ""][:2]
    wrong = {str(n) for n, one in enumerate(given) if one not in {"A", "B"}}
    assert (set(refused.value.message_dict), UnitCompletion.objects.count()) == (wrong, 0)


def test_answering_again_keeps_the_latest_answers(enrolment):
    unit = checked(enrolment.run.course)
    first = complete(enrolment, unit, "A", "B")
    again = complete(enrolment, unit, "B", "A")
    assert (again.pk, again.answers, again.completed_at) == (
        first.pk,
        ["B", "A"],
        first.completed_at,
    )


def test_unit_to_read_may_leave_its_questions_open(enrolment):
    unit = make_unit(enrolment.run.course, self_check=QUESTIONS)
    assert complete(enrolment, unit, "A").answers == []


@pytest.mark.parametrize("state", EnrolmentState.values)
@pytest.mark.parametrize("run_state", RunState.values)
def test_reading_and_learning_by_state(state, run_state):
    enrolment = make_enrolment(make_run(run_state), state=state)
    reads = allowed(check_can_read_units, enrolment.learner, enrolment)
    learns = allowed(check_can_learn, enrolment.learner, enrolment)
    inside = state in {"enrolled", "completed", "failed"}
    may_read = inside and run_state in {"running", "closed"}
    assert (reads == "", learns == "") == (may_read, state == "enrolled" and run_state == "running")


def test_nobody_learns_for_another(enrolment):
    with pytest.raises(Denied) as refused:
        complete(enrolment, make_unit(enrolment.run.course), by=make_user())
    assert refused.value.code == "unit.learner"


def test_unit_of_another_course_is_refused(enrolment):
    with pytest.raises(Denied) as refused:
        complete(enrolment, make_unit(make_course()))
    assert refused.value.code == "unit.course"


def test_online_run_without_sessions_enters_theory_hours_once():
    enrolment = make_enrolment(make_run(RunState.RUNNING, delivery=Delivery.ONLINE))
    unit = make_unit(enrolment.run.course, hours=Decimal("3"), hours_practice=Decimal("1.5"))
    complete(enrolment, unit)
    complete(enrolment, unit)
    entry = HoursEntry.objects.get()
    assert (entry.hours, entry.mode, entry.key) == (
        Decimal("1.50"),
        "theory",
        f"unit:{enrolment.pk}:{unit.pk}",
    )


def test_units_give_no_hours_where_attendance_does(enrolment):
    complete(enrolment, make_unit(enrolment.run.course))
    online = make_enrolment(make_run(RunState.RUNNING, delivery=Delivery.ONLINE))
    make_session(online.run)
    complete(online, make_unit(online.run.course))
    assert HoursEntry.objects.count() == 0


def test_completion_falls_with_its_audit(enrolment, monkeypatch):
    def broken(**_facts):
        raise RuntimeError("no record")

    monkeypatch.setattr(audit, "record", broken)
    with pytest.raises(RuntimeError):
        complete(enrolment, make_unit(enrolment.run.course))
    assert UnitCompletion.objects.count() == 0
