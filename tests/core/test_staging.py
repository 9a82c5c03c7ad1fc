"""Uploads in parts: begun, broken off, gone on with, sent twice, cancelled, swept."""

import hashlib
from datetime import timedelta

import pytest
from django.urls import reverse

from portal.accounts.enums import Role
from portal.core import clock
from portal.core.files import Purpose, sweep_uploads, ticket
from portal.core.files.staging import path_of
from portal.core.models import PrivateFile, Upload
from showcase.models import Attachment
from showcase.services.attaching import place_of
from tests.core.hostile import pdf
from tests.factories.accounts import make_member, make_organisation, make_user
from tests.factories.showcase import make_round, make_submission

pytestmark = pytest.mark.django_db
CONTENT = pdf(b"(" + b"0123456789" * 30 + b")")
PART = 100
JSON = {"headers": {"accept": "application/json"}}


@pytest.fixture
def submission():
    return make_submission(make_round(), make_organisation())


@pytest.fixture
def person(submission):
    return make_member(Role.APPLICANT, submission.applicant)


@pytest.fixture
def browser(client, person):
    client.force_login(person)
    return client


@pytest.fixture
def pass_on(person, submission):
    return ticket_for(person, place_of(submission, "A6"))


def ticket_for(person, place, types=("pdf", "mp4"), megabytes=20):
    return ticket(by=person, place=place, purpose=Purpose("test", types, megabytes))


def begin(browser, pass_on, name="专利.pdf", size=None):
    given = {"ticket": pass_on, "name": name, "size": len(CONTENT) if size is None else size}
    return browser.post(reverse("upload_begin"), given)


def part(browser, upload, offset, data, sha256=""):
    return browser.post(
        upload["url"],
        data,
        content_type="application/octet-stream",
        headers={
            "Upload-Offset": str(offset),
            "Part-Sha256": sha256 or hashlib.sha256(data).hexdigest(),
        },
    )


def send_all(browser, upload, content=CONTENT):
    for at in range(upload["received"], len(content), PART):
        assert part(browser, upload, at, content[at : at + PART]).status_code == 200


def attach(browser, submission, upload):
    url = reverse("attachment_add", args=[submission.public_id, "A6"])
    return browser.post(url, {"upload": upload["id"]}, **JSON)


def test_file_arrives_in_parts_and_is_attached_with_its_digest(browser, submission, pass_on):
    upload = begin(browser, pass_on).json()
    send_all(browser, upload)
    assert attach(browser, submission, upload).status_code == 302
    kept = Attachment.objects.get(code="A6").file
    assert kept.sha256 == hashlib.sha256(CONTENT).hexdigest()
    with kept.file.open() as stream:
        assert stream.read() == CONTENT


def test_form_that_comes_twice_attaches_once(browser, submission, pass_on):
    upload = begin(browser, pass_on).json()
    send_all(browser, upload)
    statuses = [attach(browser, submission, upload).status_code for _twice in range(2)]
    assert (statuses, Attachment.objects.count()) == ([302, 302], 1)


def test_same_part_again_changes_nothing_and_another_is_refused(browser, pass_on):
    upload = begin(browser, pass_on).json()
    for _again in range(3):
        assert part(browser, upload, 0, CONTENT[:PART]).json() == {"received": PART}
    other = part(browser, upload, 0, b"x" * PART)
    assert (other.status_code, other.json()["received"]) == (409, PART)
    ahead = part(browser, upload, 2 * PART, CONTENT[2 * PART : 3 * PART])
    assert (ahead.status_code, ahead.json()["received"]) == (409, PART)
    assert path_of(Upload.objects.get()).read_bytes() == CONTENT[:PART]


def test_part_damaged_on_its_way_is_asked_for_again(browser, pass_on):
    upload = begin(browser, pass_on).json()
    answer = part(browser, upload, 0, CONTENT[:PART], sha256="0" * 64)
    assert (answer.status_code, answer.json()["code"]) == (422, "digest")
    assert part(browser, upload, 0, CONTENT[:PART]).status_code == 200


def test_half_written_part_is_written_over(browser, pass_on):
    upload = begin(browser, pass_on).json()
    part(browser, upload, 0, CONTENT[:PART])
    with path_of(Upload.objects.get()).open("ab") as stream:
        stream.write(b"left by a crash" * 50)
    send_all(browser, browser.get(upload["url"]).json())
    assert path_of(Upload.objects.get()).read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("offset", "data"),
    [("-1", b"x"), ("", b"x"), ("٣", b"x"), ("9" * 30, b"x"), ("0", b""), ("0", b"x" * 5000)],
)
def test_part_of_a_wrong_place_or_size_is_refused(browser, pass_on, offset, data):
    upload = begin(browser, pass_on).json()
    assert part(browser, upload, offset, data).status_code in {409, 422}
    assert Upload.objects.get().received == 0


def test_part_larger_than_any_is_not_read(browser, pass_on):
    upload = begin(browser, pass_on, size=19_000_000).json()
    assert part(browser, upload, 0, b"x" * 6_000_000).status_code == 413
    assert part(browser, upload, 0, b"x" * 3_000_000).status_code == 422


