"""Every hostile file through the real pages: nothing is stored, served, slow or heavy."""

import gc
import io
import time
from copy import deepcopy
from pathlib import Path

import pytest
import typst
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portal.accounts.enums import Role
from portal.core.files import CONTENT_TYPES, clean_name
from portal.core.models import PrivateFile
from showcase.exports.dossier import dossier_pdf
from showcase.models import Attachment
from tests.core import hostile
from tests.factories.accounts import make_member, make_organisation, make_secretariat
from tests.factories.showcase import make_round, make_submission
from tests.figures import FIGURES

pytestmark = [pytest.mark.django_db, pytest.mark.either(whole=True)]
SECONDS, MEGABYTES = 5, 100
JSON = {"headers": {"accept": "application/json"}}


@pytest.fixture(scope="module")
def corpus():
    files = hostile.corpus()
    FIGURES["hostile upload corpus, files"]["tried"] = len(files)
    return files


@pytest.fixture
def submission():
    """An application whose form takes every kind of file under one code."""
    made = make_submission(make_round(), make_organisation())
    form = made.round.form
    form.schema = deepcopy(form.schema)  # the template's own, which every round of the run shares
    for rule in form.schema["attachments"]:
        if rule["code"] == "A6":
            rule.update(types=sorted(set(CONTENT_TYPES) - {"csv"}), megabytes=60, max=500)
    form.save(update_fields=["schema"])
    return made


@pytest.fixture
def applicant(client, submission):
    client.force_login(make_member(Role.APPLICANT, submission.applicant))
    return client


def put(client, submission, file):
    url = reverse("attachment_add", args=[submission.public_id, "A6"])
    return client.post(url, {"file": SimpleUploadedFile(file.name, file.content)}, **JSON)


def stored_bytes():
    root = Path(PrivateFile._meta.get_field("file").storage.location)
    return sorted(path for path in root.rglob("*") if path.is_file())


def peak_megabytes(*, reset=False):
    """The most memory this process held since the last reset (Linux), and what it holds now."""
    if reset:
        gc.collect()
        Path("/proc/self/clear_refs").write_text("5")
    lines = Path("/proc/self/status").read_text().splitlines()
    facts = dict(line.split(":", 1) for line in lines)
    return tuple(int(facts[key].split()[0]) / 1024 for key in ("VmHWM", "VmRSS"))


def test_corpus_is_large_enough_and_names_each_file_once(corpus):
    assert len(corpus) >= 60
    assert len({file.what for file in corpus}) == len(corpus)


def test_no_hostile_file_is_stored_and_each_is_answered_in_time(applicant, submission, corpus):
    before, slow, taken, vague = stored_bytes(), [], [], []
    for file in corpus:
        started = time.monotonic()
        answer = put(applicant, submission, file)
        if time.monotonic() - started > SECONDS:
            slow.append(file.what)
        if answer.status_code != 422:
            taken.append((file.what, answer.status_code))
        elif clean_name(file.name) not in answer.json()["reason"]:
            vague.append(file.what)
    assert (slow, taken, vague) == ([], [], [])
    assert (PrivateFile.objects.count(), Attachment.objects.count()) == (0, 0)
    assert stored_bytes() == before


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="memory is read from /proc")
def test_no_hostile_file_needs_much_memory(applicant, submission, corpus):
    put(applicant, submission, next(hostile.good()))
    _peak, held = peak_megabytes(reset=True)
    for file in corpus:
        put(applicant, submission, file)
    peak, after = peak_megabytes()
    FIGURES["hostile uploads, MB of memory at most"]["MB"] = round(peak - held)
    assert (peak - held < MEGABYTES, after - held < MEGABYTES) == (True, True)


def test_public_verification_keeps_no_hostile_file(client, corpus):
    slow, wrong = [], []
    for file in corpus:
        started = time.monotonic()
        upload = SimpleUploadedFile(file.name, file.content)
        answer = client.post(reverse("certificate_verify_upload"), {"file": upload})
        if time.monotonic() - started > SECONDS:
            slow.append(file.what)
        if answer.status_code not in {200, 422} or "attachment" in answer.headers:
            wrong.append((file.what, answer.status_code))
    assert (slow, wrong, PrivateFile.objects.count()) == ([], [], 0)


def test_good_files_of_every_kind_are_taken_in_and_sent_out_as_attachments(applicant, submission):
    files = list(hostile.good())
    for file in files:
        assert put(applicant, submission, file).status_code == 302, file.what
    kept = PrivateFile.objects.order_by("pk")
    assert [one.size for one in kept] == [len(file.content) for file in files]
    assert {one.name.rpartition(".")[2] for one in kept} == set(CONTENT_TYPES) - {"csv"}
    for one in kept:
        answer = applicant.get(
            reverse("attachment_file", args=[submission.public_id, one.public_id])
        )
        head = answer.headers
        assert head["Content-Disposition"].startswith("attachment; ")
        assert head["X-Content-Type-Options"] == "nosniff"
        assert head["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert b"".join(answer) in {file.content for file in files}


def test_our_own_papers_are_taken_in(applicant, submission, tmp_path):
    plain = tmp_path / "a.typ"
    (tmp_path / "facts.json").write_text("{}")
    plain.write_text(
        '#pdf.attach("facts.json", mime-type: "application/json", description: "facts")\n= Paper\n'
    )
    papers = [
        dossier_pdf(submission, reader=make_secretariat()),
        typst.compile(str(plain), pdf_standards=["a-3b"]),
    ]
    for number, content in enumerate(papers):
        paper = hostile.Hostile("paper", f"文件{number}.pdf", content)
        assert put(applicant, submission, paper).status_code == 302
    assert PrivateFile.objects.count() == 2


def test_large_scan_is_looked_into_in_time(applicant, submission):
    noise = b"<<>>\nstream\n" + b"\x00/S/J/F(\xff" * 700_000 + b"\nendstream"
    content = hostile.pdf(b"<</Type/Font>>", noise)
    started = time.monotonic()
    answer = put(applicant, submission, hostile.Hostile("noise", "扫描.pdf", content))
    assert (answer.status_code in {302, 422}, time.monotonic() - started < SECONDS) == (True, True)


def test_request_larger_than_any_form_is_not_read(client, settings):
    settings.UPLOAD_REQUEST_MEGABYTES = 1
    upload = SimpleUploadedFile("大.pdf", b"%PDF-" + b"0" * 1_200_000)
    answer = client.post(reverse("certificate_verify_upload"), {"file": upload})
    assert answer.status_code == 400


@pytest.mark.parametrize(("announced", "sent"), [(4 * 1024**3, b""), (1_000, b"--x\r\nbroken")])
def test_wrong_content_length_is_refused_without_an_error(applicant, submission, announced, sent):
    url = reverse("attachment_add", args=[submission.public_id, "A6"])
    answer = applicant.generic(
        "POST",
        url,
        data=sent,
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(announced),
        **{"wsgi.input": io.BytesIO(sent)},
        **JSON,
    )
    assert answer.status_code in {400, 422}
    assert PrivateFile.objects.count() == 0
