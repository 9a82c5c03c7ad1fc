"""Reads of sessions: a run's with their counts, a list's people, a learner's own attendance."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from courses.enums import DutyKind, Presence
from courses.models import Attendance, Enrolment, Run, Session
from courses.queries.progress import session_end
from courses.queries.runs import holder_of
from portal.accounts.enums import Role
from portal.accounts.models import User
from portal.core import clock

TEACHING = (DutyKind.CONTENT, DutyKind.TEACHING, DutyKind.SITE)
THERE = (Presence.PRESENT, Presence.LATE)


def sessions_visible_to(user: Any) -> QuerySet[Session]:
    """Sessions of the runs this person works for, with run, course, lead and duties."""
    sessions = Session.objects.filter(run__in=Run.objects.visible_to(user))
    return sessions.select_related("run__course", "run__lead", "teacher").prefetch_related(
        "run__duties"
    )


def with_counts(sessions: QuerySet[Session]) -> QuerySet[Session]:
    """Add `there`, the number of people on the list as present or late, and `listed`, of all."""
    return sessions.annotate(
        there=Count("attendance", filter=Q(attendance__presence__in=THERE)),
        listed=Count("attendance"),
    )


def session_state(session: Session) -> str:
    """Return where a session stands: planned, now, over (its list waits) or closed."""
    now = clock.now()
    if session.closed_at:
        return "closed"
    if now < session.starts_at:
        return "planned"
    return "now" if now < session_end(session) else "over"


def code_is_open(session: Session) -> bool:
    """Say whether a code can be typed at this moment."""
    return bool(session.code and session.code_until and clock.now() < session.code_until)


def people_of(session: Session) -> list[Enrolment]:
    """Return who belongs on the session's list, in the order of their arrival in the run."""
    people = Enrolment.objects.on_list(session).select_related("learner", "organisation")
    return list(people.order_by("place"))


def entries_of(session: Session) -> dict[int, Attendance]:
    """Return the list's entries by the enrolment's id."""
    return {row.enrolment_id: row for row in session.attendance.all()}


def tally(people: Iterable[Enrolment], entries: dict[int, Attendance]) -> dict[str, int]:
    """Return how many people are present, late, absent, excused, and not on the list yet (open)."""
    counts = Counter(entries[one.pk].presence if one.pk in entries else "open" for one in people)
    return {key: counts[key] for key in (*Presence.values, "open")}


def own_sessions(enrolment: Enrolment) -> QuerySet[Session]:
    """Return the sessions of a learner's run with their own `presence` and `minutes`."""
    own = Attendance.objects.filter(session=OuterRef("pk"), enrolment=enrolment)
    sessions = Session.objects.filter(run=enrolment.run_id).select_related("teacher")
    return sessions.annotate(
        presence=Subquery(own.values("presence")[:1]), minutes=Subquery(own.values("minutes")[:1])
    )


def teachers_of(run: Run) -> QuerySet[User]:
    """Return who may be named as a session's teacher: teachers of the organisations that
    accepted content, teaching or the practical site.
    """
    holders = {holder_of(run, kind) for kind in TEACHING} - {None}
    members = Q(memberships__role=Role.TEACHER, memberships__organisation__in=holders)
    return User.objects.filter(members, is_active=True).distinct().order_by("name", "pk")
