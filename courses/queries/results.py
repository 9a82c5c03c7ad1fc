"""What a run comes to for each learner: attendance, modules, both parts, verdict and gaps.

Worked out by the pure functions from what stands in the tables; nothing here is stored. What is
frozen when results are settled is written by `services.settling`.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import F, FilteredRelation, Q
from django.utils import timezone

from courses.certification import (
    Band,
    Completion,
    Gap,
    completion,
    retake_until,
    score_band,
)
from courses.grading import (
    ExamResult,
    ExamRule,
    Part,
    PracticeTask,
    RatingRule,
    exam_result,
    practice_score,
    settle,
)
from courses.lifecycle import ENDED, AttemptState, ExamState, RunState
from courses.models import Attempt, CoursePage, Enrolment, Exam, PracticeRating, Run
from courses.models import PracticeTask as Task
from courses.queries.marking import as_rating, practice_rule_of, rubric_of
from courses.queries.progress import Progress, progress_among
from portal.core import clock


class Decision(StrEnum):
    """What settling does with an enrolment now."""

    COMPLETE = "complete"
    FAIL = "fail"
    OPEN = "open"


@dataclass(frozen=True)
class Sat:
    """One learner's attempts in a run, as far as results go.

    `best` is of released results; `waiting` says that an attempt runs, or waits for a result.
    """

    best: Decimal | None = None
    ended: int = 0
    first_failed_on: date | None = None
    waiting: bool = False


@dataclass(frozen=True)
class Practised:
    """One learner's practical works; `waiting`: something handed in has no result yet."""

    score: Decimal | None = None
    repeats: int = 0
    first_rated_on: date | None = None
    waiting: bool = False


@dataclass(frozen=True)
class LearnerResult:
    """One line of a run's results."""

    enrolment: Enrolment
    progress: Progress
    sat: Sat
    practised: Practised
    exam: ExamResult
    completion: Completion
    band: Band | None
    retake_until: date | None
    decision: Decision

    @property
    def theory(self) -> Decimal | None:
        return self.exam.scores.get(Part.THEORY)

    @property
    def practice(self) -> Decimal | None:
        return self.exam.scores.get(Part.PRACTICE)


def exam_rule(course: CoursePage) -> ExamRule:
    """Return a course's pass mark and the weights of the parts."""
    return ExamRule(
        pass_mark=Decimal(course.pass_mark),
        theory_weight=Decimal(course.theory_weight),
        practice_weight=Decimal(course.practice_weight),
    )


def local_day(moment: datetime) -> date:
    """Return the day in programme time."""
    return timezone.localtime(moment).date()


def results_of(run: Run) -> list[LearnerResult]:
    """Return everybody's result in order of arrival; a constant number of queries."""
    people = run.enrolments.inside().select_related("learner").order_by("place")
    return results_among(run, list(people))


def results_among(run: Run, people: list[Enrolment]) -> list[LearnerResult]:
    """Return the results of some enrolments of a run."""
    ids = [one.pk for one in people]
    progress = progress_among(run, ids, practice=False)
    exams, attempts = exams_among(run, ids)
    practised = practised_by(run, ids, practice_rule_of(one.examiners_needed for one in exams))
    is_released = all(one.state == ExamState.RELEASED for one in exams)
    mark = Decimal(run.course.pass_mark)
    sat = {pk: sat_of(attempts[pk], mark) for pk in ids}
    return [
        result_of(run, one, progress[one.pk], sat[one.pk], practised[one.pk], is_released)
        for one in people
    ]


def result_of(
    run: Run,
    enrolment: Enrolment,
    progress: Progress,
    sat: Sat,
    practised: Practised,
    is_released: bool,
) -> LearnerResult:
    """Put one learner's parts together. `is_released`: no examination of the run is outstanding."""
    exam = exam_result(sat.best, practised.score, exam_rule(run.course))
    verdict = completion(
        attended=progress.attended,
        scheduled=progress.scheduled,
        modules=progress.modules,
        done=progress.done,
        exam=exam,
    )
    until = last_retake_day(exam, sat, practised)
    return LearnerResult(
        enrolment,
        progress,
        sat,
        practised,
        exam,
        verdict,
        score_band(exam),
        until,
        decision_on(run, verdict, exam, sat, practised, until, is_released),
    )


def decision_on(
    run: Run,
    verdict: Completion,
    exam: ExamResult,
    sat: Sat,
    practised: Practised,
    until: date | None,
    is_released: bool,
) -> Decision:
    """Rule: who has met everything completes at any time. Who has not fails once the run is
    closed: at once for attendance or modules, and for an examination when no result is awaited
    and no retake is left; until then the enrolment stays open.
    """
    if verdict.is_complete:
        return Decision.COMPLETE
    if run.state != RunState.CLOSED:
        return Decision.OPEN
    if {Gap.ATTENDANCE, Gap.MODULES} & set(verdict.gaps):
        return Decision.FAIL
    may_still_sit = Part.THEORY in exam.waiting and not is_released
    if sat.waiting or practised.waiting or may_still_sit:
        return Decision.OPEN
    if not exam.waiting and until is not None and clock.today() <= until:
        return Decision.OPEN
    return Decision.FAIL


