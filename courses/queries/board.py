"""Reads of examinations for those who run them: whose they are, and how a sitting goes."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from courses.enums import DutyKind
from courses.lifecycle import ENDED, AttemptState, DutyState
from courses.models import Attempt, Enrolment, Exam, Run
from courses.models.runs import RunQuerySet
from portal.accounts.enums import Role
from portal.core import clock


def exams_examined_by(user: Any) -> QuerySet[Exam]:
    """Return the examinations of runs whose examining this person's organisation accepted,
    with `is_learner`: whether they take part in the run.

    Whether this very person may examine is `rules.people.check_can_examine`.
    """
    if not user.is_authenticated or not user.is_active:
        return Exam.objects.none()
    own = Enrolment.objects.filter(run=OuterRef("run"), learner=user.pk)
    exams = Exam.objects.filter(run__in=runs_examined_by(user)).annotate(is_learner=Exists(own))
    return exams.select_related("run__course", "run__lead")


def runs_examined_by(user: Any) -> RunQuerySet:
    """Return the runs whose examining an organisation of this examiner accepted."""
    return Run.objects.filter(
        duties__kind=DutyKind.EXAMINING,
        duties__state=DutyState.ACCEPTED,
        duties__organisation__in=user.organisation_ids(Role.EXAMINER),
    )


def exams_watched_by(user: Any) -> QuerySet[Exam]:
    """Return the examinations this person examines or whose run their organisation leads."""
    if not user.is_authenticated or not user.is_active:
        return Exam.objects.none()
    led = Q(run__lead__in=user.organisation_ids(Role.COORDINATOR))
    return Exam.objects.filter(led | Q(run__in=runs_examined_by(user))).select_related(
        "run__course", "run__lead"
    )


def exams_of_run(run: Run) -> list[Exam]:
    """Return a run's examinations with `attempts_counted` {state: number}, in two queries."""
    exams = list(run.exams.order_by("opens_at", "pk"))
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    rows = Attempt.objects.filter(exam__in=exams).order_by().values_list("exam", "state")
    for exam, state in rows:
        counts[exam][state] += 1
    for one in exams:
        one.attempts_counted = counts[one.pk]  # type: ignore[attr-defined]
        one.ended_count = sum(counts[one.pk][state] for state in ENDED)  # type: ignore[attr-defined]
    return exams


@dataclass(frozen=True)
class Taker:
    """One person who may sit an examination, with the latest attempt if there is one."""

    enrolment: Enrolment
    attempt: Attempt | None
    attempts: int
    saved_at: datetime | None

    @property
    def is_running(self) -> bool:
        return self.attempt is not None and self.attempt.state == AttemptState.RUNNING

    @property
    def seconds_left(self) -> int:
        """Seconds until the deadline on the server's clock, never below 0."""
        if self.attempt is None or not self.is_running:
            return 0
        return max(0, int((self.attempt.deadline - clock.now()).total_seconds()))

    @property
    def minutes_left(self) -> int:
        """Whole minutes left, the begun one counted."""
        return -(-self.seconds_left // 60)


def takers_of(exam: Exam) -> list[Taker]:
    """Return everybody who has been let into the run, in order of arrival, in two queries."""
    latest: dict[int, Attempt] = {}
    numbers: Counter[int] = Counter()
    attempts = Attempt.objects.filter(exam=exam).defer("paper", "sheet", "marks")
    for attempt in attempts.annotate(last_save=Max("saves__saved_at")).order_by("number"):
        latest[attempt.enrolment_id] = attempt
        numbers[attempt.enrolment_id] += 1
    people = Enrolment.objects.filter(run=exam.run_id).inside().select_related("learner")
    return [
        Taker(
            one,
            latest.get(one.pk),
            numbers[one.pk],
            getattr(latest.get(one.pk), "last_save", None),
        )
        for one in people.order_by("place")
    ]


def counts_of(takers: list[Taker]) -> dict[str, int]:
    """Return how many have not begun, are writing, handed in, ran out of time, are graded."""
    states = Counter(taker.attempt.state if taker.attempt else "absent" for taker in takers)
    return {
        "absent": states["absent"],
        "running": states[AttemptState.RUNNING],
        "submitted": states[AttemptState.SUBMITTED],
        "expired": states[AttemptState.EXPIRED],
        "graded": states[AttemptState.GRADED],
    }
