"""Public verification: by number and name, by QR code, by file; words, masks, limits."""

import contextlib
import os
import re
import subprocess
import time
from datetime import datetime, timedelta
from shutil import which
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.urls import reverse

from courses.credentials import peek, sign
from courses.exports.certificate import certificate_pdf
from courses.lifecycle import RunState
from courses.models import Certificate
from courses.queries.certificates import verify_url, with_all
from courses.services import certifying
from courses.services.keys import signing_key
from portal.core import clock, pace
from tests.engines import free_port
from tests.factories.accounts import make_user
from tests.factories.certificates import make_certificate, second_certifier
from tests.factories.courses import make_course, make_run, make_team

pytestmark = [pytest.mark.django_db, pytest.mark.either]
DAY = datetime(2026, 3, 5, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
REASON = "考试由他人代答，经复核认定。"
VERIFY = "/verify/"


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def certificate(team):
    learner = make_user(name="王示明", email="canary-holder@example.org")
    with clock.at(DAY):
        course = make_course(title="工控安全防护")
        run = make_run(RunState.CLOSED, team=team, course=course)
        made = make_certificate(run, team=team, learner=learner)
    return with_all(Certificate.objects.all()).get(pk=made.pk)


@pytest.fixture(autouse=True)
def later():
    with clock.at(DAY + timedelta(days=10)):
        yield


def body(response):
    return re.sub(r'(csrfmiddlewaretoken" value)="[^"]+"', "", response.content.decode())


def ask(client, number, name="王示明"):
    return client.post(VERIFY, {"number": number, "name": name})


def path_of(certificate):
    return verify_url(certificate).removeprefix("http://127.0.0.1:8000")


def upload(client, data, name="one.jwt"):
    return client.post("/verify/upload/", {"file": SimpleUploadedFile(name, data)})


# --- by number and name -------------------------------------------------------------------------


def test_right_number_and_name_show_every_fact_with_the_name_masked(client, certificate):
    page = body(ask(client, certificate.number))
    wanted = ["证书有效", "王**", certificate.number, "工控安全防护", "L1", "32（其中实践 10）"]
    wanted += ["良好", certificate.facts["issuer"], "2026年3月5日", "2029年3月4日"]
    wanted += [duty["name"] for duty in certificate.facts["duties"]]
    assert [word for word in wanted if word not in page] == []


@pytest.mark.parametrize("way", ["full", "small", "blanks", "dashes", "none"])
def test_number_is_read_however_it_was_typed(client, certificate, way):
    number = certificate.number
    typed = {
        "full": "".join(chr(ord(c) + 0xFEE0) if c != "-" else "—" for c in number),
        "small": number.lower(),
        "blanks": f"  {number.replace('-', ' ')} ",
        "dashes": number.replace("-", "–"),
        "none": number.replace("-", ""),
    }[way]
    assert "证书有效" in body(ask(client, typed))


@pytest.mark.parametrize("name", ["王 示 明", "王示明 ", "王示明"])
def test_name_is_compared_without_blanks_and_width(client, certificate, name):
    assert "证书有效" in body(ask(client, certificate.number, name))


def test_wrong_name_and_unknown_number_answer_alike(client, certificate):
    unknown = "GHA-2026-0001-000009-" + check_of("GHA20260001000009")
    wrong = body(ask(client, certificate.number, "赵示"))
    nothing = body(ask(client, unknown, "赵示"))
    assert wrong.replace(certificate.number, "N") == nothing.replace(unknown, "N")
    assert "没有编号与姓名均相符的证书" in wrong
    assert "工控安全防护" not in wrong


def test_wrong_name_and_unknown_number_cost_the_same_statements(
    client, certificate, django_assert_num_queries
):
    unknown = "GHA-2026-0001-000009-" + check_of("GHA20260001000009")
    ask(client, unknown)
    for number, name in ((certificate.number, "赵示"), (unknown, "王示明")):
        with django_assert_num_queries(1):
            ask(client, number, name)


def check_of(plain):
    from courses.certification import check_character

    return check_character(plain)


def test_wrong_check_character_is_said_and_not_guessed(client, certificate):
    wrong = certificate.number[:-1] + ("A" if certificate.number[-1] != "A" else "B")
    response = ask(client, wrong.lower())
    assert response.status_code == 422
    page = body(response)
    assert "编号未通过校验" in page
    assert wrong in page
    assert certificate.number not in page


@pytest.mark.parametrize("text", ["", "GHA", "x" * 61, "GHA-2026-0001-00000O-1", "示例" * 9, "\0"])
def test_what_is_no_number_is_refused_in_words(client, text):
    response = ask(client, text)
    assert response.status_code == 422
    assert "需要修改" in body(response) or "errors" in body(response)


# --- by QR code ---------------------------------------------------------------------------------


def test_qr_code_shows_every_fact_and_compares_a_name(client, certificate):
    path = path_of(certificate)
    page = body(client.get(path))
    assert "王**" in page
    assert "王示明" not in page
    assert "与证书一致" in body(client.post(path, {"name": "王示明"}))
    assert "与证书不一致" in body(client.post(path, {"name": "王示"}))


def test_number_alone_shows_nothing_of_a_certificate(client, certificate):
    path = reverse("certificate_verify_number", args=[certificate.number])
    unknown = "GHA-2026-0001-000009-" + check_of("GHA20260001000009")
    known = body(client.get(path)).replace(certificate.number, "N")
    other = body(client.get(reverse("certificate_verify_number", args=[unknown])))
    assert known == other.replace(unknown, "N")
    assert "工控安全防护" not in known
    assert body(client.get(f"{path}?k=zzzzzzzzzzzz")).count("工控安全防护") == 0


def test_number_in_the_address_may_be_written_otherwise(client, certificate):
    path = path_of(certificate).replace(certificate.number, certificate.number.lower())
    response = client.get(path)
    assert response["Location"] == path_of(certificate)


def test_number_in_the_address_that_fails_its_check_is_told(client):
    response = client.get("/verify/GHA-2026-0001-000001-A/")
    assert response.status_code == 404
    assert "编号未通过校验" in body(response)


# --- states in words ----------------------------------------------------------------------------


def test_revoked_paper_says_so_with_day_and_reason(client, team, certificate):
    certifying.ask_revocation(certificate=certificate, reason=REASON, by=team.certifier)
    assert "证书有效" in body(ask(client, certificate.number))
    certifying.confirm_revocation(certificate=certificate, by=second_certifier(team))
    for page in (body(ask(client, certificate.number)), body(client.get(path_of(certificate)))):
        assert "证书已撤销" in page
        assert "自 2026年3月15日 起无效" in page
        assert REASON in page
        assert "没有编号" not in page


def test_suspended_paper_says_so_with_day_and_reason(client, team, certificate):
    certifying.suspend_certificate(certificate=certificate, reason=REASON, by=team.certifier)
    page = body(ask(client, certificate.number))
    assert "证书已暂停" in page
    assert "自 2026年3月15日 起暂停" in page
    assert REASON in page


def test_expired_paper_is_said_to_be_genuine(client, certificate):
    with clock.at(DAY + timedelta(days=1200)):
        page = body(ask(client, certificate.number))
    assert "证书已过期" in page
    assert "证书是真实的" in page


def test_superseded_paper_leads_to_the_new_one(client, team, certificate):
    new = certifying.reissue_certificate(
        certificate=certificate, holder="王示铭", reason=REASON, by=team.certifier
    )
    page = body(ask(client, certificate.number))
    assert "证书已被替代" in page
    assert path_of(new) in page
    assert "证书有效" in body(client.get(path_of(new)))


def test_certificate_whose_record_was_changed_is_not_called_valid(client, certificate):
    Certificate.objects.filter(pk=certificate.pk).update(facts=certificate.facts | {"level": "L3"})
    page = body(ask(client, certificate.number))
    assert "登记数据异常" in page
    assert "证书有效" not in page


# --- by file ------------------------------------------------------------------------------------


def test_credential_and_paper_are_recognised(client, certificate):
    text = certificate.credential.text
    for name, data in (("a.jwt", text.encode()), ("a.pdf", certificate_pdf(certificate))):
        page = body(upload(client, data, name))
        assert "证书有效" in page
        assert "与登记中的凭证一致" in page
        assert "王示明" not in page


def test_changed_credential_is_refused_and_the_difference_shown(client, certificate):
    header, payload = peek(certificate.credential.text)
    payload["credentialSubject"]["achievement"]["name"] = "高级课程"
    from cryptography.hazmat.primitives.asymmetric import rsa

    from courses.credentials import SigningKey

    foreign = SigningKey(rsa.generate_private_key(65537, 2048), "x")
    page = body(upload(client, sign(payload, foreign, header["kid"]).encode()))
    assert "凭证不可信" in page
    assert "签名之后被改动" in page
    assert "高级课程" in page
    assert "工控安全防护" in page


def test_credential_in_another_name_shows_nothing_of_the_register(client, certificate):
    _header, payload = peek(certificate.credential.text)
    payload["credentialSubject"]["identifier"][0]["identityHash"] = "赵示"
    text = sign(payload, signing_key(), "unknown")
    page = body(upload(client, text.encode()))
    assert "凭证不可信" in page
    assert "登记信息" not in page


def test_genuine_signature_over_other_facts_is_refused(client, certificate):
    header, payload = peek(certificate.credential.text)
    payload["credentialSubject"]["achievement"]["name"] = "高级课程"
    page = body(upload(client, sign(payload, signing_key(), header["kid"]).encode()))
    assert "凭证与登记不符" in page
    assert "证书有效" not in page.split("<form")[0].split("登记信息")[0]


def test_file_of_a_revoked_certificate_is_not_believed(client, team, certificate):
    certifying.ask_revocation(certificate=certificate, reason=REASON, by=team.certifier)
    certifying.confirm_revocation(certificate=certificate, by=second_certifier(team))
    page = body(upload(client, certificate.credential.text.encode()))
    assert "证书已撤销" in page
    assert REASON in page


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "文件是空的"),
        (b"x" * (10 * 1024 * 1024), "文件超过 5 MB"),
        (b"%PDF-1.7\n%%EOF", "这份 PDF 中没有数字凭证"),
        (b"\x00\xff" * 50, "这既不是本站的数字凭证"),
        (b"PK\x03\x04", "这既不是本站的数字凭证"),
    ],
)
def test_bad_files_are_refused_in_words(client, data, said):
    response = upload(client, data)
    assert response.status_code == 422
    assert said in body(response)


