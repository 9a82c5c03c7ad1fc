"""The record of access: what is kept of signing in and of refusals, how much of it, and by whom it
is read."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.signals import authenticator_reset
from django.contrib.auth.signals import user_login_failed
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.test import Client, RequestFactory

from portal.accounts.enums import Role
from portal.accounts.queries.access import masked_address
from portal.core import clock
from portal.core.audit import access
from portal.core.models import AccessEvent, AccessKind
from tests.accounts.test_signing_in import (
    app_code,
    code_in,
    give_app,
    make_person,
    try_login,
)
from tests.factories.accounts import PASSWORD, make_member, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NOON = datetime(2026, 3, 5, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
NEW = "another-long-passphrase"


def told(person="any"):
    """Return (kind, how) of the rows of a person, oldest first."""
    rows = AccessEvent.objects.order_by("pk")
    rows = rows if person == "any" else rows.filter(person=person)
    return list(rows.values_list("kind", "how"))


# --- what is kept ---------------------------------------------------------------------------------


def test_sign_in_by_password_and_sign_out_are_kept_with_the_address():
    user = make_person()
    client = Client(REMOTE_ADDR="203.0.113.7")
    try_login(client, user.email)
    client.post("/accounts/logout/")
    assert told(user) == [("in", "password"), ("out", "")]
    assert set(AccessEvent.objects.values_list("address", flat=True)) == {"203.0.113.7"}


def test_wrong_password_is_kept_for_the_account_and_no_typed_name_that_is_none(client):
    user = make_person()
    try_login(client, user.email, "wrong-secret")
    try_login(client, "typed-secret@example.org", "wrong-secret")
    user_login_failed.send("here", credentials={"email": "my-password"}, request=None)
    assert told() == [("failed", "password")] * 3
    assert list(AccessEvent.objects.order_by("pk").values_list("person", flat=True)) == [
        user.pk,
        None,
        None,
    ]
    written = str(list(AccessEvent.objects.values()))
    assert "secret" not in written
    assert "my-password" not in written


def test_sign_in_by_a_mailed_code_and_a_wrong_code_are_kept(client):
    user = make_person()
    client.post("/accounts/login/code/", {"email": user.email})
    client.post("/accounts/login/code/confirm/", {"code": "WRONG1"})
    client.post("/accounts/login/code/confirm/", {"code": code_in(mail.outbox[0])})
    assert told(user) == [("failed", "code"), ("in", "code")]


def test_second_factor_and_its_failure_are_kept_and_a_recovery_code_shows(client):
    user = make_person()
    give_app(user)
    codes = RecoveryCodes.activate(user).get_unused_codes()
    for wrong_then_right in (("000000", app_code()), ("000001", codes[0])):
        browser = Client()
        try_login(browser, user.email)
        for code in wrong_then_right:
            browser.post("/accounts/2fa/authenticate/", {"code": code})
    assert told(user) == [
        ("failed", "app"),
        ("in", "password+app"),
        ("failed", "app"),
        ("code_used", "recovery"),
        ("in", "password+recovery"),
    ]


def test_a_passkey_that_does_not_fit_is_kept(client):
    client.post("/accounts/2fa/webauthn/login/", {"credential": '{"id": "x"}'})
    assert told() == [("failed", "passkey")]


def test_changes_of_signing_in_are_kept(client):
    user = make_person()
    give_app(user)
    try_login(client, user.email)
    client.post("/accounts/2fa/authenticate/", {"code": app_code()})
    other = Client()
    other.force_login(user)
    client.post("/accounts/sessions/")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    # allauth sends this one after the commit, for which no test waits.
    codes = RecoveryCodes.activate(user).instance
    asked = RequestFactory().post("/")
    authenticator_reset.send("here", request=asked, user=user, authenticator=codes)
    client.post("/accounts/2fa/totp/deactivate/")
    body = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    client.post("/accounts/password/change/", body)
    kinds = [kind for kind, _how in told(user)]
    assert kinds[:2] == ["in", "elsewhere"]
    # Without the app the recovery codes go too: allauth tells of both.
    assert kinds[2:] == ["codes_made", "factor_removed", "factor_removed", "password"]
    assert Authenticator.objects.filter(user=user).count() == 0


def test_a_password_set_anew_is_kept(client):
    user = make_person()
    client.post("/accounts/password/reset/", {"email": user.email})
    page = client.post(
        "/accounts/password/reset/confirm/", {"code": code_in(mail.outbox[0])}, follow=True
    )
    client.post(page.request["PATH_INFO"], {"password1": NEW, "password2": NEW})
    assert ("reset", "") in told(user)


def test_nobody_comes_in_unwritten(client, monkeypatch):
    user = make_person()

    def broken(*args, **kwargs):
        raise DatabaseError("full")

    monkeypatch.setattr(AccessEvent, "save", broken)
    client.raise_request_exception = False
    assert try_login(client, user.email).status_code == 500
    monkeypatch.undo()
    assert client.get("/notifications/").status_code == 302


# --- refusals -------------------------------------------------------------------------------------


def test_refusal_of_a_rule_and_a_hidden_page_are_kept_for_who_is_signed_in(client):
    user = make_member(Role.APPLICANT)
    client.force_login(user)
    token = "secret-token-of-an-invitation"
    client.get("/system/access/")
    client.get(f"/invitations/{token}/")
    client.get("/no/such/page/")
    client.get("/no.such.php")
    rows = list(AccessEvent.objects.order_by("pk").values_list("person", "kind", "place"))
    assert rows == [
        (user.pk, "hidden", "access_list"),
        (user.pk, "hidden", "invitation_accept"),
    ]
    Client().get("/system/access/")
    assert AccessEvent.objects.count() == 2


# --- how much -------------------------------------------------------------------------------------


def test_a_flood_of_one_account_or_address_is_written_at_every_doubling_only():
    user = make_user()
    with clock.at(NOON):
        for _each in range(300):
            access.note(AccessKind.FAILED, person=user, address="203.0.113.7")
            access.note(AccessKind.FAILED, address="203.0.113.9")
    numbers = list(AccessEvent.objects.filter(person=user).order_by("pk").values_list("number"))
    assert numbers == [(1,)] * 20 + [(32,), (64,), (128,), (256,)]
    assert AccessEvent.objects.filter(person=None).count() == 24
    with clock.at(NOON + timedelta(hours=1)):
        access.note(AccessKind.FAILED, person=user)
    assert AccessEvent.objects.filter(person=user).count() == 25


def test_a_flood_from_everywhere_is_bounded_and_an_account_keeps_its_first_three(monkeypatch):
    monkeypatch.setattr(access, "ALL_MOST", 30)
    user = make_user()
    with clock.at(NOON):
        for number in range(500):
            access.note(AccessKind.FAILED, address=f"10.0.{number // 250}.{number % 250}")
        first = AccessEvent.objects.count()
        for _each in range(5):
            access.note(AccessKind.FAILED, person=user)
        access.note(AccessKind.IN, person=user)
    # Thirty, the first three of each address would be 500: only accounts have these.
    assert first == 30 + 4
    assert AccessEvent.objects.filter(person=user, kind="failed").count() == 3
    assert AccessEvent.objects.filter(person=user, kind="in").count() == 1


# --- who reads it ---------------------------------------------------------------------------------


def test_system_administrator_reads_everything_and_filters(client, django_assert_max_num_queries):
    boss, user = make_user(is_superuser=True), make_user(name="示例甲")
    client.force_login(boss)
    for number in range(60):
        access.note(AccessKind.IN, person=make_user(), address=f"10.0.0.{number}", how="password")
    access.note(AccessKind.FAILED, person=user, address="203.0.113.7", how="code")
    with django_assert_max_num_queries(10):
        page = client.get("/system/access/").content.decode()
    assert ("203.0.113.7" in page, "示例甲" in page) == (True, True)
    only = client.get("/system/access/", {"part": "failed"}).content.decode()
    assert ("203.0.113.7" in only, "10.0.0.59" in only) == (True, False)
    mine = client.get("/system/access/", {"person": str(user.pk)}).content.decode()
    assert ("203.0.113.7" in mine, "10.0.0.59" in mine) == (True, False)
    odd = client.get("/system/access/", {"person": "x", "part": "x", "page": "x"})
    assert odd.status_code == 200


def test_a_person_sees_their_own_with_the_address_masked(client):
    user = make_person()
    access.note(AccessKind.FAILED, person=make_user(), address="198.51.100.5")
    try_login(client, user.email, REMOTE_ADDR="203.0.113.7")
    page = client.get("/accounts/sessions/").content.decode()
    assert ("203.0.113.*" in page, "198.51.100." in page) == (True, False)
    assert set(AccessEvent.objects.visible_to(user).values_list("person", flat=True)) == {user.pk}


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("203.0.113.7", "203.0.113.*"),
        ("2001:db8:1:2::/64", "2001:db8:1:*"),
        ("", ""),
        ("not an address", ""),
    ],
)
def test_masked_address(address, shown):
    assert masked_address(address) == shown


# --- nothing changes ------------------------------------------------------------------------------


def test_rows_are_neither_changed_nor_deleted_one_by_one():
    row = access.note(AccessKind.IN, person=make_user())
    with pytest.raises(TypeError):
        row.save()
    with pytest.raises(TypeError):
        row.delete()


def test_finished_days_are_summed_up_once_and_a_changed_or_missing_row_shows():
    user = make_user()
    for days in (0, 0, 2):
        with clock.at(NOON + timedelta(days=days)):
            access.note(AccessKind.IN, person=user, address="203.0.113.7")
    with clock.at(NOON + timedelta(days=3)):
        assert [access.seal_days(), access.seal_days()] == [3, 0]
        assert [one["rows"] for one in access.sealed_days()] == [2, 0, 1]
        assert list(access.day_faults()) == []
        call_command("verify_audit", verbosity=0)
        AccessEvent.objects.filter(pk=AccessEvent.objects.last().pk).update(address="10.0.0.1")
        AccessEvent.objects.filter(pk=AccessEvent.objects.first().pk)._raw_delete("default")
        assert [fault[:10] for fault in access.day_faults()] == ["2026-03-05", "2026-03-07"]
        with pytest.raises(CommandError, match="2026-03-05"):
            call_command("verify_audit", verbosity=0)


def test_rows_past_their_time_go_and_their_sealed_days_stay_right():
    with clock.at(NOON):
        access.note(AccessKind.IN, person=make_user())
    with clock.at(NOON + timedelta(days=2)):
        access.seal_days()
    with clock.at(NOON + timedelta(days=360)):
        assert access.drop_old() == 0
    with clock.at(NOON + timedelta(days=370)):
        assert access.drop_old() == 1
        assert list(access.day_faults()) == []
