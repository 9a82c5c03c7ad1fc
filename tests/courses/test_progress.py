from datetime import timedelta
from decimal import Decimal

import pytest

from courses.lifecycle import EnrolmentState, RunState
from courses.models import Attendance, Module, PracticeWork, UnitCompletion
from courses.queries.progress import progress_of, progress_of_run
from portal.core import clock
from tests.factories.courses import (
    make_course,
    make_enrolment,
    make_practice_task,
    make_run,
    make_session,
    make_unit,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def run():
    return make_run(RunState.RUNNING)


def attend(session, enrolment, minutes, presence="present"):
    return Attendance.objects.create(
        session=session, enrolment=enrolment, presence=presence, minutes=minutes
    )


def test_only_sessions_that_are_over_or_closed_are_counted(run):
    enrolment = make_enrolment(run)
    over = make_session(run, starts_at=clock.now() - timedelta(days=1), hours=Decimal(4))
    coming = make_session(run, starts_at=clock.now() + timedelta(days=1))
    attend(over, enrolment, 100)
    attend(coming, enrolment, 90)
    progress = progress_of(enrolment)
    assert (progress.attended, progress.scheduled) == (Decimal("2.00"), Decimal("4.00"))
    coming.closed_at = clock.now()
    coming.save()
    assert progress_of(enrolment).attended == Decimal("4.00")


def test_attendance_never_counts_more_than_the_session(run):
    enrolment = make_enrolment(run)
    attend(make_session(run, starts_at=clock.now() - timedelta(days=1)), enrolment, 500)
    assert progress_of(enrolment).attended == Decimal("2.00")


def test_session_that_runs_is_not_over(run):
    make_session(run, starts_at=clock.now() - timedelta(minutes=89))
    assert progress_of(make_enrolment(run)).scheduled == 0
    with clock.at(clock.now() + timedelta(minutes=2)):
        assert progress_of(make_enrolment(run)).scheduled == 2


def test_module_is_done_with_its_last_unit(run):
    enrolment = make_enrolment(run)
    units = [make_unit(run.course), make_unit(run.course)]
    later = Module.objects.create(course=run.course, code="later", title="第二部分", position=2)
    make_unit(run.course, module=later)
    first = units[0].module.code
    UnitCompletion.objects.create(enrolment=enrolment, unit=units[0])
    assert progress_of(enrolment).done == ()
    UnitCompletion.objects.create(enrolment=enrolment, unit=units[1])
    progress = progress_of(enrolment)
    assert (progress.modules, progress.done) == ((first, "later"), (first,))
    assert progress.units == {units[0].pk, units[1].pk}


def test_latest_work_of_each_task_is_shown(run):
    enrolment, task = make_enrolment(run), make_practice_task(run.course)
    for version in (1, 2):
        PracticeWork.objects.create(task=task, enrolment=enrolment, version=version, text="x")
    assert progress_of(enrolment).practice[task.pk].version == 2


def test_other_learners_and_courses_do_not_count(run):
    enrolment, other = make_enrolment(run), make_enrolment(run)
    unit, foreign = make_unit(run.course), make_unit(make_course())
    UnitCompletion.objects.create(enrolment=other, unit=unit)
    UnitCompletion.objects.create(enrolment=enrolment, unit=foreign)
    attend(make_session(run, starts_at=clock.now() - timedelta(days=1)), other, 90)
    progress = progress_of(enrolment)
    assert (progress.done, progress.attended) == ((), 0)


def test_run_has_everybody_who_was_let_in_and_nobody_else(run):
    inside = [make_enrolment(run), make_enrolment(run, state=EnrolmentState.COMPLETED)]
    make_enrolment(run, state=EnrolmentState.WAITLISTED)
    assert set(progress_of_run(run)) == {one.pk for one in inside}


@pytest.mark.parametrize("size", [1, 100])
def test_run_costs_four_queries_whatever_its_size(run, size, django_assert_num_queries):
    units, session = [make_unit(run.course) for _ in range(3)], make_session(run)
    for _ in range(size):
        enrolment = make_enrolment(run)
        UnitCompletion.objects.create(enrolment=enrolment, unit=units[0])
        attend(session, enrolment, 90)
    with django_assert_num_queries(4):
        assert len(progress_of_run(run)) == size