@pytest.mark.parametrize("text", ["a.b.c", "eyJ.eyJ.x", "..", "eyJhIjoxfQ.W10.AA"])
def test_garbage_in_the_form_of_a_credential_is_refused_in_words(client, text):
    response = upload(client, text.encode())
    assert response.status_code == 200
    assert "凭证不可信" in body(response)


def test_no_file_at_all_is_told(client):
    assert client.post("/verify/upload/").status_code == 422
    assert client.get("/verify/upload/")["Location"] == VERIFY


# --- what must not leave, and how often one may ask ---------------------------------------------


def test_nothing_public_names_the_holder_or_the_account(client, team, certificate):
    new = certifying.reissue_certificate(
        certificate=certificate, holder="王示铭", reason=REASON, by=team.certifier
    )
    answers = [
        ask(client, certificate.number),
        client.get(path_of(certificate)),
        client.get(path_of(new)),
        upload(client, certificate.credential.text.encode()),
        client.get("/.well-known/jwks.json"),
        client.get(f"/credentials/issuers/{certificate.issuer.key}/"),
        client.get(f"/credentials/achievements/{certificate.facts['course_code']}/"),
        client.get(f"/credentials/status/{certificate.issuer.key}/revocation/1/"),
    ]
    for number, response in enumerate(answers):
        page = response.content.decode()
        assert response.status_code == 200
        assert "canary-holder" not in page
        assert "王示铭" not in page
        # The form keeps the name that was typed.
        assert number == 0 or "王示明" not in page


