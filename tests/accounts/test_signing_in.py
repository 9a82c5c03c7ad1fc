import json
import os
import re
import subprocess
import sys

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core import mail
from django.test import Client

from portal.accounts.enums import SECOND_FACTOR_ROLES, Role
from portal.accounts.services.cms import sync_cms_access
from portal.core import clock
from tests.conftest import ROOT
from tests.factories.accounts import PASSWORD, make_member, make_user
from tests.factories.pages import make_site

pytestmark = [pytest.mark.django_db, pytest.mark.either]
LOGIN = "/accounts/login/"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def limits(settings):
    settings.RATE_LIMITS_ENABLED = True


def make_person(**facts):
    """Create a person with a confirmed address."""
    user = make_user(**facts)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def try_login(client, email, password=PASSWORD, **more):
    return client.post(LOGIN, {"login": email, "password": password}, **more)


def is_in(client):
    return "_auth_user_id" in client.session


def code_in(message):
    found = re.search(r"\b([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\b", message.body)
    assert found
    return found.group(1)


# --- ways in --------------------------------------------------------------------------------------


def test_sign_up_verifies_the_address_by_a_mailed_code(client):
    typed = {"email": "new@example.org", "name": "示例新人", "agree": "on"}
    client.post("/accounts/signup/", typed | {"password1": PASSWORD, "password2": PASSWORD})
    assert not is_in(client)
    client.post("/accounts/confirm-email/", {"code": code_in(mail.outbox[0])})
    assert is_in(client)
    assert EmailAddress.objects.get().verified


def test_sign_in_by_a_mailed_code(client):
    user = make_person()
    client.post("/accounts/login/code/", {"email": user.email})
    client.post("/accounts/login/code/confirm/", {"code": code_in(mail.outbox[0])})
    assert is_in(client)


def test_forgotten_password_is_set_anew_by_a_mailed_code(client):
    user = make_person()
    client.post("/accounts/password/reset/", {"email": user.email})
    page = client.post(
        "/accounts/password/reset/confirm/", {"code": code_in(mail.outbox[0])}, follow=True
    )
    new = {"password1": "another-long-password", "password2": "another-long-password"}
    client.post(page.request["PATH_INFO"], new)
    user.refresh_from_db()
    assert user.check_password("another-long-password")


def test_sign_in_gives_a_new_session_key_and_safe_cookies(client):
    user = make_person()
    client.get(LOGIN)
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before
    answer = try_login(client, user.email)
    cookie = answer.cookies["sessionid"]
    assert client.session.session_key != before
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def in_production(*names, **variables):
    """Return settings as a server would have them, read in a process of its own."""
    values = {"DJANGO_SETTINGS_MODULE": "portal.settings.production", "SECRET_KEY": "x" * 50}
    shown = ", ".join(f"settings.{name}" for name in names)
    program = f"import json; from django.conf import settings; print(json.dumps([{shown}]))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | values | {"ALLOWED_HOSTS": "anfan.example.org"} | variables,
        capture_output=True,
        check=True,
        cwd=ROOT,
    )
    return json.loads(done.stdout)


def test_production_cookies_are_secure_and_bound_to_the_host():
    names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_NAME")
    assert in_production(*names) == [True, True, "__Host-session"]


# --- limits ---------------------------------------------------------------------------------------


def at(number):
    """A browser at an address of its own."""
    return Client(REMOTE_ADDR=f"10.0.0.{number}")


def test_eleventh_wrong_password_of_one_account_waits(limits):
    user = make_person()
    answers = [
        try_login(Client(REMOTE_ADDR=f"10.0.0.{n}"), user.email, "wrong-password")
        for n in range(11)
    ]
    assert [one.status_code for one in answers] == [200] * 10 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 600


def test_limit_of_an_unknown_account_is_the_same(limits):
    answers = [try_login(at(n), "nobody@example.org", "wrong-password") for n in range(11)]
    assert [one.status_code for one in answers] == [200] * 10 + [429]


def test_eleventh_wrong_password_from_one_address_waits(limits, client):
    answers = [try_login(client, f"n{n}@example.org", "wrong-password") for n in range(11)]
    assert [one.status_code for one in answers] == [200] * 10 + [429]
    other = Client(REMOTE_ADDR="10.9.9.9")
    assert try_login(other, "n1@example.org", "wrong-password").status_code == 200


def test_all_failures_together_have_a_limit(limits, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"login_all": [(3, 300)]}
    answers = [try_login(at(n), f"n{n}@example.org", "wrong-password") for n in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]


def test_a_class_that_signs_in_from_one_address_is_not_stopped(limits):
    users = [make_person() for _each in range(15)]
    assert [is_in(logged_in(user)) for user in users] == [True] * 15