def last_retake_day(exam: ExamResult, sat: Sat, practised: Practised) -> date | None:
    """Return the last day for repeating what failed; None when nothing failed or none is left.

    Handing in a practical work again after it was judged is the retake of the practical part.
    """
    days = []
    for part, first, used in (
        (Part.THEORY, sat.first_failed_on, sat.ended - 1),
        (Part.PRACTICE, practised.first_rated_on, practised.repeats),
    ):
        if part in exam.failed and first is not None:
            days.append(retake_until(first_failed_on=first, retakes_used=used))
    known = [day for day in days if day is not None]
    return min(known) if known and len(known) == len(days) else None


def exams_among(run: Run, ids: list[int]) -> tuple[list[Exam], dict[int, list[Attempt]]]:
    """Return a run's examinations, and each enrolment's attempts at them; one query."""
    near = FilteredRelation("attempts", condition=Q(attempts__enrolment__in=ids))
    rows: Any = run.exams.only("state", "examiners_needed", "run").annotate(near=near)
    facts = {name: F(f"near__{name}") for name in ("enrolment_id", "score", "ended_at")}
    facts |= {"attempt": F("near__pk"), "attempt_state": F("near__state")}
    exams: dict[int, Exam] = {}
    attempts: dict[int, list[Attempt]] = defaultdict(list)
    for row in rows.annotate(**facts).order_by("near__started_at", "near__pk"):
        exam = exams.setdefault(row.pk, row)
        if row.attempt is not None:
            attempts[row.enrolment_id].append(
                Attempt(
                    pk=row.attempt,
                    exam=exam,
                    enrolment_id=row.enrolment_id,
                    state=row.attempt_state,
                    score=row.score,
                    ended_at=row.ended_at,
                )
            )
    return list(exams.values()), attempts


def sat_of(attempts: list[Attempt], pass_mark: Decimal) -> Sat:
    """Return what some attempts of one learner come to, in the order they were begun.

    Rule: a result counts once it is released; of several attempts the best counts.
    """
    released = [
        one
        for one in attempts
        if one.state == AttemptState.GRADED and one.exam.state == ExamState.RELEASED
    ]
    scores = [one.score for one in released if one.score is not None]
    failed = [one for one in released if one.score is not None and one.score < pass_mark]
    first = failed[0].ended_at if failed else None
    return Sat(
        best=max(scores, default=None),
        ended=sum(one.state in ENDED for one in attempts),
        first_failed_on=local_day(first) if first else None,
        waiting=len(released) < len(attempts),
    )


@dataclass
class Handed:
    """One practical work as results see it: the task it is for, and its ratings in time."""

    task: int
    ratings: list[PracticeRating] = field(default_factory=list)


def practised_by(run: Run, ids: list[int], rule: RatingRule) -> dict[int, Practised]:
    """Return what each enrolment's practical works come to, in one query."""
    tasks: dict[int, Task] = {}
    works: dict[int, dict[int, Handed]] = defaultdict(dict)
    for row in works_with_ratings(run, ids):
        tasks.setdefault(row.pk, row)
        if row.work is None:
            continue
        work = works[row.learner].setdefault(row.work, Handed(row.pk))
        if row.points is not None:
            rating = PracticeRating(
                examiner_id=row.examiner, points=row.points, rated_at=row.rated_at
            )
            work.ratings.append(rating)
    return {pk: practised_of([*tasks.values()], [*works[pk].values()], rule) for pk in ids}


def works_with_ratings(run: Run, ids: list[int]) -> Any:
    """Return a course's tasks, one row for each rating of each work of these enrolments."""
    near = FilteredRelation("works", condition=Q(works__enrolment__in=ids))
    rows = (
        Task.objects.filter(course=run.course_id)
        .only("position", "hours", "rubric")
        .annotate(near=near)
    )
    given = {name: F(f"near__ratings__{name}") for name in ("points", "examiner", "rated_at")}
    found = rows.annotate(work=F("near__pk"), learner=F("near__enrolment"), **given)
    in_time = ("near__version", "near__ratings__rated_at", "near__ratings__pk")
    return found.order_by("position", "pk", *in_time)


def practised_of(tasks: list[Task], works: list[Handed], rule: RatingRule) -> Practised:
    """Return one learner's practical part from the works, a task's latest last."""
    latest = {work.task: work for work in works}
    judged = []
    waiting = False
    for task in tasks:
        work = latest.get(task.pk)
        given = tuple(as_rating(row) for row in work.ratings) if work else ()
        rubric = rubric_of(task.rubric)
        judged.append(PracticeTask(task.hours, rubric, given))
        waiting = waiting or (work is not None and settle(rubric, given, rule).share is None)
    rated = [row.rated_at for work in works for row in work.ratings]
    versions = Counter(work.task for work in works if work.ratings)
    return Practised(
        score=practice_score(judged, rule),
        repeats=max((number - 1 for number in versions.values()), default=0),
        first_rated_on=local_day(min(rated)) if rated else None,
        waiting=waiting,
    )
