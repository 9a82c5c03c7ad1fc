"""One run's way through the house, with everybody who works for it or learns in it."""

from courses.lifecycle import AttemptState, ExamState, RunState
from courses.models import PracticeWork
from courses.questions import Kind
from tests.courses.papers import sample
from tests.factories.courses import (
    make_attempt,
    make_enrolment,
    make_exam,
    make_practice_task,
    make_practice_work,
    make_question,
    make_run,
    make_session,
    make_team,
    make_unit,
)
from tests.factories.showcase import make_private_file


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
        self.unit = make_unit(self.run.course)
        self.session = make_session(self.run)
        self.task = make_practice_task(self.run.course)
        self.work = make_practice_work(self.enrolment, self.task)
        self.set_for_marking()

    def set_for_marking(self) -> None:
        """An essay that waits to be read in a closed examination, a draft, a practical work."""
        number = self.run.pk  # codes differ between the two cases
        self.essay = make_question(
            self.run.course, **sample(Kind.ESSAY, f"ESSAY-{number}", stem="请分析。")
        )
        self.draft = make_exam(self.run, ExamState.DRAFT)
        self.closed = make_exam(self.run, ExamState.CLOSED)
        self.read = make_attempt(self.closed, self.enrolment, AttemptState.SUBMITTED)
        task = make_practice_task(self.run.course)
        self.rated_work = PracticeWork.objects.create(
            task=task, enrolment=self.enrolment, file=make_private_file("作业.pdf")
        )
