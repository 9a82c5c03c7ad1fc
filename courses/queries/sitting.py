"""Reads of examinations being sat: whose attempts, the frozen bank, what was answered.

What a learner may open is here; who examines reads elsewhere. Keys leave this module only for
marking.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from courses.drawing import Blueprint, Paper
from courses.grading import Rating
from courses.lifecycle import INSIDE, AttemptState, ExamState
from courses.models import (
    Answer,
    AnswerRating,
    Attempt,
    CoursePage,
    Enrolment,
    Exam,
    Question,
)
from courses.questions import Key, read_key, read_question
from courses.questions import Question as Face

# What learners see of a run's examinations; one being set is nobody's business yet.
SHOWN = frozenset({ExamState.OPEN, ExamState.CLOSED, ExamState.RELEASED})


def exams_of(user: Any) -> QuerySet[Exam]:
    """Return the examinations of the runs this person has been let into, with their runs."""
    if not user.is_authenticated or not user.is_active:
        return Exam.objects.none()
    own = Exam.objects.filter(
        state__in=SHOWN, run__enrolments__learner=user, run__enrolments__state__in=INSIDE
    )
    return own.select_related("run")


def attempts_of(user: Any) -> QuerySet[Attempt]:
    """Return this person's own attempts; somebody else's are as unknown as missing ones.

    Nothing is joined: who needs the examination or its course says so (a hundred ask at once).
    """
    if not user.is_authenticated or not user.is_active:
        return Attempt.objects.none()
    return Attempt.objects.filter(enrolment__learner=user)


def course_title(exam: Exam) -> str:
    """Return the title of an examination's course in the reader's language; one short query."""
    course = CoursePage.objects.only("title", "title_en").get(runs=exam.run_id)
    return course.display_title


def exams_with_attempts(enrolment: Enrolment) -> list[Exam]:
    """Return the examinations of a learner's run, each with `own` (the learner's attempts)."""
    attempts = Attempt.objects.filter(enrolment=enrolment).defer("paper", "sheet", "marks")
    rows = enrolment.run.exams.filter(state__in=SHOWN)
    return list(rows.prefetch_related(Prefetch("attempts", attempts, to_attr="own")))


def questions_in(exam: Exam) -> int:
    """Return how many questions a paper of this examination has."""
    return sum(section.pick for section in blueprint_of(exam).sections)


def overdue_ids(now: datetime) -> list[int]:
    """Return the running attempts whose deadline and grace are over; one query."""
    running = Attempt.objects.filter(state=AttemptState.RUNNING, deadline__lt=now)
    rows = running.order_by("deadline").values_list("pk", "deadline", "exam__grace_seconds")
    return [pk for pk, deadline, grace in rows if now > deadline + timedelta(seconds=grace)]


def ungraded_ids() -> list[int]:
    """Return the ended attempts that a grader may bring on: never marked, or rated since."""
    ended = Attempt.objects.filter(state__in=(AttemptState.SUBMITTED, AttemptState.EXPIRED))
    rated = Exists(AnswerRating.objects.filter(attempt=OuterRef("pk")))
    found = ended.filter(Q(marks__isnull=True) | rated)
    return list(found.order_by("ended_at", "pk").values_list("pk", flat=True))


def bank_rows(exam: Exam, codes: Iterable[str]) -> list[Question]:
    """Return the frozen versions of these questions; one query."""
    rows = Question.objects.filter(course_id=exam.run.course_id, code__in=list(codes))
    return [row for row in rows if exam.bank.get(row.code) == row.version]


def keys_of(exam: Exam, codes: Iterable[str]) -> dict[str, Key]:
    """Return the keys by which these questions are marked: the frozen ones, where they were not
    corrected after the examination; a withdrawn question's is void.
    """
    versions = exam.bank | exam.key_versions
    rows = Question.objects.filter(course_id=exam.run.course_id, code__in=list(codes))
    marked_by = [row for row in rows if versions.get(row.code) == row.version]
    return {
        row.code: read_key(row.data | {"id": row.code, "void": row.code in exam.voided})
        for row in marked_by
    }


def faces_of(exam: Exam) -> Mapping[str, Face]:
    """Return the learner's side of the whole frozen bank, by code.

    A hundred learners begin in the same second and nothing in a frozen bank changes: it is read
    and checked once a process.
    """
    return _faces(exam.public_id, exam.run.course_id, tuple(sorted(exam.bank.items())))


@lru_cache(maxsize=16)
def _faces(exam: str, course: int, bank: tuple[tuple[str, int], ...]) -> Mapping[str, Face]:
    versions = dict(bank)
    rows = Question.objects.filter(course_id=course, code__in=list(versions))
    kept = [row for row in rows if versions[row.code] == row.version]
    return {row.code: read_question(row.data | {"id": row.code}) for row in kept}


def blueprint_of(exam: Exam) -> Blueprint:
    """Return the examination's blueprint."""
    return Blueprint.from_data(exam.blueprint)


def paper_of(attempt: Attempt) -> Paper:
    """Return the paper frozen at the start."""
    return Paper.from_data(attempt.paper)


def answers_of(attempt: Attempt) -> dict[str, Answer]:
    """Return the answers as they stand, by question."""
    return {answer.question: answer for answer in attempt.answers.all()}


def responses_of(attempt: Attempt) -> dict[str, Any]:
    """Return what was answered, by question."""
    return {name: answer.response for name, answer in answers_of(attempt).items()}


def ratings_of(attempt: Attempt) -> dict[str, list[Rating]]:
    """Return the examiners' points of an attempt, by question or part of a case."""
    found: dict[str, list[Rating]] = {}
    for row in AnswerRating.objects.filter(attempt=attempt).order_by("pk"):
        points = tuple(Decimal(str(given)) for given in row.points)
        found.setdefault(row.question, []).append(Rating(str(row.examiner_id), points))
    return found
