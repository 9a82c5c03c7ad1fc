"""The signed form: our own verifier, an independent one, changed bytes, keys, status lists, PDF."""

import base64
import gzip
import io
import json
import zlib
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from openbadgeslib.ob3.status import check_credential_status
from openbadgeslib.ob3.verifier import OB3VerificationError, OB3Verifier
from pypdf import PdfReader

from courses.credentials import (
    LIST_BITS,
    CarrierError,
    TokenError,
    differences,
    encoded_list,
    facts_in,
    is_consistent,
    is_set,
    key_set_of,
    peek,
    public_pem,
    read_signing_key,
    read_token,
    sign,
    token_in,
)
from courses.exports.certificate import certificate_pdf
from courses.lifecycle import RunState
from courses.models import Certificate, Skill
from courses.queries.certificates import facts_of, verify_url, with_all
from courses.services import certifying
from courses.services.keys import key_file, published_keys, rotate_key, signing_key
from portal.core import clock
from tests.factories.certificates import make_certificate, second_certifier
from tests.factories.courses import make_course, make_run, make_team

pytestmark = pytest.mark.django_db
DAY = datetime(2026, 3, 5, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
REASON = "考试由他人代答，经复核认定。"
TEXT = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \n!"


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def certificate(team):
    Skill.objects.create(code="IC-01", name="工控资产识别")
    with clock.at(DAY):
        course = make_course(skills=["IC-01"], title="工控安全防护")
        run = make_run(RunState.CLOSED, team=team, course=course)
        made = make_certificate(run, team=team)
    return with_all(Certificate.objects.all()).get(pk=made.pk)


@pytest.fixture
def own_keys(tmp_path, settings):
    """Keys of this test alone."""
    settings.CREDENTIAL_KEY_FILE = str(tmp_path / "keys" / "credential.pem")
    return key_file()


def independent():
    return OB3Verifier(public_pem(signing_key().private.public_key()))


# --- signature ----------------------------------------------------------------------------------


def test_credential_says_every_fact_of_the_register(certificate):
    payload = read_token(certificate.credential.text, published_keys())
    assert facts_in(payload) == facts_of(certificate)
    assert is_consistent(payload)
    assert differences(payload, facts_of(certificate)) == []
    assert payload["evidence"][0]["id"] == f"urn:sha256:{certificate.content_hash}"
    assert payload["credentialSubject"]["achievement"]["alignment"][0]["targetCode"] == "IC-01"


def test_signing_again_gives_the_same_text(certificate):
    key = signing_key()
    header, payload = peek(certificate.credential.text)
    assert sign(payload, key, header["kid"]) == certificate.credential.text
    assert header["kid"].rstrip("/").endswith(key.thumbprint)
    assert set(header) == {"alg", "kid", "typ"}


def test_second_implementation_verifies_ours(certificate):
    badge = independent().verify(certificate.credential.text)
    assert badge.achievement.name == "工控安全防护"
    assert badge.recipient_id.startswith("urn:uuid:")


def test_holder_is_named_alike_in_all_their_credentials_and_never_by_account(team, certificate):
    run = make_run(RunState.CLOSED, team=team)
    other = make_certificate(run, learner=certificate.holder, team=team)
    texts = (certificate.credential.text, other.credential.text)
    assert len({peek(text)[1]["sub"] for text in texts}) == 1
    for text in texts:
        assert certificate.holder.email not in json.dumps(peek(text)[1], ensure_ascii=False)


@hypothesis_settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_changed_byte_is_refused(certificate, data):
    text, keys = certificate.credential.text, published_keys()
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from(TEXT).filter(lambda one: one != text[place]))
    with pytest.raises(TokenError):
        read_token(text[:place] + letter + text[place + 1 :], keys)


def test_every_byte_of_the_signature_counts(certificate):
    text, keys = certificate.credential.text, published_keys()
    start = text.rindex(".") + 1
    for place in range(start, len(text)):
        changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        with pytest.raises(TokenError):
            read_token(changed, keys)


