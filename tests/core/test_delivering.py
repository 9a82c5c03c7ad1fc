"""What leaves the site: headers, names, ranges, nginx."""

import re
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.test import RequestFactory

from portal.core.files import Purpose, clean_name, deliver, store
from portal.core.files.names import extension, hides_program
from tests.core.hostile import pdf
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db
CONTENT = pdf(b"(0123456789)")
SIZE = len(CONTENT)


@pytest.fixture
def stored():
    upload = SimpleUploadedFile("报告 第1版.pdf", CONTENT)
    return store(upload, by=make_user(), purpose=Purpose("test", ("pdf",), 5))


def ask(stored, **headers):
    return deliver(RequestFactory().get("/", headers=headers), stored)


def body(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_file_is_an_attachment_that_no_browser_runs(stored):
    answer = ask(stored)
    assert body(answer) == CONTENT
    assert dict(answer.headers) == {
        "Content-Type": "application/pdf",
        "Content-Length": str(SIZE),
        "Accept-Ranges": "bytes",
        "ETag": f'"{stored.sha256}"',
        "Content-Disposition": f'attachment; filename="{stored.public_id}.pdf"; '
        "filename*=UTF-8''%E6%8A%A5%E5%91%8A%20%E7%AC%AC1%E7%89%88.pdf",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-store",
    }


@pytest.mark.parametrize(
    "name",
    [
        "plain.pdf",
        '引"号.pdf',
        'a"; filename=evil.html; x=".pdf',
        "分;号.pdf",
        "换\r\n行\r\nSet-Cookie: a=b.pdf",
        "百%41分.pdf",
        "后\\杠.pdf",
        "../../etc/passwd.pdf",
        "𠮷㛃 emoji 🎓.pdf",
        "反转\u202efdp.exe.pdf",
        "长" * 300 + ".pdf",
        "CON.pdf",
    ],
)
def test_name_survives_or_is_cleaned_and_never_breaks_the_header(stored, name):
    stored.name = name
    header = ask(stored)["Content-Disposition"]
    found = re.fullmatch(
        r"attachment; filename=\"([^\"\\]*)\"; filename\*=UTF-8''([\w%.~-]*)", header
    )
    assert found is not None
    assert header.isascii()
    shown = unquote(found[2])
    assert (shown, "/" in shown, "\u202e" in shown) == (clean_name(name), False, False)
    assert found[1].endswith(".pdf")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("C:\\公司\\专利.pdf", "专利.pdf"),
        ("a\0b.pdf", "ab.pdf"),
        ("nul", "_nul"),
        ("com1.txt", "_com1.txt"),
        ("console.pdf", "console.pdf"),
        ("...", "file"),
        ("", "file"),
        (" .pdf", "pdf"),
    ],
)
def test_shown_name_is_its_harmless_last_part(name, shown):
    assert clean_name(name) == shown


def test_extension_is_that_of_the_shown_name():
    assert extension("表.XLSX ") == "xlsx"
    assert extension("表.xlsx\u202e") == "xlsx"
    assert (
        hides_program("a.exe.pdf"),
        hides_program("v1.2.pdf"),
        hides_program("example.com.pdf"),
    ) == (
        True,
        False,
        False,
    )


@pytest.mark.parametrize(
    ("wanted", "begin", "end"),
    [
        ("bytes=0-9", 0, 10),
        ("bytes=5-", 5, SIZE),
        ("bytes=-7", SIZE - 7, SIZE),
        ("bytes=0-999999", 0, SIZE),
        ("bytes=-999999", 0, SIZE),
    ],
)
def test_one_range_is_answered(stored, wanted, begin, end):
    answer = ask(stored, range=wanted)
    assert (answer.status_code, body(answer)) == (206, CONTENT[begin:end])
    assert answer["Content-Range"] == f"bytes {begin}-{end - 1}/{SIZE}"
    assert answer["Content-Length"] == str(end - begin)


@pytest.mark.parametrize("wanted", [f"bytes={SIZE}-", "bytes=-0", "bytes=9-3"])
def test_range_outside_the_file_is_refused(stored, wanted):
    answer = ask(stored, range=wanted)
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{SIZE}")


@pytest.mark.parametrize("wanted", ["bytes=0-1,4-5", "lines=1-2", "bytes=-", "bytes=a-b"])
def test_other_ranges_get_the_whole(stored, wanted):
    assert (ask(stored, range=wanted).status_code, body(ask(stored, range=wanted))) == (
        200,
        CONTENT,
    )


def test_range_of_another_version_gets_the_whole(stored):
    same = {"if-range": f'"{stored.sha256}"', "range": "bytes=0-0"}
    assert ask(stored, **same).status_code == 206
    assert ask(stored, **(same | {"if-range": '"other"'})).status_code == 200


def test_nginx_sends_the_file_where_there_is_one(stored, settings):
    settings.SENDFILE_BACKEND = "django_sendfile.backends.nginx"
    from django_sendfile import utils

    utils._get_sendfile.cache_clear()
    try:
        answer = ask(stored)
    finally:
        utils._get_sendfile.cache_clear()
    assert answer["X-Accel-Redirect"] == f"/protected/{stored.file.name}"
    assert (answer.content, answer["X-Content-Type-Options"]) == (b"", "nosniff")
    assert answer["Content-Disposition"].startswith("attachment; ")


def test_bytes_that_are_gone_are_missing(stored):
    stored.file.storage.delete(stored.file.name)
    with pytest.raises(Http404):
        ask(stored)
