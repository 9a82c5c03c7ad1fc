"""What a run comes to: theory, practice, retakes, who completes and fails, what is frozen."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from courses.enums import Presence
from courses.lifecycle import AttemptState, EnrolmentState, ExamState, RunState
from courses.models import (
    Attempt,
    Attendance,
    Enrolment,
    PracticeRating,
    PracticeWork,
    UnitCompletion,
)
from courses.queries.invariants.exams import settled_outcomes_add_up
from courses.queries.results import Decision, results_of
from courses.questions import Kind
from courses.services.grading import grade_attempt
from courses.services.settling import settle_run
from portal.core import clock
from portal.core.denials import Denied
from portal.core.models import AuditEvent, Notification
from tests.courses.papers import sample
from tests.factories.accounts import make_user
from tests.factories.courses import (
    make_attempt,
    make_course,
    make_enrolment,
    make_exam,
    make_practice_task,
    make_question,
    make_run,
    make_session,
    make_team,
    make_unit,
)

pytestmark = pytest.mark.django_db
QUESTIONS = 10


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def run(team):
    """A run with a unit, a session that is over, a practical task and ten questions."""
    run = make_run(RunState.RUNNING, team=team)
    make_unit(run.course)
    make_session(run, starts_at=clock.now() - timedelta(days=2), hours=Decimal(10))
    make_practice_task(run.course)
    for number in range(QUESTIONS):
        make_question(run.course, **sample(Kind.TRUEFALSE, f"T-{number}", answer="A"))
    return run


def released(run):
    return run.exams.first() or make_exam(run, ExamState.RELEASED, attempts_allowed=2)


def sit(enrolment, right, **facts):
    """Sit the examination with so many right answers of ten."""
    exam = released(enrolment.run)
    answers = {f"T-{n}": "A" if n < right else "B" for n in range(QUESTIONS)}
    attempt = make_attempt(exam, enrolment, AttemptState.SUBMITTED, answers, **facts)
    grade_attempt(attempt_id=attempt.pk)
    return attempt


def attend(enrolment, hours=10):
    session = enrolment.run.sessions.get()
    Attendance.objects.create(
        session=session, enrolment=enrolment, presence=Presence.PRESENT, minutes=hours * 45
    )


def practise(enrolment, points, team, version=1):
    task = enrolment.run.course.practice_tasks.get()
    work = PracticeWork.objects.create(task=task, enrolment=enrolment, version=version)
    if points is not None:
        PracticeRating.objects.create(work=work, examiner=team.examiner, points=[str(points)])


def learner(run, team, *, right=9, points=20, hours=10, units=True):
    """Enrol somebody who has done this much; None leaves a part out."""
    enrolment = make_enrolment(run)
    if hours:
        attend(enrolment, hours)
    if units:
        for unit in run.course.modules.get().units.all():
            UnitCompletion.objects.create(enrolment=enrolment, unit=unit)
    if right is not None:
        sit(enrolment, right)
    if points is not None:
        practise(enrolment, points, team)
    return enrolment


def close(run):
    type(run).objects.filter(pk=run.pk).update(state=RunState.CLOSED)
    run.refresh_from_db()


def result(run):
    (found,) = results_of(run)
    return found


def test_who_has_met_everything_completes_and_the_outcome_is_frozen(run, team):
    enrolment = learner(run, team)
    counts = settle_run(run=run, by=team.coordinator)
    enrolment.refresh_from_db()
    assert dict(counts) == {Decision.COMPLETE: 1}
    assert enrolment.state == EnrolmentState.COMPLETED
    assert enrolment.outcome == {
        "attended": "10.00",
        "scheduled": "10.00",
        "modules": [run.course.modules.get().code],
        "theory": "90.00",
        "practice": "100.00",
        "final": "94.00",
        "band": "excellent",
        "passed": True,
        "gaps": [],
        "settled_on": clock.today().isoformat(),
    }
    assert enrolment.settled_at is not None
    assert list(settled_outcomes_add_up()) == []
    assert Notification.objects.filter(recipient=enrolment.learner).count() == 1


def test_settling_again_leaves_the_settled_alone(run, team):
    first = learner(run, team)
    settle_run(run=run, by=team.coordinator)
    second = learner(run, team)
    counts = settle_run(run=run, by=team.coordinator)
    assert dict(counts) == {Decision.COMPLETE: 1}
    assert dict(settle_run(run=run, by=team.coordinator)) == {}
    events = AuditEvent.objects.filter(action="enrolment.completed").order_by("seq")
    assert [event.object_key for event in events] == [first.public_id, second.public_id]


@pytest.mark.parametrize("role", ["teacher", "examiner", "certifier", "stranger"])
def test_only_coordinators_of_the_lead_settle(run, team, role):
    learner(run, team)
    by = make_user() if role == "stranger" else getattr(team, role)
    with pytest.raises(Denied) as denied:
        settle_run(run=run, by=by)
    assert denied.value.code == "run.coordinator"


@pytest.mark.parametrize("state", list(RunState))
def test_results_are_settled_once_the_run_has_begun(run, team, state):
    type(run).objects.update(state=state)
    if state in {RunState.RUNNING, RunState.CLOSED}:
        settle_run(run=run, by=team.coordinator)
    else:
        with pytest.raises(Denied) as denied:
            settle_run(run=run, by=team.coordinator)
        assert denied.value.code == "settling.state"


@pytest.mark.parametrize(
    ("parts", "gaps", "when_closed"),
    [
        ({"hours": 7}, ["attendance"], Decision.FAIL),
        ({"hours": 8}, [], Decision.COMPLETE),
        ({"units": False}, ["modules"], Decision.FAIL),
        ({"right": None}, ["marking"], Decision.FAIL),
        ({"points": None}, ["marking"], Decision.FAIL),
        ({"right": 6}, [], Decision.COMPLETE),
        ({"right": 5}, ["theory"], Decision.OPEN),
        ({"points": 10}, ["practice"], Decision.OPEN),
        ({"right": 5, "points": 10}, ["theory", "practice"], Decision.OPEN),
        ({"right": 5, "hours": 0}, ["attendance", "theory"], Decision.FAIL),
    ],
)
def test_what_is_missing_and_what_it_means(run, team, parts, gaps, when_closed):
    released(run)
    learner(run, team, **parts)
    found = result(run)
    assert [gap.value for gap in found.completion.gaps] == gaps
    assert found.decision == (Decision.COMPLETE if not gaps else Decision.OPEN)
    close(run)
    assert result(run).decision == when_closed


def test_a_failed_examination_stays_open_until_the_retake_is_used_or_over(run, team):
    enrolment = learner(run, team, right=5)
    close(run)
    assert result(run).retake_until == clock.today() + timedelta(days=90)
    with clock.at(clock.now() + timedelta(days=90)):
        assert result(run).decision == Decision.OPEN
    with clock.at(clock.now() + timedelta(days=91)):
        assert result(run).decision == Decision.FAIL
    sit(enrolment, 4)
    found = result(run)
    assert (found.theory, found.retake_until, found.decision) == (
        Decimal("50.00"),
        None,
        Decision.FAIL,
    )
    settle_run(run=run, by=team.coordinator)
    enrolment.refresh_from_db()
    assert enrolment.state == EnrolmentState.FAILED
    assert (enrolment.outcome["passed"], enrolment.outcome["gaps"]) == (False, ["theory"])
    assert list(settled_outcomes_add_up()) == []


def test_the_best_attempt_counts(run, team):
    enrolment = learner(run, team, right=5)
    sit(enrolment, 8)
    sit(enrolment, 6)
    assert result(run).theory == Decimal("80.00")


def test_a_result_counts_once_it_is_released(run, team):
    learner(run, team)
    run.exams.update(state=ExamState.CLOSED)
    found = result(run)
    assert (found.theory, found.decision) == (None, Decision.OPEN)
    close(run)
    assert result(run).decision == Decision.OPEN


def test_a_work_handed_in_again_waits_for_its_rating(run, team):
    enrolment = learner(run, team, points=10)
    practise(enrolment, None, team, version=2)
    close(run)
    found = result(run)
    assert (found.practice, found.decision) == (None, Decision.OPEN)


def test_a_practical_part_judged_twice_has_no_retake(run, team):
    enrolment = learner(run, team, points=10)
    practise(enrolment, 0, team, version=2)
    close(run)
    assert (result(run).retake_until, result(run).decision) == (None, Decision.FAIL)


def test_a_course_without_practice_asks_for_none(team):
    course = make_course(level="L0", hours_practice=0, theory_weight=100, practice_weight=0)
    run = make_run(RunState.RUNNING, team=team, course=course)
    for number in range(QUESTIONS):
        make_question(course, **sample(Kind.TRUEFALSE, f"T-{number}", answer="A"))
    enrolment = make_enrolment(run)
    sit(enrolment, 7)
    settle_run(run=run, by=team.coordinator)
    enrolment.refresh_from_db()
    assert (enrolment.outcome["practice"], enrolment.outcome["final"]) == (None, "70.00")
    assert enrolment.state == EnrolmentState.COMPLETED


def test_a_tampered_outcome_is_found(run, team):
    enrolment = learner(run, team)
    settle_run(run=run, by=team.coordinator)
    enrolment.refresh_from_db()
    for change in ({"theory": "99.00"}, {"final": "95.00"}, {"passed": False}, {"band": "good"}):
        Enrolment.objects.update(outcome={**enrolment.outcome, **change})
        assert list(settled_outcomes_add_up()) != []


def test_a_broken_record_settles_nobody(run, team, monkeypatch):
    learner(run, team)

    def fail(**_facts):
        raise RuntimeError

    monkeypatch.setattr("portal.core.audit.record", fail)
    with pytest.raises(RuntimeError):
        settle_run(run=run, by=team.coordinator)
    assert Enrolment.objects.get().outcome == {}


# --- screens --------------------------------------------------------------------------------------


def test_the_page_shows_gaps_in_words_and_settles(client, run, team):
    enrolment = learner(run, team, hours=7)
    good = learner(run, team)
    client.force_login(team.coordinator)
    url = reverse("run_results", args=[run.public_id])
    page = client.get(url)
    assert page.status_code == 200
    assert (page.context["ready"], page.context["open"]) == (1, 1)
    assert client.post(reverse("run_settle", args=[run.public_id])).status_code == 302
    for one, state in ((enrolment, "enrolled"), (good, "completed")):
        one.refresh_from_db()
        assert one.state == state


def test_only_the_lead_settles_by_the_page(client, run, team):
    learner(run, team)
    for role in ("teacher", "examiner"):
        client.force_login(getattr(team, role))
        assert client.get(reverse("run_results", args=[run.public_id])).status_code == 200
        assert client.post(reverse("run_settle", args=[run.public_id])).status_code == 404
    client.force_login(make_user())
    assert client.get(reverse("run_results", args=[run.public_id])).status_code == 404


@pytest.mark.parametrize("number", [1, 60])
def test_results_cost_the_same_for_any_number(
    client, run, team, django_assert_max_num_queries, number
):
    for _one in range(number):
        learner(run, team)
    for person in (team.coordinator, team.examiner):
        client.force_login(person)
        with django_assert_max_num_queries(10):
            page = client.get(reverse("run_results", args=[run.public_id]))
        assert len(page.context["rows"]) == number
    assert Attempt.objects.count() == number
