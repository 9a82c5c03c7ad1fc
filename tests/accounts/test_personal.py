import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.urls import reverse
from openpyxl import load_workbook

from portal.accounts.models import Closure, Consent, DataCopy, User
from portal.accounts.services import closing, consenting, copying
from portal.core import audit, clock, legal_texts, personal
from portal.core.denials import Denied
from portal.core.management.commands.migrate import is_own
from portal.core.models import AuditChain, AuditEvent, Mail, NoticeChoice, Notification, PrivateFile
from portal.core.notifications import notify
from tests.factories.accounts import (
    PASSWORD,
    make_administrator,
    make_member,
    make_organisation,
    make_user,
)
from tests.factories.evaluation import make_assignment, make_ballot

ROOT = Path(__file__).resolve().parents[2]
WEEK = timedelta(days=7)
pytestmark = pytest.mark.django_db


@pytest.fixture
def person(client):
    user = make_user(name="示例周", email="zhou@example.org")
    client.force_login(user)
    return user


# --- consents --------------------------------------------------------------------------------


def sign_in(client, user):
    return client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})


def verified(user):
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user


def test_who_agreed_goes_straight_on(client):
    user = verified(make_user())
    sign_in(client, user)
    assert client.get(reverse("profile_edit")).status_code == 200


def test_a_new_version_is_asked_for_at_the_next_sign_in_and_kept_with_time_and_digest(client):
    user = verified(make_user())
    Consent.objects.filter(document="privacy").delete()
    sign_in(client, user)
    response = client.get(reverse("profile_edit"))
    asked = f"{reverse('consent_give')}?next={reverse('profile_edit').replace('/', '%2F')}"
    assert response.headers["Location"] == asked
    page = client.get(asked)
    assert "个人信息保护告知" in page.text
    assert client.post(asked, {"next": reverse("profile_edit")}).status_code == 422
    done = client.post(asked, {"next": reverse("profile_edit"), "agree": "on"})
    assert done.headers["Location"] == reverse("profile_edit")
    given = Consent.objects.get(person=user, document="privacy")
    text = legal_texts.in_force("privacy")
    assert (given.version, given.sha256, given.way) == (text.version, text.sha256(), "sign_in")
    assert AuditEvent.objects.filter(action="consent.given", actor=user).count() == 1
    assert client.get(reverse("profile_edit")).status_code == 200


def test_who_has_not_agreed_can_read_take_their_data_and_leave_but_post_nothing(client):
    user = verified(make_user())
    Consent.objects.all().delete()
    sign_in(client, user)
    for name in ("consent_give", "personal_home"):
        assert client.get(reverse(name)).status_code == 200
    assert client.get(reverse("legal_text", args=["privacy"])).status_code == 200
    assert client.post(reverse("profile_edit"), {"name": "x"}).status_code == 403
    assert client.post(reverse("account_logout")).status_code == 302


def test_a_sign_in_never_leads_away_from_the_site(client, person):
    url = reverse("consent_give")
    assert client.get(url, {"next": "https://evil.example.org/"}).headers["Location"] == reverse(
        "workspace"
    )


def test_agreeing_twice_adds_nothing(person):
    assert consenting.give_consents(by=person, way="sign_in") == 0
    assert person.consents.count() == 2


def test_registration_asks_for_consent_and_records_it(client):
    body = {
        "email": "new@example.org",
        "name": "示例新",
        "password1": "a-long-test-password",
        "password2": "a-long-test-password",
    }
    assert client.post(reverse("account_signup"), body).status_code == 200
    assert not User.objects.filter(email="new@example.org").exists()
    client.post(reverse("account_signup"), body | {"agree": "on"})
    given = Consent.objects.filter(person__email="new@example.org", way="registration")
    assert set(given.values_list("document", flat=True)) == {"privacy", "terms"}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("document", ["privacy", "terms"])
