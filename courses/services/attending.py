"""Attendance: the code of a session, checking in by it, the list, and closing it into the ledger.

Every write locks the session first, so that nobody slips onto a list while it is being closed.
"""

import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.certification import class_hours
from courses.certification.hours import MINUTES
from courses.enums import Presence
from courses.lifecycle import EnrolmentState
from courses.models import Attendance, Enrolment, Session
from courses.rules.sessions import check_can_check_in, check_can_close, check_can_keep_list
from courses.services.ledger import enter_hours
from courses.services.scheduling import lock_session
from portal.core import audit, clock
from portal.core.denials import Denied

DIGITS = 6
CODE_MINUTES = (5, 10, 15, 30)
# Who types the code within these minutes after the start, or after it is first shown, is in time.
IN_TIME = timedelta(minutes=10)
WRONG_TRIES = 5
WAIT_SECONDS = 300
THERE = frozenset({Presence.PRESENT, Presence.LATE})


@dataclass(frozen=True)
class Mark:
    """What is said of one person: presence, and minutes where they are not the whole."""

    presence: str
    minutes: int | None = None


@dataclass(frozen=True)
class Settled(Mark):
    """A mark as the list keeps it, with its minutes."""

    minutes: int = 0


def full_minutes(session: Session) -> int:
    """Return the minutes of the whole session."""
    return int(session.hours * MINUTES)


@transaction.atomic
def open_code(*, session: Session, minutes: int, by: Any) -> Session:
    """Show a new code for some minutes and return the session; the old code ends at once.

    Locks the session, checks the rule, draws six digits that no open session of the run has,
    writes the row and the audit event (without the code). Raises Denied, ValidationError.
    """
    if minutes not in CODE_MINUTES:
        raise ValidationError(_("Choose how long the code is valid."), code="minutes")
    locked = lock_session(session)
    check_can_keep_list(by, locked)
    now = clock.now()
    taken = set(locked.run.sessions.filter(code_until__gt=now).values_list("code", flat=True))
    locked.code = draw_code(taken)
    locked.code_from = locked.code_from or now
    locked.code_until = now + timedelta(minutes=minutes)
    locked.save(update_fields=["code", "code_from", "code_until"])
    audit.record(
        action="attendance.code_opened", obj=locked, by=by, after={"until": locked.code_until}
    )
    return locked


@transaction.atomic
def end_code(*, session: Session, by: Any) -> Session:
    """End the code before its time and return the session; without an open one nothing happens.

    Locks the session, checks the rule, writes the row and the audit event. Raises Denied.
    """
    locked = lock_session(session)
    check_can_keep_list(by, locked)
    now = clock.now()
    if locked.code_until and locked.code_until > now:
        locked.code_until = now
        locked.save(update_fields=["code_until"])
        audit.record(action="attendance.code_ended", obj=locked, by=by, after={"until": now})
    return locked


def draw_code(taken: set[str]) -> str:
    """Return six random digits that are not taken."""
    while True:
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        if code not in taken:
            return code


@transaction.atomic
def check_in(*, enrolment: Enrolment, session: Session, typed: str, by: Any) -> Attendance:
    """Put a learner on the list by the code they typed and return the entry.

    Rule: who types the code up to ten minutes after the start (or after the code is first shown)
    is present for the whole session, later ones are late and have the minutes that are left. Who
    is on the list as present or late already stays as they are. Locks the session, checks the
    rule, writes the entry and the audit event. Raises Denied, ValidationError under "code".
    """
    locked = lock_session(session)
    there = Attendance.objects.filter(session=locked, enrolment=enrolment).first()
    if there and there.presence in THERE and enrolment.learner_id == by.pk:
        return there
    check_can_check_in(by, locked, enrolment)
    check_code(locked, typed, key=f"attendance-tries:{enrolment.pk}")
    mark = mark_by_time(locked)
    entry, _is_new = Attendance.objects.update_or_create(
        session=locked,
        enrolment=enrolment,
        defaults={
            "presence": mark.presence,
            "minutes": mark.minutes,
            "source": Attendance.Source.CODE,
            "recorded_at": clock.now(),
            "recorded_by": by,
        },
    )
    audit.record(
        action="attendance.checked_in",
        obj=locked,
        by=by,
        before=there.presence if there else "",
        after={"enrolment": enrolment.public_id, "presence": mark.presence},
    )
    return entry


