"""What marking an examination again would change, for whom; reads only."""

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from courses.grading import PaperMark, Rating, Regrade, regrade
from courses.lifecycle import AttemptState, EnrolmentState
from courses.models import Attempt, Exam, Question
from courses.queries.marking import as_rating, rating_rule, ratings_by_place
from courses.queries.sitting import keys_of, paper_of, responses_of
from courses.questions import Key, read_key, read_question
from courses.questions import Question as Face
from portal.core.denials import Denied


@dataclass(frozen=True)
class KeyChange:
    """What is changed of one question: marked by another version, or withdrawn (`is_void`)."""

    question: str
    version: int
    is_void: bool = False


@dataclass(frozen=True)
class Trial:
    """One attempt marked by the present and by the changed keys; `pass_mark` is of 100."""

    attempt: Attempt
    regrade: Regrade
    pass_mark: Decimal

    @property
    def has_changes(self) -> bool:
        return bool(self.regrade.changes)

    @property
    def before(self) -> Decimal | None:
        return self.regrade.before.score

    @property
    def after(self) -> Decimal | None:
        return self.regrade.after.score

    @property
    def score_changes(self) -> bool:
        return self.before != self.after

    @property
    def verdict_changes(self) -> bool:
        return self.passes(self.before) != self.passes(self.after)

    @property
    def passed_before(self) -> bool:
        return self.passes(self.before)

    @property
    def passed_after(self) -> bool:
        return self.passes(self.after)

    @property
    def is_settled(self) -> bool:
        """Whether the enrolment's outcome has been frozen already."""
        settled = {EnrolmentState.COMPLETED, EnrolmentState.FAILED}
        return self.attempt.enrolment.state in settled

    def passes(self, score: Decimal | None) -> bool:
        return score is not None and score >= self.pass_mark


def changed_exam(exam: Exam, change: KeyChange) -> Exam:
    """Return a copy of the examination, not saved, with the change in it."""
    after = copy(exam)
    versions = {**exam.key_versions, change.question: change.version}
    after.key_versions = {
        code: number for code, number in versions.items() if exam.bank.get(code) != number
    }
    voided = set(exam.voided) - {change.question}
    after.voided = sorted(voided | ({change.question} if change.is_void else set()))
    return after


def trials_of(exam: Exam, change: KeyChange) -> list[Trial]:
    """Return every graded attempt whose paper has the question, marked by both; six queries."""
    rows = Attempt.objects.filter(exam=exam, state=AttemptState.GRADED)
    graded = rows.select_related("enrolment__learner").prefetch_related("answers")
    attempts = [one for one in graded if change.question in questions_in(one)]
    codes = {code for one in attempts for code in questions_in(one)}
    keys = keys_of(changed_exam(exam, change), codes)
    ratings = ratings_by_place(attempts)
    by_attempt: dict[int, dict[str, list[Rating]]] = {}
    for (pk, place), given in ratings.items():
        by_attempt.setdefault(pk, {})[place] = [as_rating(row) for row in given]
    pass_mark = Decimal(exam.run.course.pass_mark)
    return [
        Trial(
            one,
            regrade(
                PaperMark.from_data(one.marks or {}),
                paper_of(one),
                keys,
                responses_of(one),
                ratings=by_attempt.get(one.pk, {}),
                rule=rating_rule(exam),
            ),
            pass_mark,
        )
        for one in attempts
    ]


def questions_in(attempt: Attempt) -> list[str]:
    """Return the codes of the questions on an attempt's paper."""
    return [item.question for item in paper_of(attempt).items]


def check_fits(exam: Exam, change: KeyChange) -> None:
    """Raise Denied unless the question was in the examination and its other version has the same
    options, parts and rubric: answers are letters of what was shown.
    """
    if change.question not in exam.bank:
        raise Denied(_("This question was not in the examination."), code="regrade.unknown")
    numbers = {change.version, exam.bank[change.question]}
    rows = Question.objects.filter(course=exam.run.course_id, code=change.question)
    found = {row.version: row for row in rows if row.version in numbers}
    if change.version not in found:
        raise Denied(_("This version of the question does not exist."), code="regrade.version")
    shown, other = found[exam.bank[change.question]], found[change.version]
    if shape(shown) != shape(other):
        raise Denied(
            _(
                "Options, parts or rubric differ from what was shown, so the answers cannot be "
                "marked by it. Withdraw the question instead."
            ),
            code="regrade.shape",
        )


def shape(row: Question) -> tuple[object, ...]:
    """Return what of a question the answers and ratings depend on."""
    return (*face_shape(read_question(row.data)), *rubrics(read_key(row.data)))


def face_shape(face: Face) -> tuple[object, ...]:
    parts = tuple((part.id, part.points, face_shape(part)) for part in face.parts)
    return face.kind, face.options, face.left, face.unit, parts


def rubrics(key: Key) -> Iterable[object]:
    return [key.rubric, *(part.rubric for part in key.parts.values())]
