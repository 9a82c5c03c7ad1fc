"""One run's way through the house, with everybody who works for it or learns in it."""

from courses.lifecycle import AttemptState, RunState
from tests.factories.courses import make_attempt, make_enrolment, make_exam, make_run, make_team


class CourseCase:
    """A running course of three organisations, and an enrolled learner."""

    def __init__(self) -> None:
        self.team = make_team()
        self.run = make_run(RunState.RUNNING, team=self.team)
        self.enrolment = make_enrolment(self.run)
        self.learner = self.enrolment.learner
        self.exam = make_exam(self.run, attempts_allowed=3)
        self.attempt = make_attempt(make_exam(self.run), self.enrolment)
        self.ended = make_attempt(self.exam, self.enrolment, AttemptState.SUBMITTED)