def test_upload_goes_on_after_the_page_was_loaded_again(browser, submission, pass_on, person):
    upload = begin(browser, pass_on).json()
    part(browser, upload, 0, CONTENT[:PART])
    page = browser.get(reverse("submission_section", args=[submission.public_id, "replication"]))
    assert "“专利.pdf”" in page.content.decode()
    fresh = ticket_for(person, place_of(submission, "A6"))
    again = begin(browser, fresh).json()
    assert (again["id"], again["received"]) == (upload["id"], PART)
    digest = hashlib.sha256(CONTENT[:PART]).hexdigest()
    assert again["parts"] == [{"offset": 0, "size": PART, "sha256": digest}]


def test_two_files_of_one_name_do_not_mix(browser, pass_on):
    first = begin(browser, pass_on).json()
    part(browser, first, 0, CONTENT[:PART])
    assert begin(browser, pass_on, size=len(CONTENT) + 1).json()["id"] != first["id"]
    # Same name and size: the browser sees by the digests that it is another file, and drops it.
    browser.post(first["cancel"])
    second = begin(browser, pass_on).json()
    assert (second["id"] != first["id"], second["received"]) == (True, 0)


def test_cancelled_upload_takes_nothing_more(
    browser, submission, pass_on, django_capture_on_commit_callbacks
):
    upload = begin(browser, pass_on).json()
    part(browser, upload, 0, CONTENT[:PART])
    path = path_of(Upload.objects.get())
    with django_capture_on_commit_callbacks(execute=True):
        assert browser.post(upload["cancel"]).status_code == 200
        assert browser.post(upload["cancel"]).status_code == 200
    assert (path.exists(), part(browser, upload, PART, b"x").status_code) == (False, 422)
    assert attach(browser, submission, upload).status_code == 422


def test_cancel_leads_back_to_this_site_only(browser, pass_on):
    upload = begin(browser, pass_on).json()
    assert browser.post(upload["cancel"], {"next": "/apply/"}).url == "/apply/"
    assert browser.post(upload["cancel"], {"next": "https://example.org/"}).status_code == 200


def test_incomplete_upload_is_not_attached_and_stays(browser, submission, pass_on):
    upload = begin(browser, pass_on).json()
    part(browser, upload, 0, CONTENT[:PART])
    assert attach(browser, submission, upload).status_code == 422
    send_all(browser, browser.get(upload["url"]).json())
    assert attach(browser, submission, upload).status_code == 302


def test_content_is_judged_when_the_whole_is_there(browser, submission, pass_on):
    content = pdf(b"<</S/JavaScript/JS(1)>>")
    upload = begin(browser, pass_on, size=len(content)).json()
    send_all(browser, upload, content)
    answer = attach(browser, submission, upload)
    assert (answer.status_code, PrivateFile.objects.count()) == (422, 0)
    assert Upload.objects.get().is_over


@pytest.mark.parametrize(
    ("name", "size", "word"),
    [("片.exe", 5, "PDF"), ("大.pdf", 30_000_000, "20"), ("空.pdf", 0, "空"), ("负.pdf", -3, "负")],
)
def test_what_cannot_be_taken_is_refused_before_a_byte_is_sent(browser, pass_on, name, size, word):
    answer = begin(browser, pass_on, name, size)
    assert (answer.status_code, word in answer.json()["reason"]) == (422, True)


def test_ticket_is_for_one_person_and_half_a_day(browser, pass_on, person, submission):
    assert begin(browser, "made:up:ticket").status_code == 422
    assert begin(browser, ticket_for(make_user(), "x")).status_code == 422
    with clock.at(clock.now() + timedelta(hours=1)):
        assert begin(browser, pass_on).status_code == 200


def test_upload_of_another_person_or_place_is_missing(browser, client, submission, pass_on, person):
    upload = begin(browser, pass_on).json()
    send_all(browser, upload)
    other = make_member(Role.APPLICANT, submission.applicant)
    client.force_login(other)
    assert client.get(upload["url"]).status_code == 404
    assert part(client, upload, 0, CONTENT[:PART]).status_code == 404
    assert client.post(upload["cancel"]).status_code == 404
    assert attach(client, submission, upload).status_code == 422
    client.force_login(person)
    elsewhere = reverse("attachment_add", args=[submission.public_id, "A5"])
    assert client.post(elsewhere, {"upload": upload["id"]}, **JSON).status_code == 422


def test_one_person_has_few_uploads_open_and_a_daily_volume(browser, pass_on, person, settings):
    for number in range(10):
        assert begin(browser, pass_on, f"{number}.pdf").status_code == 200
    assert begin(browser, pass_on, "十一.pdf").status_code == 422
    Upload.objects.update(is_over=True, received=1_500_000)
    settings.UPLOAD_DAILY_MEGABYTES = 10
    assert begin(browser, pass_on, "满.pdf").status_code == 422
    with clock.at(clock.now() + timedelta(hours=25)):
        assert begin(browser, ticket_for(person, "x"), "次日.pdf").status_code == 200


def test_sweep_deletes_what_is_old_and_keeps_what_became_a_file(browser, submission, pass_on):
    done = begin(browser, pass_on).json()
    send_all(browser, done)
    attach(browser, submission, done)
    left = begin(browser, pass_on, "剩.pdf").json()
    part(browser, left, 0, CONTENT[:PART])
    path = path_of(Upload.objects.get(public_id=left["id"]))
    sweep_uploads()
    assert path.exists()
    with clock.at(clock.now() + timedelta(days=3)):
        sweep_uploads()
    assert (path.exists(), Upload.objects.count(), PrivateFile.objects.count()) == (False, 0, 1)
    with Attachment.objects.get(code="A6").file.file.open() as stream:
        assert stream.read() == CONTENT
