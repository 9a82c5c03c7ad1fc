from datetime import timedelta

import pytest

from courses.lifecycle import EnrolmentState, RunState
from courses.models import Enrolment, Run
from courses.queries.enrolments import coordinators_of
from portal.core import clock
from portal.core.deadlines import remind_of
from portal.core.models import Notification
from tests.factories.courses import make_attempt, make_enrolment, make_exam, make_run

pytestmark = pytest.mark.django_db


def told(kind):
    rows = Notification.objects.filter(kind=f"deadline.{kind}").order_by("pk")
    return [notice.recipient for notice in rows]


def test_an_offered_seat_reminds_until_it_is_taken():
    until = clock.now() + timedelta(hours=20)
    one = make_enrolment(make_run(), state=EnrolmentState.OFFERED, offered_until=until)
    assert (remind_of("offer"), remind_of("offer")) == (1, 0)
    assert told("offer") == [one.learner]
    Enrolment.objects.update(state=EnrolmentState.ENROLLED, offered_until=None)
    with clock.at(until - timedelta(hours=1)):
        assert remind_of("offer") == 0


def test_coordinators_are_reminded_of_requests_before_enrolment_ends():
    run, quiet = make_run(), make_run()
    Run.objects.update(enrol_until=clock.now() + timedelta(hours=20))
    make_enrolment(run, state=EnrolmentState.REQUESTED)
    make_enrolment(quiet, state=EnrolmentState.ENROLLED)
    people = coordinators_of([run.lead_id])
    assert remind_of("enrolment") == people.count() == 1
    assert told("enrolment") == list(people)
    Enrolment.objects.update(state=EnrolmentState.ENROLLED)
    with clock.at(clock.now() + timedelta(hours=19)):
        assert remind_of("enrolment") == 0


def test_learners_who_have_not_sat_are_reminded_of_an_examination_that_opens():
    now = clock.now()
    exam = make_exam(opens_at=now + timedelta(days=6), closes_at=now + timedelta(days=7))
    waiting, sat = make_enrolment(exam.run), make_enrolment(exam.run)
    make_enrolment(exam.run, state=EnrolmentState.WITHDRAWN)
    make_attempt(exam, sat)
    assert (remind_of("exam"), remind_of("exam")) == (1, 0)
    assert told("exam") == [waiting.learner]


def test_an_examination_that_is_still_being_set_reminds_nobody():
    now = clock.now()
    exam = make_exam(
        make_run(RunState.RUNNING),
        state="draft",
        opens_at=now + timedelta(hours=3),
        closes_at=now + timedelta(days=7),
    )
    make_enrolment(exam.run)
    assert remind_of("exam") == 0
