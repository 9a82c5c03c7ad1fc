"""Reads for examiners: answers that wait to be read, without names, and practical works.

Blindness is here: nothing of a learner but a number leaves this module, and of other examiners'
ratings nothing but how many there are.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from courses.drawing import PaperItem
from courses.grading import Rating, RatingRule, settle
from courses.lifecycle import ENDED
from courses.models import AnswerRating, Attempt, Exam, PracticeRating, PracticeWork, Run
from courses.queries.sitting import keys_of, paper_of, responses_of
from courses.questions import Criterion, Key

RatingsByPlace = Mapping[tuple[int, str], list[AnswerRating]]


def candidate_number(attempt: Attempt) -> str:
    """Return the number an examiner knows an attempt by; it tells nothing of who sat it."""
    return hashlib.sha256(f"candidate:{attempt.public_id}".encode()).hexdigest()[:6].upper()


@dataclass(frozen=True)
class Reading:
    """One answer (or part of a case) that examiners read, as one of them sees it.

    `place` is the question or part; `item` the question of the paper; `needs` how many more
    ratings it takes; `mine` this examiner's own rating.
    """

    attempt: Attempt
    item: PaperItem
    place: str
    key: Key
    response: Any
    given: int
    needs: int
    mine: AnswerRating | None = None

    @property
    def number(self) -> str:
        return candidate_number(self.attempt)

    @property
    def state(self) -> str:
        """`todo` for this examiner to read, `mine` read by them, `others` for somebody else,
        `done`.
        """
        if self.needs == 0:
            return "done"
        return "mine" if self.mine else "todo"


def rubric_places(item: PaperItem, key: Key) -> Iterator[tuple[PaperItem, Key]]:
    """Yield what of a question is read by people: itself, or parts of a case."""
    if key.is_void:
        return
    if key.rubric:
        yield item, key
    for part in item.parts:
        yield from rubric_places(part, key.parts[part.question])


def rating_rule(exam: Exam) -> RatingRule:
    """Return how many examiners read an answer of this examination."""
    return RatingRule(examiners=exam.examiners_needed)


def as_rating(row: AnswerRating | PracticeRating) -> Rating:
    """Return a stored rating as the grading reads it."""
    return Rating(str(row.examiner_id), tuple(Decimal(str(given)) for given in row.points))


def ratings_by_place(attempts: QuerySet[Attempt] | list[Attempt]) -> RatingsByPlace:
    """Return the ratings of attempts by (attempt, question or part), in one query."""
    found: dict[tuple[int, str], list[AnswerRating]] = defaultdict(list)
    for row in AnswerRating.objects.filter(attempt__in=attempts).order_by("pk"):
        found[row.attempt_id, row.question].append(row)
    return found


def readings_of(exam: Exam, examiner: Any) -> list[Reading]:
    """Return every answer of an examination that people read, in an order that follows no name.

    Graded attempts belong to it, so that an examiner finds what they gave. Four queries.
    """
    attempts = list(
        Attempt.objects.filter(exam=exam, state__in=ENDED).prefetch_related("answers").order_by()
    )
    codes = {item.question for attempt in attempts for item in paper_of(attempt).items}
    keys = keys_of(exam, codes)
    ratings = ratings_by_place(attempts)
    found = []
    for attempt in sorted(attempts, key=candidate_number):
        attempt.exam = exam
        found += readings_in(attempt, keys, ratings, examiner)
    return found


def readings_in(
    attempt: Attempt, keys: Mapping[str, Key], ratings: RatingsByPlace, examiner: Any
) -> list[Reading]:
    """Return what people read of one attempt."""
    responses, rule = responses_of(attempt), rating_rule(attempt.exam)
    found = []
    for item in paper_of(attempt).items:
        for place, key in rubric_places(item, keys[item.question]):
            rows = ratings.get((attempt.pk, place.question), [])
            answer = responses.get(item.question)
            if place is not item:
                answer = answer.get(place.question) if isinstance(answer, Mapping) else None
            settled = settle(key.rubric, [as_rating(row) for row in rows], rule)
            mine = next((row for row in rows if row.examiner_id == examiner.pk), None)
            found.append(
                Reading(attempt, item, place.question, key, answer, len(rows), settled.needs, mine)
            )
    return found


def reading_at(attempt: Attempt, place: str, examiner: Any) -> Reading | None:
    """Return one answer that people read, or None when there is none at this place."""
    items = paper_of(attempt).items
    keys = keys_of(attempt.exam, [item.question for item in items])
    found = readings_in(attempt, keys, ratings_by_place([attempt]), examiner)
    return next((one for one in found if one.place == place), None)


def practice_rule(run: Run) -> RatingRule:
    """Return how many examiners read a practical work of a run."""
    return practice_rule_of(run.exams.order_by().values_list("examiners_needed", flat=True))


def practice_rule_of(needed: Iterable[int]) -> RatingRule:
    """Rule: a practical work is read by as many examiners as the answers of the run's examination
    that asks for most of them; by one where there is none.
    """
    return RatingRule(examiners=max(needed, default=1))


def rubric_of(lines: list[dict[str, Any]]) -> tuple[Criterion, ...]:
    """Return a stored rubric as the grading reads it."""
    return tuple(
        Criterion(
            line["criterion"], tuple(Decimal(str(level["points"])) for level in line["levels"])
        )
        for line in lines
    )


@dataclass(frozen=True)
class WorkToRate:
    """The latest practical work of one learner for one task, as one examiner sees it."""

    work: PracticeWork
    given: int
    needs: int
    mine: PracticeRating | None = None
    share: Any = field(default=None)

    @property
    def number(self) -> str:
        return work_number(self.work)

    @property
    def state(self) -> str:
        if self.needs == 0:
            return "done"
        return "mine" if self.mine else "todo"


def work_number(work: PracticeWork) -> str:
    """Return the number an examiner knows a work by."""
    return hashlib.sha256(f"work:{work.public_id}".encode()).hexdigest()[:6].upper()


def works_of(run: Run, examiner: Any) -> list[WorkToRate]:
    """Return the latest works of a run in an order that follows no name; three queries."""
    rows = PracticeWork.objects.filter(enrolment__in=run.enrolments.inside())
    latest: dict[tuple[int, int], PracticeWork] = {}
    for work in rows.select_related("task", "file").order_by("version"):
        latest[work.task_id, work.enrolment_id] = work
    ratings: dict[int, list[PracticeRating]] = defaultdict(list)
    for rating in PracticeRating.objects.filter(work__in=[one.pk for one in latest.values()]):
        ratings[rating.work_id].append(rating)
    rule = practice_rule(run)
    works = sorted(latest.values(), key=lambda one: (one.task.position, work_number(one)))
    return [work_to_rate(work, ratings[work.pk], rule, examiner) for work in works]


def work_to_rate(
    work: PracticeWork, rows: list[PracticeRating], rule: RatingRule, examiner: Any
) -> WorkToRate:
    """Return one work beside what has been given for it."""
    settled = settle(rubric_of(work.task.rubric), [as_rating(row) for row in rows], rule)
    mine = next((row for row in rows if row.examiner_id == examiner.pk), None)
    return WorkToRate(work, len(rows), settled.needs, mine, settled.share)


def is_latest(work: PracticeWork) -> bool:
    """Say whether nothing was handed in after this work for its task."""
    later = PracticeWork.objects.filter(
        task=work.task_id, enrolment=work.enrolment_id, version__gt=work.version
    )
    return not later.exists()
