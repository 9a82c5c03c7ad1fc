"""The application's own role in PostgreSQL: it adds to the record and cannot change it."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from evaluation.services.publishing import announce
from portal.core import audit, clock
from portal.core.audit import archives
from portal.core.models import AuditChain, AuditEvent
from tests.factories.accounts import make_organisation, make_secretariat, make_user
from tests.factories.rankings import make_notice

pytestmark = [pytest.mark.django_db, pytest.mark.both]
ON_POSTGRES = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="PostgreSQL's rights")


def statements(role="anfan_app"):
    out = StringIO()
    call_command("audit_grants", role, stdout=out)
    return out.getvalue()


@pytest.fixture
def as_application():
    """Go on as the application's role; it is gone with the test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE anfan_app NOLOGIN")
        cursor.execute(statements())
        cursor.execute("SET LOCAL ROLE anfan_app")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


def refused(statement):
    with (
        pytest.raises(DatabaseError) as caught,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    return "permission denied" in str(caught.value)


@ON_POSTGRES
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_auditevent SET action = 'test.forged'",
        "DELETE FROM core_auditevent",
        "TRUNCATE core_auditevent",
        "ALTER TABLE core_auditevent DISABLE TRIGGER ALL",
        "DELETE FROM core_auditchain",
        "TRUNCATE core_auditchain CASCADE",
        "GRANT UPDATE ON core_auditevent TO anfan_app",
    ],
)
def test_application_can_add_to_the_record_and_not_change_it(as_application, statement):
    event = audit.record(action="test.step", obj=make_organisation(), by=make_user())
    if statement.startswith("GRANT"):
        with connection.cursor() as cursor:  # no error, and no effect: a warning of the server
            cursor.execute(statement)
        assert refused("UPDATE core_auditevent SET action = 'test.forged'")
    elif statement.startswith("ALTER"):
        with pytest.raises(DatabaseError, match="must be owner"), transaction.atomic():
            connection.cursor().execute(statement)
    else:
        assert refused(statement)
    assert AuditEvent.objects.get() == event
    assert audit.verify(AuditChain.objects.get()) is None


@ON_POSTGRES
def test_everything_from_ballots_to_the_list_works_with_the_applications_role(as_application):

    notice = make_notice()
    with clock.at(notice.closes_at):
        assert len(announce(notice, by=make_secretariat())) == 1
    assert [audit.verify(chain) for chain in AuditChain.objects.exclude(seal="")] == [
        None for _chain in AuditChain.objects.all()
    ]


@ON_POSTGRES
def test_application_cannot_archive_and_leaves_no_file(as_application, tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "FINISHED", [lambda: ["site"]])
    with clock.at(clock.now() - timedelta(days=400)):
        audit.record(action="test.step", obj=make_organisation(), by=make_user())
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        archives.archive_chain("site", tmp_path)
    assert (AuditEvent.objects.count(), list(tmp_path.iterdir())) == (1, [])


def test_grants_name_only_plain_roles():
    assert "REVOKE ALL ON " in statements()
    with pytest.raises(CommandError, match="no plain name"):
        statements("anfan; DROP TABLE x")
