"""What a run comes to for each learner: attendance, modules, both parts, verdict and gaps.

Worked out by the pure functions from what stands in the tables; nothing here is stored. What is
frozen when results are settled is written by `services.settling`.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

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
from courses.models import Attempt, CoursePage, Enrolment, PracticeRating, Run
from courses.models import PracticeTask as Task
from courses.queries.marking import as_rating, practice_rule, rubric_of
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
    progress = progress_among(run, ids)
    sat = sat_by(run, ids)
    practised = practised_by(run, progress)
    is_released = not run.exams.exclude(state=ExamState.RELEASED).exists()
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


def sat_by(run: Run, ids: list[int]) -> dict[int, Sat]:
    """Return each enrolment's attempts, in one query.

    Rule: a result counts once it is released; of several attempts the best counts.
    """
    rows = Attempt.objects.filter(exam__run=run, enrolment__in=ids).order_by("started_at", "pk")
    attempts: dict[int, list[Attempt]] = defaultdict(list)
    for row in rows.select_related("exam").defer("paper", "sheet", "marks"):
        attempts[row.enrolment_id].append(row)
    return {pk: sat_of(attempts[pk], Decimal(run.course.pass_mark)) for pk in ids}


def sat_of(attempts: list[Attempt], pass_mark: Decimal) -> Sat:
    """Return what some attempts of one learner come to."""
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


def practised_by(run: Run, progress: dict[int, Progress]) -> dict[int, Practised]:
    """Return what each enrolment's practical works come to, in three queries."""
    tasks = list(Task.objects.filter(course=run.course_id).order_by("position", "pk"))
    rule = practice_rule(run)
    ratings: dict[int, dict[int, list[PracticeRating]]] = defaultdict(lambda: defaultdict(list))
    rows = PracticeRating.objects.filter(work__enrolment__in=list(progress))
    for row in rows.select_related("work").defer("work__text").order_by("rated_at", "pk"):
        ratings[row.work.enrolment_id][row.work_id].append(row)
    return {pk: practised_of(tasks, one, ratings[pk], rule) for pk, one in progress.items()}


def practised_of(
    tasks: list[Task],
    progress: Progress,
    ratings: dict[int, list[PracticeRating]],
    rule: RatingRule,
) -> Practised:
    """Return one learner's practical part from the latest works and their ratings."""
    judged = []
    waiting = False
    for task in tasks:
        work = progress.practice.get(task.pk)
        rows = ratings[work.pk] if work and work.pk in ratings else []
        given = tuple(as_rating(row) for row in rows)
        rubric = rubric_of(task.rubric)
        judged.append(PracticeTask(task.hours, rubric, given))
        waiting = waiting or (work is not None and settle(rubric, given, rule).share is None)
    rated = [row for rows in ratings.values() for row in rows]
    versions: dict[int, set[int]] = defaultdict(set)
    for row in rated:
        versions[row.work.task_id].add(row.work_id)
    return Practised(
        score=practice_score(judged, rule),
        repeats=max((len(works) - 1 for works in versions.values()), default=0),
        first_rated_on=local_day(min(row.rated_at for row in rated)) if rated else None,
        waiting=waiting,
    )
