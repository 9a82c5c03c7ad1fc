"""The sessions of a run: added, changed, taken off. Who was there is kept by `attending`."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courses.models import Enrolment, Run, Session
from courses.rules.sessions import check_can_change, check_can_plan
from portal.core import audit
from portal.core.denials import Denied
from portal.core.notifications import notify
from portal.core.templatetags.formatting import moment

FIELDS = ("title", "starts_at", "hours", "mode", "place", "teacher")


@transaction.atomic
def add_session(*, run: Run, facts: Mapping[str, Any], by: Any) -> Session:
    """Add a session to a run and return it.

    `facts` has title, starts_at, hours, mode, place and teacher. Checks the rule, writes the row
    and the audit event. Raises Denied.
    """
    locked = Run.objects.select_for_update(of=("self",)).select_related("lead").get(pk=run.pk)
    check_can_plan(by, locked)
    session = Session(run=locked)
    for name in FIELDS:
        if name in facts:
            setattr(session, name, facts[name])
    session.save()
    audit.record(action="session.added", obj=session, by=by, after=told(session))
    return session


@transaction.atomic
def change_session(*, session: Session, facts: Mapping[str, Any], by: Any) -> Session:
    """Change a session and return it; learners hear of a new time or place.

    Locks the session, checks the rule, writes the row and the audit event, notifies everybody
    enrolled when and where it is held has changed. Unchanged facts write nothing. Raises Denied.
    """
    locked = lock_session(session)
    check_can_change(by, locked)
    before = told(locked)
    for name in FIELDS:
        if name in facts:
            setattr(locked, name, facts[name])
    after = told(locked)
    if after == before:
        return locked
    locked.save(update_fields=list(FIELDS))
    audit.record(action="session.changed", obj=locked, by=by, before=before, after=after)
    if any(before[name] != after[name] for name in ("starts_at", "place")):
        tell_learners(locked)
    return locked


@transaction.atomic
def remove_session(*, session: Session, by: Any) -> None:
    """Take a session off a run that nobody is on the list of yet.

    Locks the session, checks the rule, writes the audit event, deletes the row. Raises Denied.
    """
    locked = lock_session(session)
    check_can_change(by, locked)
    if locked.attendance.exists():
        raise Denied(
            _("People are on the list of this session already; it stays."), code="session.in_use"
        )
    audit.record(action="session.removed", obj=locked, by=by, before=told(locked))
    locked.delete()


def lock_session(session: Session) -> Session:
    """Return the session read afresh under a row lock, with its run and the run's lead."""
    rows = Session.objects.select_for_update(of=("self",))
    return rows.select_related("run__lead", "run__course").get(pk=session.pk)


def told(session: Session) -> dict[str, Any]:
    """Return a session's facts as the audit keeps them."""
    return {
        "title": session.title,
        "starts_at": session.starts_at,
        "hours": f"{session.hours:.2f}",
        "mode": session.mode,
        "place": session.place,
        "teacher": session.teacher_id,
    }


def tell_learners(session: Session) -> None:
    """Tell everybody enrolled when and where a session is held now."""
    for enrolment in Enrolment.objects.filter(run=session.run).inside().select_related("learner"):
        notify(
            [enrolment.learner],
            kind="session.changed",
            subject=_("“%(title)s” has a new time or place"),
            body=_("%(course)s: it begins %(start)s. Place: %(place)s."),
            context={
                "title": session.title,
                "course": session.run.course.title,
                "start": moment(session.starts_at),
                "place": session.place or "–",
            },
            url=reverse("learning_sessions", args=[enrolment.public_id]),
        )