def test_second_implementation_refuses_changed_bytes(certificate):
    text, verifier = certificate.credential.text, independent()
    for place in range(5, len(text), 211):
        changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        with pytest.raises(OB3VerificationError):
            verifier.verify(changed)


@pytest.mark.parametrize("tail", ["=", "\n", " ", ".", ".x", "A"])
def test_what_stands_after_the_signature_is_refused(certificate, tail):
    with pytest.raises(TokenError):
        read_token(certificate.credential.text + tail, published_keys())


def forged(header, payload, signature=b"x"):
    parts = [json.dumps(header).encode(), json.dumps(payload).encode(), signature]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({"alg": "none", "typ": "JWT"}, "header"),
        ({"alg": "HS256", "typ": "JWT"}, "header"),
        ({"alg": "RS256", "typ": "JWT", "jwk": {}}, "header"),
        ({"alg": "RS256", "typ": "JWT", "kid": "unknown"}, "key"),
        ({"alg": "RS256", "typ": "JWT", "kid": 7}, "key"),
    ],
)
def test_header_never_chooses_how_it_is_verified(certificate, header, code):
    full = {"kid": peek(certificate.credential.text)[0]["kid"]} | header
    with pytest.raises(TokenError) as refusal:
        read_token(forged(full, peek(certificate.credential.text)[1]), published_keys())
    assert refusal.value.code == code


@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda raw: raw.decode("latin-1")))
def test_garbage_is_refused_and_nothing_else_happens(text):
    with pytest.raises(TokenError):
        peek(text)


def test_credential_that_contradicts_itself_is_not_consistent(certificate):
    payload = peek(certificate.credential.text)[1]
    payload["credentialSubject"]["achievement"]["name"] = "别的课程"
    assert not is_consistent(payload)
    assert [one.fact for one in differences(payload, facts_of(certificate))] == ["course_title"]


# --- keys ---------------------------------------------------------------------------------------


def test_key_is_made_once_and_only_its_owner_reads_it(own_keys):
    first = signing_key()
    assert signing_key() == first
    assert own_keys.stat().st_mode & 0o777 == 0o600


def test_retired_key_stays_published_and_its_credentials_hold(own_keys, team):
    certificate = make_certificate(team=team)
    old = signing_key().thumbprint
    assert rotate_key(own_keys) == old
    assert signing_key().thumbprint != old
    read_token(certificate.credential.text, published_keys())
    (own_keys.parent / "retired" / f"{old}.pem").unlink()
    with pytest.raises(TokenError) as refusal:
        read_token(certificate.credential.text, published_keys())
    assert refusal.value.code == "key"


def test_published_set_can_be_read_back(client, certificate):
    for url in ("/.well-known/jwks.json", "/credentials/keys/"):
        data = client.get(url).json()
        assert "d" not in data["keys"][0]
        read_token(certificate.credential.text, key_set_of(data))


def test_key_address_of_the_header_answers(client, certificate):
    kid = peek(certificate.credential.text)[0]["kid"]
    data = client.get(kid.removeprefix("http://127.0.0.1:8000")).json()
    assert data["kid"] == kid
    assert client.get("/credentials/keys/unknown/").status_code == 404


def test_issuer_and_achievement_answer_under_their_addresses(client, certificate):
    payload = peek(certificate.credential.text)[1]
    issuer = client.get(payload["iss"].removeprefix("http://127.0.0.1:8000")).json()
    assert issuer["name"] == certificate.facts["issuer"]
    achievement = payload["credentialSubject"]["achievement"]
    answer = client.get(achievement["id"].removeprefix("http://127.0.0.1:8000")).json()
    answer.pop("@context")
    assert answer == achievement


# --- status lists -------------------------------------------------------------------------------


@given(st.sets(st.integers(0, LIST_BITS - 1), max_size=50), st.integers(0, LIST_BITS - 1))
def test_list_has_exactly_the_bits_that_were_set(places, other):
    encoded = encoded_list(places)
    assert all(is_set(encoded, place) for place in places)
    assert is_set(encoded, other) == (other in places)


