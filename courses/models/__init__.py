"""Tables of the second job: course pages, content, runs, learning, examinations, certificates."""

from courses.models.certificates import (
    Certificate,
    Credential,
    Holder,
    HoursEntry,
    Issuer,
    Serial,
    Suspension,
)
from courses.models.content import Module, PracticeTask, Skill, Unit
from courses.models.enrolments import Enrolment, Roster
from courses.models.exams import (
    Answer,
    AnswerRating,
    AnswerSave,
    Attempt,
    Exam,
    Marking,
    Question,
)
from courses.models.learning import Attendance, PracticeRating, PracticeWork, UnitCompletion
from courses.models.pages import CatalogPage, CourseLink, CoursePage
from courses.models.runs import Duty, Run, Session

__all__ = [
    "Answer",
    "AnswerRating",
    "AnswerSave",
    "Attempt",
    "Attendance",
    "CatalogPage",
    "Certificate",
    "CourseLink",
    "CoursePage",
    "Credential",
    "Duty",
    "Enrolment",
    "Exam",
    "Holder",
    "HoursEntry",
    "Issuer",
    "Marking",
    "Module",
    "PracticeRating",
    "PracticeTask",
    "PracticeWork",
    "Question",
    "Roster",
    "Run",
    "Serial",
    "Session",
    "Skill",
    "Suspension",
    "Unit",
    "UnitCompletion",
]
