"""The hours ledger: once, in quarters, taken back by a counter-entry."""

from datetime import date
from decimal import Decimal

import pytest

from courses.models import HoursEntry
from courses.services.ledger import enter_hours, take_back
from portal.core.denials import Denied
from portal.core.models import AuditEvent
from tests.factories.courses import make_enrolment, make_run

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def entry_of(hours: str = "2.00", key: str = "attendance:1") -> HoursEntry | None:
    enrolment = HoursEntry.objects.first()
    place = enrolment.enrolment if enrolment else make_enrolment(make_run())
    return enter_hours(
        learner=place.learner,
        enrolment=place,
        day=date(2026, 3, 5),
        hours=Decimal(hours),
        mode="theory",
        source="示例课次",
        key=key,
        by=None,
    )


def test_hours_are_entered_once():
    first, second = entry_of(), entry_of()
    assert first == second
    assert HoursEntry.objects.count() == 1
    assert AuditEvent.objects.filter(action="hours.entered").count() == 1


def test_hours_are_rounded_down_to_quarters():
    assert entry_of("1.90").hours == Decimal("1.75")


def test_no_hours_leave_no_line():
    assert entry_of("0.20") is None


def test_hours_are_taken_back_once_with_a_reason():
    entry = entry_of()
    with pytest.raises(Denied):
        take_back(entry=entry, reason=" ", by=None)
    counter = take_back(entry=entry, reason="名单录错", by=None)
    assert counter.hours == Decimal("-2.00")
    assert take_back(entry=entry, reason="再点一次", by=None) == counter
    with pytest.raises(Denied):
        take_back(entry=counter, reason="不行", by=None)


def test_a_line_is_never_changed_or_deleted():
    entry = entry_of()
    with pytest.raises(TypeError):
        entry.save()
    with pytest.raises(TypeError):
        entry.delete()
