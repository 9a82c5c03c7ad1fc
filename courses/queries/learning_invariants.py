"""What must always hold of learning, recounted from the tables."""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import F

from courses.certification import class_hours
from courses.enums import Presence
from courses.models import Attendance, HoursEntry, PracticeWork, UnitCompletion
from portal.core.invariants import invariant

THERE = (Presence.PRESENT, Presence.LATE)


def hours_by_attendance() -> dict[str, Decimal]:
    """Return the hours that stand in the ledger for attendance, by key; counter-entries aside."""
    entries = HoursEntry.objects.filter(key__startswith="attendance:", counters=None)
    return dict(entries.values_list("key", "hours"))


@invariant("courses.closed_sessions_have_hours")
def closed_sessions_have_their_hours() -> Iterator[str]:
    """Who was there in a session whose list is closed has its hours in the ledger."""
    entered = hours_by_attendance()
    rows = Attendance.objects.filter(session__closed_at__isnull=False, presence__in=THERE)
    for row in rows.select_related("session"):
        earned = min(class_hours(row.minutes), row.session.hours)
        found = entered.get(f"attendance:{row.pk}", Decimal(0))
        if found != earned:
            yield f"attendance {row.pk}: {found} hours in the ledger instead of {earned}"


@invariant("courses.open_sessions_have_no_hours")
def open_sessions_have_no_hours() -> Iterator[str]:
    """Attendance is entered when its list is closed, not before."""
    entered = hours_by_attendance()
    rows = Attendance.objects.filter(session__closed_at=None)
    for pk in rows.values_list("pk", flat=True):
        if f"attendance:{pk}" in entered:
            yield f"attendance {pk}: hours in the ledger before its list is closed"


@invariant("courses.hours_within_session")
def hours_stay_within_their_session() -> Iterator[str]:
    """No line of the ledger for attendance has more hours than its session."""
    entered = hours_by_attendance()
    rows = Attendance.objects.filter(pk__in=[key.split(":")[1] for key in entered])
    for pk, hours in rows.values_list("pk", "session__hours"):
        if entered[f"attendance:{pk}"] > hours:
            yield f"attendance {pk}: {entered[f'attendance:{pk}']} hours of {hours}"


@invariant("courses.learning_of_ones_own_course")
def learning_belongs_to_the_course() -> Iterator[str]:
    """Units completed, sessions attended and tasks handed in are of the run's own course."""
    strange = UnitCompletion.objects.exclude(unit__module__course=F("enrolment__run__course"))
    for pk in strange.values_list("pk", flat=True):
        yield f"completion {pk}: a unit of another course"
    absent = Attendance.objects.exclude(session__run=F("enrolment__run"))
    for pk in absent.values_list("pk", flat=True):
        yield f"attendance {pk}: a session of another run"
    works = PracticeWork.objects.exclude(task__course=F("enrolment__run__course"))
    for key in works.values_list("public_id", flat=True):
        yield f"work {key}: a task of another course"
