"""Quarantine with a real ClamAV daemon, and with sockets that misbehave as a daemon may."""

import socket
import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portal.accounts.enums import Role
from portal.core import clamd, clock
from portal.core.denials import Denied
from portal.core.files import Purpose, check_can_deliver, resume_scans, store
from portal.core.files.scanning import scan_file
from portal.core.models import AuditEvent, Mail, Notification, PrivateFile
from showcase.models import Attachment
from showcase.queries.submissions import missing_files
from tests.core.hostile import EICAR, pdf
from tests.engines import find_clamd, running_clamd
from tests.factories.accounts import make_member, make_organisation, make_secretariat, make_user
from tests.factories.showcase import make_round, make_submission

PAPER = Purpose("test", ("pdf",), 5)
Scan = PrivateFile.Scan
ILL = pdf(b"(" + EICAR.replace(b"(", b"\\(").replace(b")", b"\\)") + b")")
needs_clamd = pytest.mark.skipif(not find_clamd(), reason="no clamd: install clamav-daemon")


@pytest.fixture(scope="module")
def daemon():
    with running_clamd() as url:
        yield url


@contextmanager
def speaking(answer: bytes, *, reads: bool = True):
    """A socket server that gives one answer to whoever connects, or hangs up at once."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            link, _address = server.accept()
            with link:
                if reads:
                    heard = b""
                    while not heard.endswith(b"\0\0\0\0"):
                        heard += link.recv(65536)
                link.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
        thread.join(timeout=5)


def kept(by, content=None, name="报告.pdf"):
    return store(SimpleUploadedFile(name, content or pdf()), by=by, purpose=PAPER)


def scanned(stored):
    scan_file.call(stored.pk)
    stored.refresh_from_db()
    return stored.scan


# --- the daemon's protocol ----------------------------------------------------------------------


@needs_clamd
def test_daemon_names_what_it_finds_and_passes_the_rest(daemon):
    assert clamd.scan(daemon, [pdf()]) == ""
    assert clamd.scan(daemon, [b"x" * 70_000, EICAR]) == "Eicar-Test.UNOFFICIAL"
    assert clamd.version(daemon).startswith("ClamAV ")


@needs_clamd
@pytest.mark.parametrize("megabytes", [1.5, 8])
def test_what_the_daemon_did_not_look_into_is_no_answer(daemon, megabytes):
    with pytest.raises(clamd.ScannerAway):
        clamd.scan(daemon, [b"\1" * int(megabytes * 1024 * 1024)])


def test_answers_over_tcp_are_understood():
    with speaking(b"stream: OK\0") as url:
        assert clamd.scan(url, [b"x" * 200_000]) == ""
    with speaking(b"stream: Win.Test.A FOUND\0") as url:
        assert clamd.scan(url, [b"x"]) == "Win.Test.A"


@pytest.mark.parametrize("answer", [b"", b"stream: Can't allocate memory ERROR\0", b"\0"])
def test_an_error_is_no_clean_bill(answer):
    with speaking(answer) as url, pytest.raises(clamd.ScannerAway):
        clamd.scan(url, [b"x"])


@pytest.mark.parametrize("url", ["tcp://127.0.0.1:1", "unix:/nowhere/clamd.sock", "http://a", "x"])
def test_daemon_that_is_not_there_is_said_to_be_away(url):
    with pytest.raises(clamd.ScannerAway):
        clamd.scan(url, [b"x"])


# --- quarantine -----------------------------------------------------------------------------------

pytestmark = pytest.mark.django_db


def test_without_a_scanner_a_file_is_delivered_as_not_scanned():
    stored = kept(make_user())
    check_can_deliver(stored)
    assert stored.scan == Scan.NOT_SCANNED


@needs_clamd
def test_clean_file_leaves_quarantine(daemon, settings, django_capture_on_commit_callbacks):
    settings.CLAMD_URL = daemon
    with django_capture_on_commit_callbacks() as callbacks:
        stored = kept(make_user())
    with pytest.raises(Denied) as refused:
        check_can_deliver(stored)
    assert (stored.scan, refused.value.code, len(callbacks)) == (Scan.WAITING, "file.waiting", 1)
    callbacks[0]()
    stored.refresh_from_db()
    check_can_deliver(stored)
    assert (stored.scan, stored.scanned_at is not None) == (Scan.CLEAN, True)
    assert AuditEvent.objects.filter(action="file.infected").count() == 0


@needs_clamd
def test_infected_file_is_locked_and_both_sides_are_told(daemon, settings):
    settings.CLAMD_URL = daemon
    office, by = make_secretariat(), make_user()
    stored = kept(by, ILL)
    assert scanned(stored) == Scan.INFECTED
    with pytest.raises(Denied) as refused:
        check_can_deliver(stored)
    assert refused.value.code == "file.infected"
    event = AuditEvent.objects.get(action="file.infected")
    assert (event.facts["found"], event.facts["sha256"]) == (stored.scan_note, stored.sha256)
    told = Notification.objects.filter(kind="file.infected").values_list("recipient", flat=True)
    assert (set(told), Mail.objects.count()) == ({office.pk, by.pk}, 2)
    scan_file.call(stored.pk)
    assert AuditEvent.objects.filter(action="file.infected").count() == 1


def test_scanner_that_is_away_delays_and_never_lets_through(settings):
    settings.CLAMD_URL = "tcp://127.0.0.1:1"
    stored = kept(make_user())
    for tries in (1, 2):
        assert scanned(stored) == Scan.WAITING
        assert (stored.scan_tries, "refused" in stored.scan_note) == (tries, True)
    with speaking(b"stream: OK\0") as settings.CLAMD_URL:
        assert scanned(stored) == Scan.CLEAN


def test_break_of_the_record_leaves_the_file_in_quarantine(settings, monkeypatch):
    settings.CLAMD_URL = "tcp://127.0.0.1:1"
    stored = kept(make_user())

    def broken(**_facts):
        raise RuntimeError("the record is full")

    monkeypatch.setattr("portal.core.audit.record", broken)
    with speaking(b"stream: Bad FOUND\0") as settings.CLAMD_URL, pytest.raises(RuntimeError):
        scan_file.call(stored.pk)
    stored.refresh_from_db()
    assert (stored.scan, Notification.objects.count()) == (Scan.WAITING, 0)


def test_forgotten_files_are_put_back_and_a_removed_scanner_releases_none(settings):
    settings.CLAMD_URL = "tcp://127.0.0.1:1"
    stored = kept(make_user())
    assert resume_scans() == 0
    PrivateFile.objects.update(uploaded_at=clock.now() - timedelta(hours=3))
    assert resume_scans() == 1
    settings.CLAMD_URL = ""
    assert resume_scans() == 0
    stored.refresh_from_db()
    assert stored.scan == Scan.WAITING


@pytest.mark.parametrize(
    ("scan", "status", "word"),
    [
        (Scan.NOT_SCANNED, 200, "未查毒"),
        (Scan.WAITING, 403, "正在查毒"),
        (Scan.CLEAN, 200, "已查毒"),
        (Scan.INFECTED, 403, "已封存"),
    ],
)
def test_page_says_how_far_the_scan_is_and_only_a_released_file_is_sent(client, scan, status, word):
    submission = make_submission(make_round(), make_organisation(), attachments=True)
    client.force_login(make_member(Role.APPLICANT, submission.applicant))
    one = Attachment.objects.get(submission=submission, code="A5")
    PrivateFile.objects.filter(pk=one.file_id).update(scan=scan)
    page = client.get(reverse("submission_section", args=[submission.public_id, "effects"]))
    link = reverse("attachment_file", args=[submission.public_id, one.file.public_id])
    assert (word in page.content.decode(), client.get(link).status_code) == (True, status)
    submission.refresh_from_db()
    assert ("A5" in missing_files(submission)) == (scan == Scan.INFECTED)