def test_list_is_decoded_independently():
    """By hand, from the standard: gzip in multibase base64url, first index leftmost."""
    encoded = encoded_list([0, 9])
    assert encoded[0] == "u"
    field = gzip.decompress(base64.urlsafe_b64decode(encoded[1:] + "=" * (-len(encoded[1:]) % 4)))
    assert (len(field), field[0], field[1], field[2]) == (LIST_BITS // 8, 0x80, 0x40, 0)


def download(client):
    def fetch(url):
        response = client.get(url.removeprefix("http://127.0.0.1:8000"))
        assert response.status_code == 200
        return response.content

    return fetch


def test_second_implementation_reads_our_lists(client, team, certificate):
    badge = independent().verify(certificate.credential.text)
    key = public_pem(signing_key().private.public_key())

    def check():
        check_credential_status(badge, download(client), verify_list=True, list_pubkey_pem=key)

    check()
    certifying.suspend_certificate(certificate=certificate, reason=REASON, by=team.certifier)
    with pytest.raises(OB3VerificationError, match="suspension"):
        check()
    certifying.lift_suspension(certificate=certificate, by=team.certifier)
    check()
    certifying.ask_revocation(certificate=certificate, reason=REASON, by=team.certifier)
    certifying.confirm_revocation(certificate=certificate, by=second_certifier(team))
    with pytest.raises(OB3VerificationError, match="revocation"):
        check()


def test_superseded_certificate_counts_as_revoked_outside(client, team, certificate):
    certifying.reissue_certificate(
        certificate=certificate, holder="王示铭", reason=REASON, by=team.certifier
    )
    badge = independent().verify(certificate.credential.text)
    with pytest.raises(OB3VerificationError, match="revocation"):
        check_credential_status(badge, download(client))


def test_status_list_is_kept_until_it_changes(client, team, certificate):
    url = peek(certificate.credential.text)[1]["credentialStatus"][0]["statusListCredential"]
    path = url.removeprefix("http://127.0.0.1:8000")
    first = client.get(path)
    assert first["Cache-Control"] == "public, max-age=300"
    assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 304
    certifying.ask_revocation(certificate=certificate, reason=REASON, by=team.certifier)
    certifying.confirm_revocation(certificate=certificate, by=second_certifier(team))
    assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 200
    assert client.get(path.replace("revocation", "other")).status_code == 404


# --- the paper ----------------------------------------------------------------------------------


def test_paper_is_small_says_everything_in_chinese_and_carries_the_credential(certificate):
    pdf = certificate_pdf(certificate)
    assert len(pdf) <= 150 * 1024
    reader = PdfReader(io.BytesIO(pdf))
    text = "".join(reader.pages[0].extract_text().split())
    facts = facts_of(certificate)
    wanted = ["培训合格证书", facts.holder, facts.number, facts.course_title, facts.issuer, "良好"]
    wanted += [
        "2026年3月5日",
        "2029年3月4日",
        "工控资产识别",
        "不是职业资格证书",
        "CertificateofTraining".upper(),
    ]
    wanted += [duty.name for duty in facts.duties]
    assert [word for word in wanted if word not in text] == []
    assert reader.attachments == {"credential.jwt": [certificate.credential.text.encode()]}
    assert len(reader.pages) == 1
    assert token_in(pdf) == certificate.credential.text


def test_paper_comes_out_the_same_again_in_any_language(certificate):
    from django.utils import translation

    with translation.override("en"):
        one = certificate_pdf(certificate)
    assert one == certificate_pdf(certificate)


def test_paper_with_long_facts_stays_on_one_page(team):
    codes = [f"IC-{number:02d}" for number in range(12)]
    for code in codes:
        Skill.objects.create(code=code, name="工业控制网络分区分域与边界访问控制配置")
    title = "工业互联网企业数据安全风险评估与应急处置综合实训（面向流程工业）"
    course = make_course(skills=codes, title=title, title_en="Assessing data security risks " * 4)
    certificate = make_certificate(make_run(RunState.CLOSED, team=team, course=course), team=team)
    assert len(PdfReader(io.BytesIO(certificate_pdf(certificate))).pages) == 1


def test_qr_code_leads_to_the_certificate(client, certificate):
    url = verify_url(certificate)
    page = client.get(url.removeprefix("http://127.0.0.1:8000")).content.decode()
    assert certificate.number in page
    assert "证书有效" in page


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"   ", "empty"),
        (b"\x89PNG\r\n\x1a\n", "none"),
        (b"hello", "none"),
        (b"%PDF-1.7 no credential", "pdf_without"),
        (b"x" * (5 * 1024 * 1024 + 1), "too_large"),
    ],
)
def test_files_without_a_credential_are_told_apart(data, code):
    with pytest.raises(CarrierError) as refusal:
        token_in(data)
    assert refusal.value.code == code


