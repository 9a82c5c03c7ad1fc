import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from portal.accounts.services import admitting
from portal.core import audit
from portal.core.models import AuditChain, AuditEvent
from tests.factories.accounts import make_organisation, make_user

pytestmark = pytest.mark.django_db


def record_three():
    organisation, user = make_organisation(), make_user()
    for number in range(3):
        audit.record(action="test.step", obj=organisation, by=user, after={"n": number})
    return organisation


def test_record_numbers_rows_without_gap_and_links_them():
    record_three()
    rows = list(AuditEvent.objects.order_by("seq"))
    assert [row.seq for row in rows] == [1, 2, 3]
    assert [row.previous for row in rows] == [audit.GENESIS, rows[0].hash, rows[1].hash]
    assert audit.verify(AuditChain.objects.get()) is None


def test_verify_names_the_first_changed_row():
    record_three()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_auditevent SET action = 'test.forged' WHERE seq = 2")
    with pytest.raises(CommandError, match="row 2 was changed"):
        call_command("verify_audit")


def test_verify_names_a_removed_row():
    record_three()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM core_auditevent WHERE seq = 2")
    assert "row 2 is missing" in audit.verify(AuditChain.objects.get())


def test_verify_sees_a_cut_tail():
    record_three()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM core_auditevent WHERE seq = 3")
    assert "the head says 3 rows, 2 were found" in audit.verify(AuditChain.objects.get())


def test_event_is_neither_changed_nor_deleted():
    record_three()
    event = AuditEvent.objects.first()
    for forbidden in (event.save, event.delete):
        with pytest.raises(TypeError):
            forbidden()


def test_record_needs_a_transaction(transactional_db):
    organisation = make_organisation()
    with pytest.raises(RuntimeError):
        audit.record(action="test.step", obj=organisation, by=None)


def test_change_rolls_back_when_the_record_cannot_be_written(monkeypatch):
    def broken(**kwargs):
        raise OSError("disk full")

    user = make_user()
    monkeypatch.setattr(audit, "record", broken)
    with pytest.raises(OSError), transaction.atomic():
        admitting.ask(
            uscc="919900000000000192", name="示例智造有限公司", kind="enterprise", by=user
        )
    assert user.admissions.count() == 0
