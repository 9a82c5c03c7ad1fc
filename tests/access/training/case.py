"""One run's way through the house, with everybody who works for it or learns in it."""

from courses.lifecycle import AttemptState, ExamState, RunState
from courses.models import PracticeWork, Roster
from courses.questions import Kind
from courses.services import certifying
from portal.core.files import CONTENT_TYPES
from portal.core.spreadsheets import Column, Table, write_workbook
from tests.courses.papers import sample
from tests.factories.certificates import make_certificate, make_completed, second_certifier
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

XLSX = CONTENT_TYPES["xlsx"]
REASON = "考试由他人代答，经复核认定。"


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
        self.set_for_enrolling()
        self.set_for_marking()
        self.certify()

    def set_for_enrolling(self) -> None:
        """A list of participants that was taken in."""
        book = write_workbook(
            [Table("名单", [Column("姓名"), Column("邮箱")], [["示例", "a@example.org"]])]
        )
        self.roster = make_private_file(
            "名单.xlsx", book, content_type=XLSX, uploaded_by=self.team.coordinator
        )
        Roster.objects.create(
            run=self.run,
            file=self.roster,
            sha256=self.roster.sha256,
            taken_by=self.team.coordinator,
        )

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

    def certify(self) -> None:
        """Certificates of the learner in the states that can be acted on."""
        make_completed(self.run)
        issued, suspended, asked = (
            make_certificate(
                make_run(RunState.CLOSED, team=self.team), team=self.team, learner=self.learner
            )
            for _ in range(3)
        )
        by = self.team.certifier
        certifying.suspend_certificate(certificate=suspended, reason=REASON, by=by)
        other = second_certifier(self.team)
        certifying.ask_revocation(certificate=asked, reason=REASON, by=other)
        self.certificate, self.suspended, self.asked = issued, suspended, asked