def test_every_text_is_there_in_both_languages_with_the_sites_facts(client, document, language):
    client.cookies["anfan_language"] = language
    text = client.get(reverse("legal_text", args=[document])).text
    assert "privacy@example.org" in text
    assert "{" not in text.partition("<main")[2].partition("</main>")[0]


# --- a copy of one's data ----------------------------------------------------------------------


@pytest.fixture
def copied(person, django_capture_on_commit_callbacks):
    notify([person], kind="certificate.issued", subject="证书编号 0001 已颁发")
    with django_capture_on_commit_callbacks(execute=True):
        copying.ask_for_copy(by=person)
    return DataCopy.objects.get()


def test_a_copy_holds_everything_in_three_forms(client, person, copied):
    response = client.post(reverse("personal_copy_file", args=[copied.public_id]))
    archive = zipfile.ZipFile(io.BytesIO(response.getvalue()))
    data = json.loads(archive.read("data.json"))
    assert sorted(archive.namelist()) == ["data.html", "data.json", "data.xlsx"]
    assert data["person"] == "zhou@example.org"
    assert "证书编号 0001 已颁发" in archive.read("data.html").decode()
    sheets = load_workbook(io.BytesIO(archive.read("data.xlsx"))).sheetnames
    assert len(sheets) == len(data["sections"])
    assert {"account.copy_asked", "account.copy_fetched"} <= set(
        AuditEvent.objects.filter(actor=person).values_list("action", flat=True)
    )


def test_nobody_else_fetches_a_copy_and_nobody_after_a_week(client, person, copied):
    url = reverse("personal_copy_file", args=[copied.public_id])
    client.force_login(make_user())
    assert client.post(url).status_code == 404
    client.force_login(person)
    with clock.at(clock.now() + WEEK):
        assert client.post(url).status_code == 404
        assert (copying.drop_expired(), copying.drop_expired()) == (1, 0)
    assert PrivateFile.objects.count() == 0


def test_asking_again_gives_the_same_copy(person, copied):
    assert copying.ask_for_copy(by=person).pk == copied.pk


def test_every_table_that_names_a_person_belongs_to_an_app_that_exports_and_explains():
    labels = {"accounts", "showcase", "evaluation", "courses"}
    assert set(personal.HELD) == set(personal.KEPT) == set(personal.OBSTACLES) == labels
    owners = {
        model._meta.app_label
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if getattr(field, "related_model", None) is User and field.concrete
    }
    ours = {label for label in owners if is_own(label)}
    # core: notices, mails, jobs and the record, exported by accounts; outreach: who entered what
    # the public reads, which is in the record.
    assert ours - labels == {"core", "outreach"}


# --- closing an account ------------------------------------------------------------------------


def close(person):
    closure = closing.ask_to_close(by=person)
    with clock.at(closure.due_at):
        assert closing.close_due() == 1
    person.refresh_from_db()
    closure.refresh_from_db()
    return closure


def test_an_account_is_closed_after_seven_days_and_not_before(client, person):
    closure = closing.ask_to_close(by=person)
    assert closing.ask_to_close(by=person).pk == closure.pk
    with clock.at(closure.due_at - timedelta(seconds=1)):
        assert closing.close_due() == 0
    with clock.at(closure.due_at):
        assert (closing.close_due(), closing.close_due()) == (1, 0)
    person.refresh_from_db()
    assert (person.is_active, "zhou" in person.email, "周" in person.name) == (False, False, False)
    assert client.get(reverse("profile_edit")).status_code == 302
    assert not client.login(email="zhou@example.org", password=PASSWORD)


def test_it_can_be_taken_back_in_time(client, person):
    closure = closing.ask_to_close(by=person)
    client.post(reverse("personal_keep"))
    with clock.at(closure.due_at + WEEK):
        assert closing.close_due() == 0
    person.refresh_from_db()
    assert person.is_active
    assert AuditEvent.objects.filter(action="account.closing_taken_back").count() == 1


