"""Reads of the bank: whose it is, its questions with their versions, coverage and gaps.

Everything here carries keys: only views behind `courses.rules.banking` may show it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from django.db.models import Q, QuerySet

from courses.drawing import Blueprint, BlueprintError, Shortage, shortages
from courses.enums import DutyKind
from courses.lifecycle import DutyState
from courses.models import CoursePage, Exam, Question
from courses.questions import Kind, QuestionError, read_question
from courses.questions import Question as Face
from portal.accounts.enums import Role

TAUGHT = (DutyKind.CONTENT, DutyKind.TEACHING, DutyKind.SITE)


def banks_kept_by(user: Any) -> QuerySet[CoursePage]:
    """Return the courses whose bank this person may read and write.

    Examiners of an organisation that accepted examining a run of the course, and coordinators of
    one that leads a run; never who teaches or learns in any run of it (考教分离).
    """
    if not user.is_authenticated or not user.is_active:
        return CoursePage.objects.none()
    taught = courses_taught_by(user).values("pk")
    return keepers(user).exclude(pk__in=taught).exclude(runs__enrolments__learner=user)


def keepers(user: Any) -> QuerySet[CoursePage]:
    """Return the courses of whose runs this person's organisation examines or leads one."""
    examined = CoursePage.objects.filter(
        runs__duties__kind=DutyKind.EXAMINING,
        runs__duties__state=DutyState.ACCEPTED,
        runs__duties__organisation__in=user.organisation_ids(Role.EXAMINER),
    )
    led = CoursePage.objects.filter(runs__lead__in=user.organisation_ids(Role.COORDINATOR))
    mine = Q(pk__in=examined.values("pk")) | Q(pk__in=led.values("pk"))
    return CoursePage.objects.filter(mine)


def courses_taught_by(user: Any) -> QuerySet[CoursePage]:
    """Return the courses in whose runs this person teaches."""
    return CoursePage.objects.filter(
        runs__duties__kind__in=TAUGHT,
        runs__duties__state=DutyState.ACCEPTED,
        runs__duties__organisation__in=user.organisation_ids(Role.TEACHER),
    )


@dataclass(frozen=True)
class BankFilter:
    """What a list of questions is narrowed by; empty: anything."""

    kind: str = ""
    skill: str = ""
    difficulty: str = ""
    text: str = ""
    with_retired: bool = False

    def takes(self, question: Question) -> bool:
        """Say whether a question fits. In Python: no engine searches JSON texts like another."""
        data = question.data
        return (
            (self.with_retired or not question.is_retired)
            and self.kind in ("", data.get("type"))
            and self.skill in ("", data.get("skill"))
            and self.difficulty in ("", str(data.get("difficulty") or ""))
            and self.text.casefold() in " ".join(texts_of(data)).casefold()
        )


def texts_of(data: Mapping[str, Any]) -> list[str]:
    """Return what a search looks through: code, stem, options, explanation and parts."""
    options: Any = data.get("options") or []
    if isinstance(options, Mapping):
        options = [*options.get("left", []), *options.get("right", [])]
    own = [data.get("id"), data.get("stem"), data.get("explanation"), *options]
    parts = chain.from_iterable(texts_of(part) for part in data.get("parts") or [])
    return [*map(str, filter(None, own)), *parts]


def current_questions(course: CoursePage) -> list[Question]:
    """Return the latest version of every question of the bank, retired ones too."""
    rows = Question.objects.filter(course=course, is_current=True)
    return list(rows.select_related("written_by").order_by("code"))


def versions_of(course: CoursePage, code: str) -> list[Question]:
    """Return all versions of a question, the latest first."""
    rows = Question.objects.filter(course=course, code=code).select_related("written_by")
    return list(rows.order_by("-version"))


def drawable(questions: Iterable[Question]) -> list[Face]:
    """Return what a draw may choose from: not retired, and readable."""
    found = []
    for question in questions:
        if not question.is_retired:
            try:
                found.append(read_question(question.data))
            except QuestionError:
                continue
    return found


@dataclass(frozen=True)
class Coverage:
    """Questions by skill and type, and what the blueprint asks for and cannot get."""

    kinds: list[Kind]
    rows: list[tuple[str, list[int], int]]
    totals: list[int]
    shortages: tuple[Shortage, ...] = ()
    fault: str = ""
    by_kind: Mapping[str, int] = field(default_factory=dict)


def coverage_of(course: CoursePage, questions: Iterable[Question]) -> Coverage:
    """Count the questions in use by skill × type; the skills a course names come first."""
    faces = drawable(questions)
    counts = Counter((face.skill, face.kind) for face in faces)
    kinds = [kind for kind in Kind if any(face.kind == kind for face in faces)]
    named = dict.fromkeys([*course.skills, *sorted({face.skill for face in faces})])
    rows = []
    for skill in named:
        cells = [counts[skill, kind] for kind in kinds]
        rows.append((str(skill), cells, sum(cells)))
    totals = [sum(row[1][place] for row in rows) for place in range(len(kinds))]
    short, fault = shortages_of(course.blueprint, faces)
    by_kind = Counter(str(face.kind) for face in faces)
    return Coverage(kinds, rows, totals, short, fault, by_kind)


def shortages_of(
    blueprint: Mapping[str, Any], faces: Iterable[Face]
) -> tuple[tuple[Shortage, ...], str]:
    """Return what keeps a bank from filling a blueprint, and the code of the blueprint's fault."""
    if not blueprint:
        return (), "no_sections"
    try:
        return shortages(Blueprint.from_data(blueprint), faces), ""
    except BlueprintError as error:
        return (), error.code


def frozen_questions(exam: Exam, versions: Mapping[str, int] | None = None) -> dict[str, Question]:
    """Return the questions of an examination by code, in the versions it was opened with (or in
    others, where given).
    """
    wanted = exam.bank if versions is None else versions
    rows = Question.objects.filter(course=exam.run.course_id, code__in=list(wanted))
    return {row.code: row for row in rows if wanted[row.code] == row.version}
