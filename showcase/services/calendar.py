"""The working-day table as the secretariat keeps it: holidays and worked weekends."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.core import audit, clock
from portal.core.calendar import is_ordinary, is_weekday
from portal.core.models import SpecialDay
from showcase.rules.rounds import check_can_edit_calendar

# A slip of the pen in the year would stand in a table that nobody looks at.
YEARS_AWAY = 5


@transaction.atomic
def set_special_day(*, day: date, is_working: bool, name: str, by: Any) -> SpecialDay:
    """Enter a holiday or a worked weekend day, or change the one that is there.

    Deadlines that are set already stay. Repeated with the same facts it writes nothing. Locks
    the row, checks the rule, writes row and audit event. Raises Denied and ValidationError.
    """
    check_can_edit_calendar(by)
    check_day(day, is_working, name)
    facts = {"is_working": is_working, "name": name.strip()}
    row, is_new = SpecialDay.objects.select_for_update().get_or_create(day=day, defaults=facts)
    before = {} if is_new else {key: getattr(row, key) for key in facts}
    if before != facts:
        write(row, "calendar.day_set", before, facts, by)
    return row


@transaction.atomic
def remove_special_day(*, day: date, by: Any) -> None:
    """Let a day count by its weekday again; its row stays so that no seeding brings it back.

    Does nothing for a day that is not special. Raises Denied.
    """
    check_can_edit_calendar(by)
    row = SpecialDay.objects.select_for_update().filter(day=day).first()
    if row is None or is_ordinary(row):
        return
    before = {"is_working": row.is_working, "name": row.name}
    write(row, "calendar.day_removed", before, {"is_working": is_weekday(day), "name": ""}, by)


def write(
    row: SpecialDay, action: str, before: dict[str, Any], after: dict[str, Any], by: Any
) -> None:
    """Keep the new facts of a day and record the change."""
    row.is_working, row.name = after["is_working"], after["name"]
    row.save(update_fields=["is_working", "name"])
    facts = {"day": row.day.isoformat()}
    audit.record(action=action, obj=row, by=by, before=before, after=after, facts=facts)


def check_day(day: date, is_working: bool, name: str) -> None:
    """Raise ValidationError for a day that cannot be special as said."""
    if abs(day.year - clock.today().year) > YEARS_AWAY:
        raise ValidationError({"day": _("Check the year: it is more than five years away.")})
    if is_working and is_weekday(day):
        raise ValidationError(
            {"day": _("This is no Saturday or Sunday. Monday to Friday are worked anyway.")}
        )
    if not name.strip():
        raise ValidationError({"name": _("Name the day, for example after its holiday.")})