def logged_in(user):
    client = Client()
    try_login(client, user.email)
    return client


def test_sixth_reset_of_a_day_waits_for_known_and_unknown_alike(limits):
    user = make_person()
    for email in (user.email, "nobody@example.org"):
        codes = [
            Client().post("/accounts/password/reset/", {"email": email}).status_code
            for _each in range(6)
        ]
        assert codes == [302] * 5 + [429]


def test_search_is_limited_by_address(limits, client):
    make_site()
    with clock.at(clock.now()):
        answers = [client.get("/search/", {"q": "安全"}) for _each in range(6)]
    assert [one.status_code for one in answers] == [200] * 5 + [429]
    assert int(answers[-1].headers["Retry-After"]) in {1, 2}


# --- second factor --------------------------------------------------------------------------------


def give_app(user):
    return totp.TOTP.activate(user, SECRET)


def app_code():
    counter = next(totp.yield_hotp_counters_from_time())
    return totp.format_hotp_value(totp.hotp_value(SECRET, counter))


def test_secrets_are_encrypted_in_the_database():
    stored = give_app(make_person()).instance.data["secret"]
    assert SECRET not in stored
    assert len(stored) > 80


def test_app_and_recovery_codes_let_in_and_each_recovery_code_once(client):
    user = make_person()
    give_app(user)
    codes = RecoveryCodes.activate(user).get_unused_codes()
    try_login(client, user.email)
    assert not is_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    assert is_in(client)
    again = Client()
    try_login(again, user.email)
    again.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    assert not is_in(again)
    again.post("/accounts/2fa/authenticate/", {"code": app_code()})
    assert is_in(again)


def test_sixth_wrong_code_waits_and_a_right_one_before_does_not_count(limits, client):
    user = make_person()
    give_app(user)
    try_login(client, user.email)
    url = "/accounts/2fa/authenticate/"
    answers = [client.post(url, {"code": "000000"}).status_code for _each in range(6)]
    assert answers == [200] * 5 + [429]


@pytest.fixture
def required(settings):
    settings.MFA_REQUIRED = True


@pytest.mark.parametrize("role", list(Role))
def test_roles_that_judge_or_see_all_must_have_a_second_factor(required, client, role):
    user = make_member(role)
    client.force_login(user)
    answer = client.get("/notifications/")
    if role in SECOND_FACTOR_ROLES:
        assert answer.headers["location"].startswith("/profile/second-factor/?next=")
        give_app(user)
    assert client.get("/notifications/").status_code == 200


def test_what_is_sent_without_it_is_refused_in_words_and_changes_nothing(required, client):
    user = make_member(Role.SECRETARIAT)
    client.force_login(user)
    answer = client.post("/profile/", {"name": "改名", "language": "en"})
    user.refresh_from_db()
    assert (answer.status_code, user.name != "改名") == (403, True)


def test_recovery_codes_alone_are_no_second_factor(required, client):
    user = make_member(Role.SECRETARIAT)
    RecoveryCodes.activate(user)
    client.force_login(user)
    assert client.get("/notifications/").status_code == 302


def test_pages_that_set_it_up_stay_open(required, client):
    make_site()
    user = make_member(Role.SECRETARIAT)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    client.post(LOGIN, {"login": user.email, "password": PASSWORD})
    pages = ["/profile/second-factor/", "/accounts/2fa/", "/accounts/2fa/totp/activate/", "/"]
    answers = [client.get(url, follow=True) for url in pages]
    assert [one.status_code for one in answers] == [200] * 4
    arrived = [one.request["PATH_INFO"] for one in answers]
    assert [path == "/profile/second-factor/" for path in arrived] == [True, False, False, False]
    assert client.post("/accounts/logout/").status_code == 302


def test_content_management_asks_for_it_too(required, client):
    make_site()
    editor, boss = make_member(Role.EDITOR), make_user(is_superuser=True)
    sync_cms_access(user=editor)
    for user in (editor, boss):
        client.force_login(user)
        assert client.get("/admin/").headers["location"].startswith("/profile/second-factor/")
        give_app(user)
        assert client.get("/admin/").status_code == 200


def test_last_factor_of_a_required_role_cannot_be_removed(required, client):
    user = make_member(Role.EXPERT)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    give_app(user)
    try_login(client, user.email)
    client.post("/accounts/2fa/authenticate/", {"code": app_code()})
    client.post("/accounts/2fa/totp/deactivate/", {})
    assert Authenticator.objects.filter(user=user).count() == 1


def test_setting_is_on_in_production_and_off_elsewhere(settings):
    assert settings.MFA_REQUIRED is False
    assert in_production("MFA_REQUIRED") == [True]
    assert in_production("MFA_REQUIRED", MFA_REQUIRED="false") == [False]


