"""Courses, runs and people of training for tests, made with the fewest facts that are valid."""

import itertools
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from courses.drawing import Blueprint, draw, sheet
from courses.enums import DutyKind
from courses.grading import answers_digest
from courses.lifecycle import AttemptState, DutyState, EnrolmentState, ExamState, RunState
from courses.models import (
    Answer,
    Attempt,
    CoursePage,
    Duty,
    Enrolment,
    Exam,
    Module,
    PracticeTask,
    PracticeWork,
    Question,
    Run,
    Session,
    Unit,
)
from courses.questions import read_question
from portal.accounts.enums import Role
from portal.accounts.models import Organisation, User
from portal.core import clock
from tests.factories.accounts import make_member, make_organisation, make_user
from tests.factories.pages import lay_below, make_section
from tests.factories.showcase import make_private_file

numbers = itertools.count(1)
RUBRIC = [
    {
        "criterion": "分析",
        "levels": [
            {"points": 20, "descriptor": "完整"},
            {"points": 10, "descriptor": "部分"},
            {"points": 0, "descriptor": "缺失"},
        ],
    }
]


def plain_course(**facts: Any) -> CoursePage:
    """Return a course that is in no table yet."""
    number = next(numbers)
    values: dict[str, Any] = {
        "title": f"示例课程{number}",
        "title_en": f"Example course {number}",
        "slug": f"course-{number}",
        "code": f"af-l1-{number}",
        "level": "L1",
        "hours_theory": 22,
        "hours_practice": 10,
        "abstract": "这是一门示例课程。",
        "abstract_en": "An example course.",
    }
    return CoursePage(**(values | facts))


def make_course(**facts: Any) -> CoursePage:
    """Publish a course below /courses/."""
    page = plain_course(**facts)
    make_section("courses").add_child(instance=page)
    return page


@dataclass
class Team:
    """Who runs a course together: three organisations, one person of every role."""

    lead: Organisation
    company: Organisation
    institute: Organisation
    coordinator: User
    teacher: User
    examiner: User
    certifier: User

    def holder(self, kind: str) -> Organisation:
        """Return the organisation that takes a duty in the usual arrangement."""
        holders = {
            DutyKind.TEACHING: self.company,
            DutyKind.SITE: self.company,
            DutyKind.EXAMINING: self.institute,
        }
        return holders.get(DutyKind(kind), self.lead)


def make_team() -> Team:
    """Create a university that leads and issues, a company that teaches, an institute that
    examines, with a coordinator, teacher, examiner and certifier in their places.
    """
    lead = make_organisation(kind=Organisation.Kind.UNIVERSITY)
    company = make_organisation()
    institute = make_organisation(kind=Organisation.Kind.INSTITUTE)
    return Team(
        lead=lead,
        company=company,
        institute=institute,
        coordinator=make_member(Role.COORDINATOR, lead),
        teacher=make_member(Role.TEACHER, company),
        examiner=make_member(Role.EXAMINER, institute),
        certifier=make_member(Role.CERTIFIER, lead),
    )


def make_run(
    state: str = RunState.OPEN,
    *,
    team: Team | None = None,
    duties: str = DutyState.ACCEPTED,
    **facts: Any,
) -> Run:
    """Create a run in a state, its duties all in one state; enrolment is open now."""
    number = next(numbers)
    team = team or make_team()
    now = clock.now()
    values: dict[str, Any] = {
        "code": f"RUN-{number}",
        "course": facts.pop("course", None) or lay_below("courses", plain_course()),
        "lead": team.lead,
        "state": state,
        "capacity": 30,
        "needs_approval": False,
        "enrol_from": now - timedelta(days=5),
        "enrol_until": now + timedelta(days=5),
        "starts_on": clock.today() + timedelta(days=7),
        "ends_on": clock.today() + timedelta(days=37),
    }
    run = Run.objects.create(**(values | facts))
    for kind in DutyKind.values:
        Duty.objects.create(run=run, kind=kind, organisation=team.holder(kind), state=duties)
    return run


def make_enrolment(
    run: Run, learner: User | None = None, state: str = EnrolmentState.ENROLLED, **facts: Any
) -> Enrolment:
    """Put a person (a new one if none is given) into a run in a state, in order of arrival."""
    run.arrivals += 1
    run.save(update_fields=["arrivals"])
    if state == EnrolmentState.OFFERED:
        facts.setdefault("offered_until", clock.now() + timedelta(days=2))
    return Enrolment.objects.create(
        run=run, learner=learner or make_user(), state=state, place=run.arrivals, **facts
    )


