"""How far a learner has come: hours attended, modules done, practical work handed in.

A whole run costs as many queries as one learner. Whether that completes the course is judged by
`courses.certification.completion`; results of examinations are not known here.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F, FilteredRelation, Q

from courses.certification import class_hours
from courses.certification.hours import MINUTES
from courses.models import Enrolment, Module, PracticeWork, Run, Session
from portal.core import clock

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Progress:
    """One learner's way through a run, in class hours and codes of modules.

    `scheduled` are the hours of sessions that are over or closed, `attended` those of them that
    the learner was there. `modules` are the course's in their order, `done` those of them with
    every unit completed. `practice` has the latest work of each task by the task's id.
    """

    attended: Decimal = NOTHING
    scheduled: Decimal = NOTHING
    modules: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    practice: dict[int, PracticeWork] = field(default_factory=dict)
    units: frozenset[int] = frozenset()


ProgressBy = dict[int, Progress]


def progress_of(enrolment: Enrolment) -> Progress:
    """Return one learner's progress."""
    return progress_among(enrolment.run, [enrolment.pk])[enrolment.pk]


def progress_of_run(run: Run) -> ProgressBy:
    """Return the progress of everybody who has been let in, by the enrolment's id."""
    inside = Enrolment.objects.filter(run=run).inside().values_list("pk", flat=True)
    return progress_among(run, list(inside))


def progress_among(run: Run, enrolments: list[int], *, practice: bool = True) -> ProgressBy:
    """Return the progress of some enrolments of a run, in three queries.

    Two without the practical works, for who reads them otherwise.
    """
    scheduled, attended = hours_among(run, enrolments)
    units, completed = units_among(run, enrolments)
    works = latest_works(enrolments) if practice else defaultdict(dict)
    return {
        pk: Progress(
            attended=attended[pk],
            scheduled=scheduled,
            modules=tuple(units),
            done=tuple(code for code, ids in units.items() if ids <= completed[pk]),
            practice=works[pk],
            units=frozenset(completed[pk]),
        )
        for pk in enrolments
    }


def attendance_of(enrolment: Enrolment) -> Progress:
    """Return how much of the sessions a learner attended, and nothing else; one query."""
    scheduled, attended = hours_among(enrolment.run, [enrolment.pk])
    return Progress(attended=attended[enrolment.pk], scheduled=scheduled)


def session_end(session: Session) -> datetime:
    """Return when a session is over if it runs without a break."""
    return session.starts_at + timedelta(minutes=float(session.hours * MINUTES))


def is_counted(session: Session, now: datetime) -> bool:
    """Say whether a session's hours are asked for by now: it is closed, or over."""
    return bool(session.closed_at) or session_end(session) <= now


def hours_among(run: Run, enrolments: list[int]) -> tuple[Decimal, dict[int, Decimal]]:
    """Return the class hours of the counted sessions, and those each enrolment was there.

    Rule: attendance counts in full quarters of a class hour, at most the session's hours.
    """
    near = FilteredRelation("attendance", condition=Q(attendance__enrolment__in=enrolments))
    rows: Any = run.sessions.annotate(near=near)
    now = clock.now()
    counted: dict[int, Session] = {}
    hours: dict[int, Decimal] = defaultdict(lambda: NOTHING)
    for session in rows.annotate(who=F("near__enrolment"), minutes=F("near__minutes")):
        if not is_counted(session, now):
            continue
        counted[session.pk] = session
        if session.who is not None:
            hours[session.who] += min(class_hours(session.minutes), session.hours)
    return sum((session.hours for session in counted.values()), NOTHING), hours


def units_among(run: Run, enrolments: list[int]) -> tuple[dict[str, set[int]], dict[int, set[int]]]:
    """Return the ids of the units of every module, by its code, and those each has completed."""
    near = FilteredRelation(
        "units__completions", condition=Q(units__completions__enrolment__in=enrolments)
    )
    modules = Module.objects.filter(course=run.course_id).annotate(near=near)
    units: dict[str, set[int]] = {}
    completed: dict[int, set[int]] = defaultdict(set)
    rows = modules.order_by("position", "pk").values_list("code", "units__pk", "near__enrolment")
    for code, unit, enrolment in rows:
        units.setdefault(code, set()).update({unit} - {None})
        if enrolment is not None:
            completed[enrolment].add(unit)
    return units, completed


def latest_works(enrolments: Iterable[int]) -> dict[int, dict[int, PracticeWork]]:
    """Return the latest work of every task of each enrolment, by the task's id."""
    found: dict[int, dict[int, PracticeWork]] = defaultdict(dict)
    works = PracticeWork.objects.filter(enrolment__in=enrolments).select_related("file")
    for work in works.order_by("version"):
        found[work.enrolment_id][work.task_id] = work
    return found