def plain_code(typed: str) -> str:
    """Return a typed code with full-width digits narrowed, and without spaces and hyphens."""
    narrow = unicodedata.normalize("NFKC", typed)
    return "".join(one for one in narrow if one.isalnum())


def check_code(session: Session, typed: str, *, key: str) -> None:
    """Raise ValidationError, saying what to do, unless the typed code is the open one.

    Only wrong codes are counted: five within five minutes.
    """
    if cache.get(key, 0) >= WRONG_TRIES:
        raise fault(
            _(
                "Too many wrong codes. Wait five minutes, "
                "or ask your teacher to put you on the list."
            ),
            "limit",
        )
    if not session.code or session.code_until is None:
        raise fault(_("No code has been shown yet. Wait until your teacher shows one."), "none")
    if not secrets.compare_digest(plain_code(typed).encode(), session.code.encode()):
        count_try(key)
        raise fault(
            _(
                "This is not the code of this session. Compare the six digits with the screen; "
                "the code may have been renewed."
            ),
            "wrong",
        )
    if clock.now() >= session.code_until:
        raise fault(
            _("This code ended at %(time)s. Ask your teacher to show a new one.")
            % {"time": f"{timezone.localtime(session.code_until):%H:%M}"},
            "expired",
        )


def count_try(key: str) -> None:
    """Count one wrong code; the count is forgotten five minutes after the first."""
    try:
        cache.incr(key)
    except ValueError:
        cache.set(key, 1, WAIT_SECONDS)


def fault(text: Any, code: str) -> ValidationError:
    """Return an error beside the typed code."""
    return ValidationError({"code": ValidationError(text, code=code)})