def test_nothing_of_the_person_is_left_but_what_must_stay(person, copied):
    NoticeChoice.objects.create(person=person, group="certificates", manner="daily")
    verified(person)
    make_organisation()
    closure = close(person)
    left = [
        (model.__name__, row.pk)
        for model in apps.get_models()
        if model not in {AuditEvent, AuditChain, Mail} and is_own(model._meta.app_label)
        for row in model.objects.all()
        for value in vars(row).values()
        if isinstance(value, str) and ("zhou@example.org" in value or "示例周" in value)
    ]
    assert left == []
    assert closure.state == "done"
    assert Notification.objects.filter(recipient=person).count() == 0
    last = Mail.objects.get(address="zhou@example.org")  # the last mail, dropped by `drop_old`
    assert last.notification_id is None
    assert all(audit.verify(chain) is None for chain in AuditChain.objects.all())


def test_a_signed_ballot_stays_under_an_alias():
    seat = make_assignment()
    ballot = make_ballot(seat)
    person = seat.expert.user
    closing_points = (ballot.total, ballot.content_hash)
    close(person)
    ballot.refresh_from_db()
    seat.expert.refresh_from_db()
    assert (ballot.total, ballot.content_hash) == closing_points
    assert (seat.expert.is_active, seat.expert.user.name[:5]) == (False, "已注销用户")


def test_an_expert_with_unsigned_sheets_is_told_what_to_do_first():
    person = make_assignment().expert.user
    with pytest.raises(Denied) as refusal:
        closing.ask_to_close(by=person)
    assert refusal.value.code == "account.depended_on"


def test_what_came_in_between_puts_it_off_by_a_day_and_says_why(person):
    closure = closing.ask_to_close(by=person)
    home = make_organisation()
    make_member("applicant", home)
    home.memberships.create(user=person, role="applicant", is_administrator=True)
    with clock.at(closure.due_at):
        assert closing.close_due() == 0
    before = closure.due_at
    closure.refresh_from_db()
    assert closure.due_at == before + timedelta(days=1)
    assert Notification.objects.filter(recipient=person, kind="account.closing_waits").count() == 1


def test_the_only_administrator_hands_over_first(client):
    home = make_organisation()
    boss = make_administrator(home)
    make_member("applicant", home)
    assert len(personal.obstacles_of(boss)) == 1
    make_administrator(home)
    assert personal.obstacles_of(boss) == []


def test_a_failed_record_leaves_the_account_as_it_was(person, monkeypatch):
    closure = closing.ask_to_close(by=person)

    def broken(**facts):
        raise RuntimeError("no record")

    monkeypatch.setattr("portal.core.audit.record", broken)
    with clock.at(closure.due_at):
        assert closing.close_due() == 0
    person.refresh_from_db()
    assert (person.is_active, person.name) == (True, "示例周")
    assert Closure.objects.get().state == "waiting"


def prove(client, user):
    sign_in(client, user)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})


def test_closing_is_asked_for_with_the_password_once_more(client):
    user = verified(make_user())
    sign_in(client, user)
    url, body = reverse("personal_close"), {"understood": "on"}
    assert client.get(url).status_code == 200
    assert client.post(url, body).headers["Location"].startswith("/accounts/reauthenticate/")
    assert not Closure.objects.exists()
    prove(client, user)
    assert client.post(url, {}).status_code == 422
    assert client.post(url, body).headers["Location"] == reverse("personal_home")
    assert Closure.objects.get().person == user


def test_the_page_says_what_must_be_settled_and_closes_nothing(client):
    home = make_organisation()
    boss = verified(make_administrator(home))
    make_member("applicant", home)
    prove(client, boss)
    response = client.post(reverse("personal_close"), {"understood": "on"})
    assert (response.status_code, home.name in response.text) == (422, True)
    assert not Closure.objects.exists()