def test_one_count_of_proxies_serves_limits_and_record():
    name = "ALLAUTH_TRUSTED_PROXY_COUNT"
    assert in_production(name) == [1]
    assert in_production(name, TRUSTED_PROXY_COUNT="2") == [2]
    with pytest.raises(subprocess.CalledProcessError):  # its old name is not passed over in silence
        in_production(name, PROXY_HOPS="0")


# --- who has an account, is not told --------------------------------------------------------------


def normal(response):
    """The answer without what changes each time, and without the address that was typed."""
    text = re.sub(r'value="[^"]*"', "", response.content.decode())
    return response.status_code, re.sub(r"(person\d+|nobody)@example.org", "ADDRESS", text)


def both(path, body):
    """Post for a known and for an unknown address; return both final pages."""
    known = make_person().email
    return [
        normal(Client().post(path, body(email), follow=True))
        for email in (known, "nobody@example.org")
    ]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (LOGIN, lambda email: {"login": email, "password": "wrong-password"}),
        ("/accounts/login/code/", lambda email: {"email": email}),
        ("/accounts/password/reset/", lambda email: {"email": email}),
        (
            "/accounts/signup/",
            lambda email: {
                "email": email,
                "name": "示例",
                "agree": "on",
                "password1": PASSWORD + "x",
                "password2": PASSWORD + "x",
            },
        ),
    ],
    ids=["login", "code", "reset", "signup"],
)
def test_known_and_unknown_addresses_are_answered_alike(path, body):
    known, unknown = both(path, body)
    assert known == unknown
    assert len(mail.outbox) in {0, 2}


@pytest.mark.parametrize("path", [LOGIN, "/accounts/signup/"])
def test_known_and_unknown_addresses_cost_as_many_hashes(path, settings, monkeypatch):
    """What takes the time is the hash: as many of them, and the answer takes as long."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    known, made = make_person().email, []
    encode = PBKDF2PasswordHasher.encode

    def counted(self, *arguments, **options):
        made.append(1)
        return encode(self, *arguments, **options)

    def hashes(email):
        made.clear()
        body = {
            "login": email,
            "password": "wrong-password",
            "email": email,
            "name": "示例",
            "agree": "on",
        }
        Client().post(path, body | {"password1": PASSWORD + "x", "password2": PASSWORD + "x"})
        return len(made)

    monkeypatch.setattr(PBKDF2PasswordHasher, "encode", counted)
    assert hashes(known) == hashes(f"new-{known}") > 0


# --- mails and ways out ---------------------------------------------------------------------------


def test_mails_name_base_url_whatever_host_the_request_names(settings):
    settings.ALLOWED_HOSTS = ["*"]
    settings.BASE_URL = "https://anfan.example.org"
    known, client = make_person().email, Client(HTTP_HOST="evil.example")
    client.post("/accounts/password/reset/", {"email": known})
    client.post("/accounts/password/reset/", {"email": "nobody@example.org"})
    client.post(
        "/accounts/signup/",
        {
            "email": known,
            "name": "示例",
            "agree": "on",
            "password1": PASSWORD,
            "password2": PASSWORD,
        },
    )
    texts = "\n".join(message.body for message in mail.outbox)
    assert len(mail.outbox) == 3
    assert ("evil.example" in texts, texts.count("https://anfan.example.org/")) == (False, 2)


def test_a_foreign_host_is_refused(client, settings):
    settings.ALLOWED_HOSTS = ["anfan.example.org"]
    assert client.get(LOGIN, HTTP_HOST="evil.example").status_code == 400


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_next_never_leads_to_another_site(client, target):
    user = make_person()
    answer = client.post(
        f"{LOGIN}?next={target}", {"login": user.email, "password": PASSWORD, "next": target}
    )
    assert answer.headers["location"] == "/workspace/"
    out = client.post("/accounts/logout/", {"next": target})
    assert out.headers["location"] == "/"


def test_sign_in_of_another_house_is_there_only_by_settings(settings):
    assert settings.SOCIALACCOUNT_PROVIDERS == {}
    assert "/accounts/oidc/" not in Client().get(LOGIN).content.decode()
    [providers] = in_production(
        "SOCIALACCOUNT_PROVIDERS",
        OIDC_SERVER_URL="https://id.example.org",
        OIDC_CLIENT_ID="anfan",
        OIDC_CLIENT_SECRET="not-a-secret",
    )
    [app] = providers["openid_connect"]["APPS"]
    assert (app["client_id"], app["settings"]) == (
        "anfan",
        {"server_url": "https://id.example.org"},
    )
