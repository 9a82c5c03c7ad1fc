"""An attendance list as the workbook that is printed, signed and kept."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from courses.certification.hours import figure
from courses.models import Attendance, Enrolment, Session
from portal.core import clock
from portal.core.spreadsheets import Column, Table, write_workbook
from portal.core.templatetags.formatting import moment


def attendance_workbook(
    session: Session, people: Iterable[Enrolment], entries: dict[int, Attendance]
) -> bytes:
    """Return one session's list as xlsx: course and session above, a row for each person."""
    columns = [
        Column(_("No."), 6, "0"),
        Column(pgettext("person", "Name"), 16),
        Column(_("Organisation"), 28),
        Column(_("Presence"), 10),
        Column(pgettext("attendance", "Minutes"), 10, "0"),
        Column(_("Recorded"), 22),
        Column(_("How"), 12),
        Column(_("Signature"), 18),
    ]
    table = Table(
        name=_("Attendance"),
        columns=columns,
        rows=[row_of(place, one, entries.get(one.pk)) for place, one in enumerate(people, 1)],
        title_lines=title_lines(session),
        notes=[_("Printed %(moment)s") % {"moment": moment(clock.now())}],
    )
    return write_workbook([table])


def title_lines(session: Session) -> list[str]:
    """Return the lines above the list."""
    run = session.run
    where = f"{session.place} · " if session.place else ""
    teacher = session.teacher.name if session.teacher else "–"
    return [
        f"{run.course.display_title} {run.code}",
        f"{session.title} · {moment(session.starts_at)} · {where}"
        + _("%(hours)s class hours") % {"hours": figure(session.hours)},
        _("Teacher: %(name)s") % {"name": teacher},
    ]


def row_of(place: int, person: Enrolment, entry: Attendance | None) -> list[Any]:
    """Return the cells of one person."""
    organisation = person.organisation.display_name if person.organisation else ""
    cells = [place, person.learner.name, organisation]
    if entry is None:
        return [*cells, "", None, "", "", ""]
    how = _("by code") if entry.source == Attendance.Source.CODE else _("by list")
    presence = str(entry.get_presence_display())
    return [*cells, presence, entry.minutes, moment(entry.recorded_at), how, ""]
