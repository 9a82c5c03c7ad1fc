import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from portal.accounts.services import admitting
from portal.core import audit, clock
from portal.core.audit import archives, checks, files, heads, keys, origin
from portal.core.audit.recording import digest, head_parts
from portal.core.models import AuditChain, AuditEvent, Job
from portal.core.queue import HANDLERS, enqueue_job, run_job
from tests.factories.accounts import make_organisation, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture(autouse=True)
def own_key(settings, tmp_path):
    settings.AUDIT_KEY_FILE = str(tmp_path / "keys" / "audit.key")


def record_three():
    organisation, user = make_organisation(), make_user()
    with origin.coming_from("192.0.2.7", make_user()):
        for number in range(3):
            audit.record(action="test.step", obj=organisation, by=user, after={"n": number})
    return organisation


def tamper(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def fault():
    return audit.verify(AuditChain.objects.get(name="site"))


def rewritten(seq, **changes):
    """Change a row and make every later hash fit, as somebody with the database alone can."""
    previous = AuditEvent.objects.get(seq=seq).previous
    for event in AuditEvent.objects.filter(seq__gte=seq).order_by("seq"):
        for name, value in (changes if event.seq == seq else {}).items():
            setattr(event, name, value)
        event.previous = previous
        event.hash = previous = digest(event)
        values = {**changes} if event.seq == seq else {}
        AuditEvent.objects.filter(pk=event.pk).update(
            previous=event.previous, hash=event.hash, **values
        )
    AuditChain.objects.update(head=previous)


def test_record_numbers_rows_without_gap_and_links_them():
    record_three()
    rows = list(AuditEvent.objects.order_by("seq"))
    assert [row.seq for row in rows] == [1, 2, 3]
    assert [row.previous for row in rows] == [audit.GENESIS, rows[0].hash, rows[1].hash]
    assert fault() is None


def test_record_says_from_where_and_who_is_behind():
    person, support, organisation = make_user(), make_user(name="管理员"), make_organisation()
    with origin.coming_from("192.0.2.7", support):
        acted = audit.record(action="test.step", obj=organisation, by=person)
        own = audit.record(action="test.step", obj=organisation, by=support)
        nobody = audit.record(action="test.step", obj=organisation, by=None)
    assert (acted.actor, acted.behind, acted.behind_label, acted.address) == (
        person,
        support,
        support.audit_label,
        "192.0.2.7",
    )
    assert (own.behind, own.address) == (None, "192.0.2.7")
    assert (nobody.behind, nobody.address) == (None, "")  # the public is never traced


def test_record_of_a_request_keeps_the_network_of_a_long_address(client):
    user = make_user()
    client.force_login(user)
    client.post(
        "/profile/", {"name": "示例改名", "language": "zh-hans"}, REMOTE_ADDR="2001:db8:1:2:3::4"
    )
    event = AuditEvent.objects.get(action="profile.changed")
    assert (event.actor, event.address) == (user, "2001:db8:1:2::/64")


def test_record_of_a_job_says_who_was_behind_it(django_capture_on_commit_callbacks):
    person, support = make_user(), make_user()

    def handler(progress):
        with transaction.atomic():
            audit.record(action="test.job", obj=progress.job, by=progress.job.by)
        return {}

    HANDLERS["test.record"] = handler
    try:
        with origin.coming_from("192.0.2.7", support):
            job = enqueue_job(kind="test.record", label="示例", by=person)
        run_job.call(job.pk)
    finally:
        del HANDLERS["test.record"]
    assert Job.objects.get().state == Job.State.DONE
    event = AuditEvent.objects.get(action="test.job")
    assert (event.actor, event.behind, event.address) == (person, support, "")


COLUMNS = {
    "version": "3",
    "seq": "9",
    "at": "'2026-01-01 00:00:00+00:00'",
    "actor_id": "NULL",
    "actor_label": "'x'",
    "behind_id": "NULL",
    "behind_label": "'x'",
    "address": "'192.0.2.8'",
    "action": "'test.steq'",
    "object_type": "'x'",
    "object_key": "'x'",
    "object_label": "'x'",
    "before": "'\"x\"'",
    "after": "'{\"n\": 2}'",
    "facts": "'{\"n\": 2}'",
    "previous": "'x'",
    "hash": "'x'",
    "seal": "'x'",
}


def test_every_column_is_tried():
    names = {field.column for field in AuditEvent._meta.concrete_fields}
    assert names == set(COLUMNS) | {"id", "chain_id"}


@pytest.mark.parametrize("column", COLUMNS)
def test_verify_names_the_first_changed_row(column):
    organisation = record_three()
    tamper(f"UPDATE core_auditevent SET {column} = {COLUMNS[column]} WHERE seq = 2")
    with pytest.raises(CommandError) as caught:
        call_command("verify_audit")
    # A row that has another number is missed where it was.
    place = "row 2 is missing" if column == "seq" else "row 2 "
    assert str(caught.value).startswith(f"site: {place}")
    if column not in {"seq", "action", "object_type", "object_key", "object_label"}:
        what = f"test.step, accounts.organisation {organisation.public_id} {organisation}"
        assert what in str(caught.value)


def test_verify_names_a_row_moved_to_another_chain():
    record_three()
    AuditChain.objects.create(name="other", head=audit.GENESIS)
    tamper("UPDATE core_auditevent SET chain_id = 'other' WHERE seq = 2")
    assert "row 2 is missing" in fault()


@pytest.mark.parametrize("change", ["length = 2", "head = 'x'", "base = 1", "base_hash = 'x'"])
def test_verify_sees_a_changed_head(change):
    record_three()
    tamper(f"UPDATE core_auditchain SET {change}")
    assert fault() is not None


def test_verify_names_a_removed_row():
    record_three()
    tamper("DELETE FROM core_auditevent WHERE seq = 2")
    assert "row 2 is missing" in fault()


def test_verify_sees_a_cut_tail():
    record_three()
    tamper("DELETE FROM core_auditevent WHERE seq = 3")
    assert "the head says 3 rows, 2 were found" in fault()


def test_verify_names_the_row_from_which_a_chain_was_rewritten_without_the_key():
    record_three()
    rewritten(2, action="test.forged")
    assert fault().startswith("site: row 2 was written without the record's key (test.forged, ")


def test_verify_sees_a_tail_cut_together_with_its_head():
    record_three()
    second = AuditEvent.objects.get(seq=2)
    tamper("DELETE FROM core_auditevent WHERE seq = 3")
    # The row's own seal does not help: a head is sealed over another text.
    AuditChain.objects.update(length=2, head=second.hash, seal=second.seal)
    assert "the head's seal does not fit" in fault()


def test_verify_names_a_row_that_claims_to_be_older_than_seals():
    record_three()
    rewritten(
        3, version=1, seal="", behind_id=None, behind_label="", address="", action="test.forged"
    )
    assert "row 3 has lost its seal (test.forged" in fault()


def test_writing_on_never_mends_a_wrong_seal():
    organisation = record_three()
    rewritten(2, action="test.forged")
    audit.record(action="test.step", obj=organisation, by=None)
    assert AuditChain.objects.get().seal == ""
    assert "row 2 was written without" in fault()
    with pytest.raises(CommandError, match="row 2 was written without"):
        call_command("seal_audit_heads")
    assert AuditChain.objects.get().seal == ""


def older_rows():
    """Two rows as they were before there were seals, their chain's head without one."""
    chain = AuditChain.objects.create(name="site", head=audit.GENESIS)
    for seq in (1, 2):
        event = AuditEvent(
            chain=chain,
            seq=seq,
            at=datetime(2026, 5, 1, tzinfo=UTC),
            actor_label="示例 <a@example.org>",
            action="test.old",
            object_type="x",
            object_key="1",
            object_label="旧",
            before="",
            after="",
            facts={},
            previous=chain.head,
        )
        event.hash = chain.head = digest(event)
        event.save()
        chain.length = seq
    chain.save()
    return chain


def test_older_rows_verify_as_they_were_hashed():
    chain = older_rows()
    # Written by the version before seals: the text that its digest was made over must stay.
    assert chain.head == "d94277b4da35bdb819ecf8c57f67fc7b5b9537042442f919bbbca0d0e7feca4d"
    assert "the head is not sealed" in fault()
    call_command("seal_audit_heads")
    assert AuditEvent.objects.get(seq=3).action == "record.sealed"
    assert fault() is None
    tamper("UPDATE core_auditevent SET address = '192.0.2.8' WHERE seq = 1")
    assert "row 1 was changed (test.old, x 1 旧)" in fault()


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


def test_record_costs_no_more_statements_than_before_seals(django_assert_num_queries):
    organisation = record_three()
    user = make_user()
    with django_assert_num_queries(3):  # head, row, head
        audit.record(action="test.step", obj=organisation, by=user)


# --- keys ---------------------------------------------------------------------------------------


def test_key_is_made_once_and_for_its_owner_only(settings):
    call_command("make_audit_key")
    path, first = keys.key_path(), keys.ring()
    call_command("make_audit_key")
    assert keys.ring() == first
    assert (path.stat().st_mode & 0o777, len(first.keys)) == (0o600, 1)


def test_rotation_keeps_old_seals_and_seals_heads_anew():
    record_three()
    old = keys.ring().current
    call_command("make_audit_key", "--rotate")
    assert [name for name, _key in keys.ring().keys][1:] == [old]
    # The rows keep their seals; rotation itself is in the record.
    seals = [row.seal.partition(":")[0] for row in AuditEvent.objects.order_by("seq")]
    assert seals == [old, old, old, keys.ring().current]
    assert fault() is None


def test_head_sealed_by_a_retired_key_is_a_fault():
    record_three()
    keys.rotate_key(keys.key_path())
    assert "the head is sealed by a retired key" in fault()


def test_site_without_its_key_records_nothing_and_does_not_start(settings):
    settings.AUDIT_KEY_MADE_WHEN_MISSING = False
    assert [one.id for one in checks.check_key(None)] == ["record.E002"]
    with pytest.raises(ImproperlyConfigured, match="make_audit_key"):
        audit.record(action="test.step", obj=make_organisation(), by=None)
    keys.make_key(keys.key_path())
    assert checks.check_key(None) == []


@pytest.mark.parametrize("text", ["", "nonsense", "0123abcd 00ff\n", f"00000000 {'0' * 64}\n"])
def test_damaged_key_file_is_refused(text):
    with pytest.raises(ImproperlyConfigured, match="damaged"):
        keys.read_ring(text)


# --- heads kept elsewhere -----------------------------------------------------------------------


@pytest.fixture(params=["json", "csv"])
def anchored(request, tmp_path):
    organisation = record_three()
    path = tmp_path / "heads"
    call_command("export_audit_heads", "--format", request.param, "--output", str(path))
    return organisation, path


def against(path):
    try:
        call_command("verify_audit", "--against", str(path))
    except CommandError as problem:
        return str(problem)
    return ""


def test_heads_agree_while_the_chain_grows(anchored):
    organisation, path = anchored
    audit.record(action="test.step", obj=organisation, by=None)
    assert against(path) == ""


def sealed_again():
    chain = AuditChain.objects.get()
    AuditChain.objects.update(seal=keys.ring().seal(*head_parts(chain)))


def test_heads_show_a_chain_shortened_by_somebody_with_the_key(anchored):
    _organisation, path = anchored
    AuditEvent.objects.filter(seq=3)._raw_delete("default")
    AuditChain.objects.update(length=2, head=AuditEvent.objects.get(seq=2).hash)
    sealed_again()
    assert fault() is None
    assert against(path).startswith("site: the chain was shortened: 2 rows now, 3 on ")


def test_heads_show_a_chain_rewritten_by_somebody_with_the_key(anchored):
    organisation, path = anchored
    for event in AuditEvent.objects.order_by("-seq"):
        AuditEvent.objects.filter(pk=event.pk)._raw_delete("default")
    AuditChain.objects.all()._raw_delete("default")
    for _number in range(4):
        audit.record(action="test.other", obj=organisation, by=None)
    assert fault() is None
    assert against(path).startswith("site: the chain was rewritten at or before row 3 since ")


def test_heads_show_a_chain_that_is_gone(anchored):
    _organisation, path = anchored
    AuditEvent.objects.all()._raw_delete("default")
    AuditChain.objects.all()._raw_delete("default")
    assert against(path).startswith("site: the chain is gone; it had 3 rows on ")


def test_changed_file_of_heads_is_refused(anchored):
    _organisation, path = anchored
    path.write_text(path.read_text().replace("site", "cite"))
    assert "this line of the file was changed" in against(path)
    path.write_text("nonsense")
    assert against(path) == ""  # CSV without a line
    path.write_text('{"heads": [{"chain": "site"}]}')
    assert "this is no file of heads" in against(path)


# --- files and retention ------------------------------------------------------------------------


def test_export_verifies_without_database_and_names_the_first_bad_row(tmp_path, settings):
    record_three()
    path = tmp_path / "site.jsonl"
    call_command("export_audit", "site", str(path))
    AuditEvent.objects.all()._raw_delete("default")
    AuditChain.objects.all()._raw_delete("default")
    call_command("verify_audit", "--file", str(path))
    good = path.read_text()
    path.write_text(good.replace("test.step", "test.steq", 1))
    with pytest.raises(CommandError, match=r"row 1 was changed \(test.steq, accounts.organisation"):
        call_command("verify_audit", "--file", str(path))
    path.write_text("".join(good.splitlines(keepends=True)[:-1]))
    with pytest.raises(CommandError, match="digest does not fit"):
        call_command("verify_audit", "--file", str(path))
    for damaged in ("", "{}\n", good[: len(good) // 2]):
        path.write_text(damaged)
        assert files.file_fault(path, keys.ring()) is not None


def test_every_byte_of_an_export_is_covered(tmp_path):
    record_three()
    path = tmp_path / "site.jsonl"
    call_command("export_audit", "site", str(path))
    good, ring = path.read_bytes(), keys.ring()
    for place in range(0, len(good) - 1, 7):
        path.write_bytes(good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :])
        assert files.file_fault(path, ring) is not None, place


def test_export_verifies_elsewhere_with_the_key_file_named(tmp_path, settings, capsys):
    record_three()
    path, copy = tmp_path / "site.jsonl", tmp_path / "copy.key"
    call_command("export_audit", "site", str(path))
    copy.write_text(keys.key_path().read_text())
    settings.AUDIT_KEY_FILE = str(tmp_path / "none.key")
    settings.AUDIT_KEY_MADE_WHEN_MISSING = False
    call_command("verify_audit", "--file", str(path))
    assert "there is no key here" in capsys.readouterr().out
    call_command("verify_audit", "--file", str(path), "--keys", str(copy))
    assert "The file holds.\n" in capsys.readouterr().out
    keys.make_key(tmp_path / "other.key")
    with pytest.raises(CommandError, match="row 1 was written without the record's key"):
        call_command("verify_audit", "--file", str(path), "--keys", str(tmp_path / "other.key"))


@pytest.mark.parametrize(("months", "faults"), [(5, ["record.E001"]), (6, []), (12, [])])
def test_retention_below_six_months_is_refused_at_start(settings, months, faults):
    settings.AUDIT_RETENTION_MONTHS = months
    assert [one.id for one in checks.check_retention(None)] == faults
    if faults:
        with pytest.raises(ValueError, match="at least 6"):
            archives.kept_since()


@pytest.mark.parametrize(
    ("now", "since"), [((2026, 8, 31), (2026, 2, 28)), ((2026, 3, 15), (2025, 9, 15))]
)
def test_months_before_ends_on_a_day_that_is_there(now, since):
    moment = datetime(*now, tzinfo=UTC)
    assert archives.months_before(moment, 6) == datetime(*since, tzinfo=UTC)


@pytest.fixture
def long_chain(monkeypatch):
    """Three old rows and one new row of a chain whose owner is finished."""
    monkeypatch.setattr(archives, "FINISHED", [lambda: ["site"]])
    with clock.at(clock.now() - timedelta(days=400)):
        organisation = record_three()
    audit.record(action="test.late", obj=organisation, by=None)
    return organisation


def test_archive_takes_old_rows_out_and_the_rest_still_verifies(long_chain, tmp_path, capsys):
    call_command("archive_audit", str(tmp_path), "--dry-run")
    assert "site: 3 rows would go" in capsys.readouterr().out
    call_command("archive_audit", str(tmp_path))
    rows = AuditEvent.objects.order_by("seq")
    assert [(row.seq, row.action) for row in rows] == [(4, "test.late"), (5, "record.archived")]
    [path] = tmp_path.glob("*.jsonl")
    sha = files.seal_fault(path, keys.ring())
    assert (sha, rows.last().facts["file"], rows.last().facts["to"]) == (None, path.name, 3)
    call_command("verify_audit", "--archives", str(tmp_path))
    call_command("verify_audit", "--file", str(path))
    call_command("archive_audit", str(tmp_path))  # nothing is old enough any more
    assert len(list(tmp_path.glob("*.jsonl"))) == 1


def test_archives_of_several_years_join_one_another(long_chain, tmp_path):
    call_command("archive_audit", str(tmp_path))
    with clock.at(clock.now() + timedelta(days=400)):
        call_command("archive_audit", str(tmp_path))
        assert len(list(tmp_path.glob("*.jsonl"))) == 2
        call_command("verify_audit", "--archives", str(tmp_path))
        sorted(tmp_path.glob("*.jsonl"))[0].unlink()
        with pytest.raises(CommandError, match="rows 1 to 3 lie in no archive here"):
            call_command("verify_audit", "--archives", str(tmp_path))


def test_archive_keeps_what_is_broken_as_it_is(long_chain, tmp_path):
    tamper("UPDATE core_auditevent SET action = 'test.forged' WHERE seq = 2")
    with pytest.raises(CommandError, match="not archived: site: row 2 was changed"):
        call_command("archive_audit", str(tmp_path))
    assert (AuditEvent.objects.count(), list(tmp_path.glob("*.jsonl"))) == (4, [])


def test_chain_of_an_owner_that_is_not_finished_stays_whole(long_chain, tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "FINISHED", [])
    call_command("archive_audit", str(tmp_path))
    assert archives.archive_chain("site", tmp_path) is None
    assert AuditEvent.objects.count() == 4


def test_base_moved_without_the_key_is_seen(long_chain):
    third = AuditEvent.objects.get(seq=3)
    AuditEvent.objects.filter(seq__lte=3)._raw_delete("default")
    AuditChain.objects.update(base=3, base_hash=third.hash)
    assert "the head's seal does not fit" in fault()


def test_anchor_taken_before_an_archive_still_agrees(long_chain, tmp_path):
    path = tmp_path / "heads.json"
    call_command("export_audit_heads", "--output", str(path))
    assert json.loads(path.read_text())["format"] == heads.FORMAT
    call_command("archive_audit", str(tmp_path))
    assert against(path) == ""


def started(folder, **variables):
    """Start the server's entry point in production settings; return what it says if it refuses."""
    values = {
        "DJANGO_SETTINGS_MODULE": "portal.settings.production",
        "SECRET_KEY": "x" * 50,
        "ALLOWED_HOSTS": "anfan.example.org",
        "DATA_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
    }
    done = subprocess.run(
        [sys.executable, "-c", "import portal.wsgi"],
        env=os.environ | values | variables,
        capture_output=True,
        text=True,
        check=False,
        cwd=django_settings.ROOT,
    )
    return done.stderr if done.returncode else ""


@pytest.mark.either  # four servers are started, whatever the engine
def test_production_server_does_not_start_without_key_list_or_with_too_short_retention(tmp_path):
    assert "make_audit_key" in started(tmp_path)
    keys.make_key(tmp_path / "keys" / "audit.key")
    assert "at least" in started(tmp_path, AUDIT_RETENTION_MONTHS="5")
    assert "ordered by hash" in started(tmp_path, LEAKED_PASSWORDS=str(tmp_path / "away.txt"))
    assert started(tmp_path) == ""