def test_pages_are_neither_indexed_nor_stored(client, certificate):
    for response in (client.get(VERIFY), ask(client, certificate.number)):
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert "no-store" in response["Cache-Control"]
        assert "noindex" in body(response)


def test_browser_may_post_the_form_with_its_origin(certificate):
    """A policy of no referrer would make browsers hide the origin, and the form would fail."""
    client = Client(enforce_csrf_checks=True)
    page = client.get(VERIFY)
    assert page["Referrer-Policy"] == "same-origin"
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())[1]
    sent = {"number": certificate.number, "name": "王示明", "csrfmiddlewaretoken": token}
    response = client.post(VERIFY, sent, headers={"Origin": "http://testserver"})
    assert response.status_code == 200


def many(client, number, times):
    return [ask(client, number).status_code for _ in range(times)]


def test_address_that_asks_too_often_is_told_to_wait(client, certificate, settings):
    settings.RATE_LIMITS_ENABLED = True
    with clock.at(clock.now()):  # one window, however slow the machine
        assert many(client, certificate.number, 30) == [200] * 30
        response = ask(client, certificate.number)
    assert response.status_code == 429
    assert 1 <= int(response["Retry-After"]) <= 62
    assert "查验过于频繁" in body(response)
    assert client.get(VERIFY).status_code == 200
    assert ask(Client(REMOTE_ADDR="192.0.2.9"), certificate.number).status_code == 200