def make_unit(course: CoursePage, **facts: Any) -> Unit:
    """Add a unit in the course's first module (made if there is none)."""
    number = next(numbers)
    module = facts.pop("module", None) or course.modules.first()
    module = module or Module.objects.create(course=course, code=f"m-{number}", title="第一部分")
    values: dict[str, Any] = {
        "code": f"u-{number}",
        "title": f"示例单元{number}",
        "hours": Decimal(2),
        "position": number,
    }
    return Unit.objects.create(module=module, **(values | facts))


def make_session(run: Run, **facts: Any) -> Session:
    """Add a session of two class hours that begins now."""
    values: dict[str, Any] = {"title": "示例课次", "starts_at": clock.now(), "hours": Decimal(2)}
    return Session.objects.create(run=run, **(values | facts))


def make_practice_task(course: CoursePage, **facts: Any) -> PracticeTask:
    """Add a practical task of ten hours with a one-line rubric of 20 points."""
    values: dict[str, Any] = {
        "title": "示例实践任务",
        "hours": Decimal(10),
        "brief": "给一条产线划区。",
        "rubric": RUBRIC,
    }
    return PracticeTask.objects.create(course=course, **(values | facts))


def make_practice_work(enrolment: Enrolment, task: PracticeTask, **facts: Any) -> PracticeWork:
    """Hand in a text and a file for a task."""
    values: dict[str, Any] = {"text": "划区说明。", "version": 1}
    values |= {"file": make_private_file("证据.pdf", uploaded_by=enrolment.learner)}
    return PracticeWork.objects.create(task=task, enrolment=enrolment, **(values | facts))


def make_question(course: CoursePage, **data: Any) -> Question:
    """Add a question to the course's bank; single choice, A is right, if nothing else is said."""
    number = next(numbers)
    values: dict[str, Any] = {
        "id": f"Q-{number:03d}",
        "type": "single",
        "stem": f"第{number}题：哪一项正确？",
        "options": ["正确", "错误一", "错误二", "错误三"],
        "answer": "A",
        "difficulty": 2,
        "explanation": "这是解析。",
    }
    facts = values | data
    return Question.objects.create(course=course, code=facts["id"], data=facts)


def make_exam(run: Run | None = None, state: str = ExamState.OPEN, **facts: Any) -> Exam:
    """Set an examination on the course's whole bank (three questions if it is empty), open now.

    One section of 100 points, every question once; 60 minutes. Give `blueprint` for others.
    """
    run = run or make_run(RunState.RUNNING)
    for _number in range(0 if run.course.questions.exists() else 3):
        make_question(run.course)
    bank = {row.code: row.version for row in run.course.questions.filter(is_current=True)}
    section = {"name": "theory", "pick": len(bank), "points": 100, "from": {}}
    now = clock.now()
    values: dict[str, Any] = {
        "title": "示例理论考试",
        "opens_at": now - timedelta(hours=1),
        "closes_at": now + timedelta(hours=3),
        "minutes": 60,
        "blueprint": {"sections": [section], "pass": 60, "minutes": 60},
        "bank": {} if state == ExamState.DRAFT else bank,
    }
    return Exam.objects.create(run=run, state=state, **(values | facts))


def make_attempt(
    exam: Exam | None = None,
    enrolment: Enrolment | None = None,
    state: str = AttemptState.RUNNING,
    answers: dict[str, Any] | None = None,
    **facts: Any,
) -> Attempt:
    """Let a learner (a new one if none is given) sit the examination; `answers` by question."""
    exam = exam or make_exam()
    enrolment = enrolment or make_enrolment(exam.run)
    rows = exam.run.course.questions.filter(code__in=list(exam.bank))
    bank = {row.code: row for row in rows if exam.bank[row.code] == row.version}
    faces = {code: read_question(row.data) for code, row in bank.items()}
    paper = draw(Blueprint.from_data(exam.blueprint), faces.values(), seed=f"s{next(numbers)}")
    number = exam.attempts.filter(enrolment=enrolment).count() + 1
    values: dict[str, Any] = {
        "number": number,
        "seed": paper.seed,
        "paper": paper.as_data(),
        "sheet": sheet(paper, faces),
        "deadline": min(clock.now() + timedelta(minutes=exam.minutes), exam.closes_at),
        "public_id": f"attempt{next(numbers):06d}",
    }
    if state != AttemptState.RUNNING:
        values["ended_at"] = clock.now()
        values["receipt_hash"] = answers_digest(
            attempt=values["public_id"],
            paper=paper,
            responses=answers or {},
        )
    attempt = Attempt.objects.create(
        exam=exam, enrolment=enrolment, state=state, **(values | facts)
    )
    for question, response in (answers or {}).items():
        Answer.objects.create(attempt=attempt, question=question, response=response, revision=1)
    return attempt
