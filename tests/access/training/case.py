"""One run's way through the house, with everybody who works for it or learns in it."""

from courses.lifecycle import RunState
from tests.factories.courses import (
    make_enrolment,
    make_practice_task,
    make_practice_work,
    make_run,
    make_session,
    make_team,
    make_unit,
)


class CourseCase:
    """A running course of three organisations, and an enrolled learner."""

    def __init__(self) -> None:
        self.team = make_team()
        self.run = make_run(RunState.RUNNING, team=self.team)
        self.enrolment = make_enrolment(self.run)
        self.learner = self.enrolment.learner
        self.unit = make_unit(self.run.course)
        self.session = make_session(self.run)
        self.task = make_practice_task(self.run.course)
        self.work = make_practice_work(self.enrolment, self.task)