def test_pdf_that_unpacks_without_end_is_left_alone():
    bomb = b"%PDF-1.7\nstream\n" + zlib.compress(b"\0" * 50_000_000) + b"\nendstream"
    with pytest.raises(CarrierError):
        token_in(bomb)


def test_pdf_with_two_credentials_is_refused(certificate):
    other = certificate.credential.text[:-1] + "x"
    with pytest.raises(CarrierError) as refusal:
        token_in(certificate_pdf(certificate) + b"\n" + other.encode())
    assert refusal.value.code == "several"


# --- without database and network ---------------------------------------------------------------


@pytest.fixture
def files(tmp_path, certificate, client):
    """What somebody has on a machine without network: files, keys, lists."""
    (tmp_path / "one.jwt").write_text(certificate.credential.text)
    (tmp_path / "one.pdf").write_bytes(certificate_pdf(certificate))
    (tmp_path / "keys.json").write_text(json.dumps(published_keys().as_jwks()))
    return tmp_path


def verify(path, **options):
    out = io.StringIO()
    call_command("verify_credential", path, stdout=out, language="en", **options)
    return out.getvalue()


@pytest.mark.parametrize("name", ["one.jwt", "one.pdf"])
def test_offline_verification_says_what_holds_and_what_was_not_checked(
    files, name, certificate, django_assert_num_queries
):
    with clock.at(DAY + timedelta(days=1)), django_assert_num_queries(0):
        said = verify(files / name, keys=files / "keys.json")
    assert "The signature holds" in said
    assert certificate.number in said
    assert said.count("Not checked whether it is") == 2


def test_offline_verification_looks_into_the_lists(files, team, certificate, client):
    certifying.ask_revocation(certificate=certificate, reason=REASON, by=team.certifier)
    certifying.confirm_revocation(certificate=certificate, by=second_certifier(team))
    payload = peek(certificate.credential.text)[1]
    for entry in payload["credentialStatus"]:
        url = entry["statusListCredential"]
        (files / entry["statusPurpose"]).write_bytes(download(client)(url))
    with clock.at(DAY + timedelta(days=1)):
        verify(files / "one.jwt", keys=files / "keys.json", status=[files / "suspension"])
        with pytest.raises(CommandError, match="It is revoked"):
            verify(files / "one.jwt", keys=files / "keys.json", status=[files / "revocation"])
        with pytest.raises(CommandError, match="not a status list"):
            verify(files / "one.jwt", keys=files / "keys.json", status=[files / "keys.json"])


def test_offline_verification_refuses(files, own_keys):
    text = (files / "one.jwt").read_text()
    (files / "changed.jwt").write_text(text[:-9] + "AAAAAAAAA")
    (files / "garbage.jwt").write_bytes(b"\xff\xfe")
    foreign = read_signing_key_of(own_keys)
    (files / "foreign.jwt").write_text(sign(peek(text)[1], foreign, "x"))
    keys = files / "keys.json"
    with clock.at(DAY + timedelta(days=1)):
        for name, said in (
            ("changed.jwt", "changed after"),
            ("garbage.jwt", "no credential"),
            ("foreign.jwt", "not among the published"),
            ("missing.jwt", "No such file"),
        ):
            with pytest.raises(CommandError, match=said):
                verify(files / name, keys=keys)
    with clock.at(DAY + timedelta(days=2000)), pytest.raises(CommandError, match="expired"):
        verify(files / "one.jwt", keys=keys)


def read_signing_key_of(path):
    signing_key()
    return read_signing_key(path.read_bytes())