def test_files_have_a_limit_of_their_own(client, settings):
    settings.RATE_LIMITS_ENABLED = True
    with clock.at(clock.now()):
        answers = [upload(client, b"x").status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]


@pytest.mark.parametrize(
    ("hops", "forwarded", "counted"),
    [
        (0, "203.0.113.7", "127.0.0.1"),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        (2, "198.51.100.1, 203.0.113.7", "198.51.100.1"),
        (1, "", "127.0.0.1"),
        (1, "2001:db8::1", "2001:db8::/64"),
    ],
)
def test_address_is_believed_only_from_our_proxies(settings, hops, forwarded, counted):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = hops
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded})
    assert pace.address_of(request) == counted


@contextlib.contextmanager
def running_redis(folder):
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    server = subprocess.Popen([*command, "--dir", str(folder)], stdout=subprocess.DEVNULL)
    try:
        yield f"redis://127.0.0.1:{port}/0", server
    finally:
        server.kill()
        server.wait()


@pytest.mark.skipif(not which("redis-server"), reason="no redis-server on this machine")
def test_limits_count_in_redis_and_go_on_without_it(tmp_path, monkeypatch):
    from django.core.cache.backends.redis import RedisCache

    monkeypatch.setattr(pace, "OWN_MEMORY", pace.LocMemCache("pace-test", {}))
    with running_redis(tmp_path) as (url, server):
        cache = RedisCache(url, {})
        monkeypatch.setattr(pace, "cache", cache)
        wait_for(cache)
        assert [pace.count_up("a", 60) for _ in range(3)] == [1, 2, 3]
        assert cache.get("a") == 3
        os.kill(server.pid, 9)
        server.wait()
        assert [pace.count_up("a", 60) for _ in range(2)] == [1, 2]


def wait_for(cache):
    for _ in range(100):
        with contextlib.suppress(Exception):
            cache.get("x")
            return
        time.sleep(0.05)


def test_shared_cache_is_the_one_that_counts():
    assert pace.count_up("b", 60) == 1
    assert caches["default"].get("b") == 1
