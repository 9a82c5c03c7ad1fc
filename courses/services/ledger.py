"""The hours ledger: lines are entered once and taken back by a counter-entry, never changed.

Who earned hours is established by the flows that call this (a closed attendance list, a completed
unit, recognition); the sums and the annual statement are in queries and `courses.certification`.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from courses.certification.hours import QUARTER
from courses.models import Enrolment, HoursEntry
from portal.core import audit, clock
from portal.core.denials import Denied


@transaction.atomic
def enter_hours(
    *,
    learner: Any,
    day: date,
    hours: Decimal,
    mode: str,
    source: str,
    key: str,
    by: Any,
    enrolment: Enrolment | None = None,
    field: str = HoursEntry.Field.PROFESSIONAL,
) -> HoursEntry | None:
    """Enter class hours for a learner once; return the line, or None for no hours at all.

    `hours` are class hours, rounded down to quarters; `key` is what they stand for
    ("attendance:17"): entering it again returns the line that stands. Audited.
    """
    counted = hours // QUARTER * QUARTER
    if counted <= 0:
        return None
    entry, is_new = HoursEntry.objects.get_or_create(
        key=key,
        defaults={
            "learner": learner,
            "enrolment": enrolment,
            "day": day,
            "hours": counted,
            "mode": mode,
            "field": field,
            "source": source,
            "entered_by": by,
        },
    )
    if is_new:
        audit.record(
            action="hours.entered",
            obj=entry,
            by=by,
            after={"hours": counted, "day": day, "source": source, "learner": learner.pk},
        )
    return entry


@transaction.atomic
def take_back(*, entry: HoursEntry, reason: str, by: Any) -> HoursEntry:
    """Take a line back by its counter-entry and return that; a second call returns the same.

    Raises Denied for a counter-entry, or without a reason. Audited.
    """
    locked = HoursEntry.objects.select_for_update().get(pk=entry.pk)
    if locked.counters_id:
        raise Denied(_("A counter-entry cannot be taken back."), code="hours.counter")
    standing = HoursEntry.objects.filter(counters=locked).first()
    if standing:
        return standing
    if not reason.strip():
        raise Denied(_("Say why the hours are taken back."), code="hours.reason")
    counter = HoursEntry.objects.create(
        learner=locked.learner,
        enrolment=locked.enrolment,
        day=clock.today(),
        hours=-locked.hours,
        mode=locked.mode,
        field=locked.field,
        source=locked.source,
        key=f"counter:{locked.public_id}",
        counters=locked,
        reason=reason.strip(),
        entered_by=by,
    )
    audit.record(
        action="hours.taken_back",
        obj=counter,
        by=by,
        before={"hours": locked.hours},
        facts={"reason": counter.reason, "entry": locked.public_id},
    )
    return counter