def mark_by_time(session: Session) -> Settled:
    """Return what checking in at this moment comes to."""
    whole = full_minutes(session)
    begin = max(session.starts_at, session.code_from or session.starts_at)
    after = clock.now() - begin
    if after <= IN_TIME:
        return Settled(Presence.PRESENT, whole)
    missed = int(after.total_seconds() // 60)
    return Settled(Presence.LATE, max(0, whole - missed))


@transaction.atomic
def keep_list(*, session: Session, marks: Mapping[int, Mark], by: Any, reason: str = "") -> int:
    """Write what a teacher says of some people, and return how many entries changed.

    `marks` is keyed by the enrolment's id; people not named stay as they are. Locks the session,
    checks the rule, wants a reason where an entry that stands is changed, writes the entries and
    one audit event with what was before and after. Raises Denied, ValidationError by enrolment
    id or under "reason".
    """
    locked = lock_session(session)
    check_can_keep_list(by, locked)
    people = {one.pk: one for one in listed(locked)}
    before = {row.enrolment_id: row for row in locked.attendance.all()}
    wanted = settle_all(locked, marks)
    changes = {pk: mark for pk, mark in wanted.items() if differs(before.get(pk), mark)}
    check_people(changes, people, by)
    corrected = [pk for pk in changes if pk in before]
    if corrected and not reason.strip():
        raise ValidationError(
            {"reason": _("Say why an entry that stands is changed.")}, code="reason"
        )
    for pk, mark in changes.items():
        write_mark(locked, people[pk], mark, by=by)
    if changes:
        audit.record(
            action="attendance.corrected" if corrected else "attendance.listed",
            obj=locked,
            by=by,
            before={people[pk].public_id: line(before[pk]) for pk in corrected},
            after={people[pk].public_id: [m.presence, m.minutes] for pk, m in changes.items()},
            facts={"reason": reason.strip()},
        )
    return len(changes)


def listed(session: Session) -> list[Enrolment]:
    """Return who belongs on a list: everybody enrolled, and who is on it already."""
    return list(Enrolment.objects.on_list(session).select_related("learner", "organisation"))


def settle(session: Session, mark: Mark) -> Settled:
    """Return a mark with its minutes: the whole for who was present, none for who was not there.

    Raises ValidationError for minutes that are missing (late) or more than the session has.
    """
    whole = full_minutes(session)
    if mark.presence not in THERE:
        return Settled(mark.presence, 0)
    if mark.minutes is None and mark.presence == Presence.LATE:
        raise ValidationError(_("Say how many minutes they were there."), code="minutes")
    minutes = whole if mark.minutes is None else mark.minutes
    if not 0 <= minutes <= whole:
        raise ValidationError(
            _("The session has %(max)d minutes."), code="minutes", params={"max": whole}
        )
    return Settled(mark.presence, minutes)


def settle_all(session: Session, marks: Mapping[int, Mark]) -> dict[int, Settled]:
    """Return all marks with their minutes; raise ValidationError by enrolment id."""
    found, faults = {}, {}
    for pk, mark in marks.items():
        try:
            found[pk] = settle(session, mark)
        except ValidationError as error:
            faults[str(pk)] = error.messages
    if faults:
        raise ValidationError(faults)
    return found


def differs(row: Attendance | None, mark: Settled) -> bool:
    """Say whether a mark is not what the list says already."""
    return row is None or (row.presence, row.minutes) != (mark.presence, mark.minutes)


def line(row: Attendance) -> list[Any]:
    """Return an entry as the audit keeps it."""
    return [row.presence, row.minutes]


def check_people(changes: Mapping[int, Settled], people: Mapping[int, Enrolment], by: Any) -> None:
    """Rule: nobody is put on a list who is not enrolled, nobody keeps their own entry, and the
    entry of a learner whose result is settled stays.
    """
    for pk in changes:
        if pk not in people:
            raise Denied(_("Only people of this run can be on its list."), code="list.stranger")
        if people[pk].learner_id == by.pk:
            raise Denied(_("Ask a colleague to set your own entry."), code="list.own")
        if people[pk].state != EnrolmentState.ENROLLED:
            raise Denied(
                _("%(name)s is no longer enrolled or has a settled result; the entry stays.")
                % {"name": people[pk].learner.name},
                code="list.settled",
            )


def write_mark(session: Session, enrolment: Enrolment, mark: Settled, *, by: Any) -> None:
    """Write one entry of a locked list."""
    Attendance.objects.update_or_create(
        session=session,
        enrolment=enrolment,
        defaults={
            "presence": mark.presence,
            "minutes": mark.minutes,
            "source": Attendance.Source.LIST,
            "recorded_at": clock.now(),
            "recorded_by": by,
        },
    )


@transaction.atomic
def close_list(*, session: Session, by: Any) -> Session:
    """Close a session's list and enter its hours; closing again changes nothing.

    Rule: who is enrolled and not on the list is absent; everybody else earns the class hours of
    their minutes, at most the session's. Locks the session, checks the rule, writes absences,
    the end of the code and of the list, the hours in the ledger and the audit event. Raises
    Denied.
    """
    locked = lock_session(session)
    if locked.closed_at:
        return locked
    check_can_close(by, locked)
    on_list = set(locked.attendance.values_list("enrolment_id", flat=True))
    for enrolment in listed(locked):
        if enrolment.pk not in on_list:
            write_mark(locked, enrolment, Settled(Presence.ABSENT), by=by)
    locked.code, locked.closed_at = "", clock.now()
    locked.save(update_fields=["code", "closed_at"])
    hours = [enter_attendance(row, locked, by=by) for row in rows_of(locked)]
    audit.record(
        action="session.closed",
        obj=locked,
        by=by,
        after={"people": len(hours), "with_hours": sum(hours)},
    )
    return locked


def rows_of(session: Session) -> list[Attendance]:
    """Return a list's entries with their people, in the order of the enrolments."""
    rows = session.attendance.select_related("enrolment__learner", "enrolment__run")
    return list(rows.order_by("enrolment__place"))


def enter_attendance(row: Attendance, session: Session, *, by: Any) -> bool:
    """Enter one person's hours of a closed session once; say whether there were any."""
    entry = enter_hours(
        learner=row.enrolment.learner,
        enrolment=row.enrolment,
        day=timezone.localtime(session.starts_at).date(),
        hours=min(class_hours(row.minutes), session.hours),
        mode=session.mode,
        source=f"{session.run.course.title}: {session.title}"[:200],
        key=f"attendance:{row.pk}",
        by=by,
    )
    return entry is not None
