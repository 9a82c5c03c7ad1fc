"""How far a learner has come: hours attended, modules done, practical work handed in.

A whole run costs as many queries as one learner. Whether that completes the course is judged by
`courses.certification.completion`; results of examinations are not known here.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from courses.certification import class_hours
from courses.certification.hours import MINUTES
from courses.models import Attendance, Enrolment, Module, PracticeWork, Run, Session, UnitCompletion
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


def progress_of(enrolment: Enrolment) -> Progress:
    """Return one learner's progress."""
    return progress_among(enrolment.run, [enrolment.pk])[enrolment.pk]


def progress_of_run(run: Run) -> dict[int, Progress]:
    """Return the progress of everybody who has been let in, by the enrolment's id."""
    inside = Enrolment.objects.filter(run=run).inside().values_list("pk", flat=True)
    return progress_among(run, list(inside))


def progress_among(run: Run, enrolments: list[int]) -> dict[int, Progress]:
    """Return the progress of some enrolments of a run, in five queries."""
    counted = counted_sessions(run)
    scheduled = sum((session.hours for session in counted), NOTHING)
    attended = hours_attended(counted, enrolments)
    units = units_by_module(run)
    completed = completed_units(enrolments)
    works = latest_works(enrolments)
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


def session_end(session: Session) -> datetime:
    """Return when a session is over if it runs without a break."""
    return session.starts_at + timedelta(minutes=float(session.hours * MINUTES))


def counted_sessions(run: Run) -> list[Session]:
    """Return the sessions whose hours are asked for by now: closed ones and those that are over."""
    now = clock.now()
    return [one for one in run.sessions.all() if one.closed_at or session_end(one) <= now]


def hours_of(attendance: Attendance, session: Session) -> Decimal:
    """Rule: attendance counts in full quarters of a class hour, at most the session's hours."""
    return min(class_hours(attendance.minutes), session.hours)


def hours_attended(counted: list[Session], enrolments: list[int]) -> dict[int, Decimal]:
    """Return the class hours each enrolment was there in the counted sessions."""
    sessions = {session.pk: session for session in counted}
    hours: dict[int, Decimal] = defaultdict(lambda: NOTHING)
    for row in Attendance.objects.filter(enrolment__in=enrolments):
        if row.session_id in sessions:
            hours[row.enrolment_id] += hours_of(row, sessions[row.session_id])
    return hours


def units_by_module(run: Run) -> dict[str, set[int]]:
    """Return the ids of the units of every module of the course, by the module's code."""
    modules = Module.objects.filter(course=run.course_id).order_by("position", "pk")
    found: dict[str, set[int]] = {}
    for code, unit in modules.values_list("code", "units__pk"):
        found.setdefault(code, set()).update({unit} - {None})
    return found


def completed_units(enrolments: Iterable[int]) -> dict[int, set[int]]:
    """Return the ids of the units each enrolment has completed."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = UnitCompletion.objects.filter(enrolment__in=enrolments)
    for enrolment, unit in rows.values_list("enrolment", "unit"):
        found[enrolment].add(unit)
    return found


def latest_works(enrolments: Iterable[int]) -> dict[int, dict[int, PracticeWork]]:
    """Return the latest work of every task of each enrolment, by the task's id."""
    found: dict[int, dict[int, PracticeWork]] = defaultdict(dict)
    works = PracticeWork.objects.filter(enrolment__in=enrolments).select_related("file")
    for work in works.order_by("version"):
        found[work.enrolment_id][work.task_id] = work
    return found
