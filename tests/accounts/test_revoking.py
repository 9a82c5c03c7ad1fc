"""Rights end with the next request, in every browser."""

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.test import Client

from portal.accounts.enums import Role
from portal.accounts.models import Membership, Organisation
from portal.accounts.services import organising
from portal.accounts.services.cms import sync_cms_access
from tests.factories.accounts import (
    PASSWORD,
    make_administrator,
    make_member,
    make_organisation,
    make_secretariat,
)
from tests.factories.pages import make_site

pytestmark = pytest.mark.django_db
PAGE = "/office/registrations/"


def browsers(user, number=2):
    """Sign a person in through the form in several browsers."""
    EmailAddress.objects.get_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    clients = [Client(HTTP_USER_AGENT=f"browser {n}") for n in range(number)]
    for client in clients:
        client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    return clients


def statuses(clients, url=PAGE):
    return [client.get(url).status_code for client in clients]


def test_a_role_taken_away_is_gone_at_the_next_request():
    user = make_secretariat()
    clients = browsers(user)
    assert statuses(clients) == [200, 200]
    Membership.objects.filter(user=user).delete()
    assert statuses(clients) == [404, 404]


def test_a_disabled_account_is_out_at_the_next_request():
    user = make_secretariat()
    clients = browsers(user)
    type(user).objects.filter(pk=user.pk).update(is_active=False)
    assert statuses(clients) == [302, 302]


def test_a_deactivated_organisation_is_closed_at_the_next_request():
    organisation = make_organisation()
    clients = browsers(make_administrator(organisation))
    url = f"/organisations/{organisation.public_id}/"
    assert statuses(clients, url) == [200, 200]
    organising.deactivate(organisation=organisation, by=make_secretariat(), reason="注销")
    assert statuses(clients, url) == [404, 404]


def test_a_deactivated_office_closes_the_content_management():
    make_site()
    office = make_organisation(kind=Organisation.Kind.SECRETARIAT)
    editor = make_member(Role.EDITOR, office)
    sync_cms_access(user=editor)
    [client] = browsers(editor, 1)
    assert client.get("/admin/").status_code == 200
    organising.deactivate(organisation=office, by=make_secretariat(), reason="撤并")
    assert client.get("/admin/", follow=True).status_code == 403


def test_a_changed_password_ends_the_other_sessions():
    user = make_secretariat()
    here, there = browsers(user)
    new = {"password1": "another-long-password", "password2": "another-long-password"}
    here.post("/accounts/password/change/", {"oldpassword": PASSWORD} | new)
    assert statuses([here, there]) == [200, 302]


def test_sign_out_everywhere_else_ends_the_other_sessions():
    here, there = browsers(make_secretariat())
    here.post("/accounts/sessions/")
    assert statuses([here, there]) == [200, 302]


def test_a_changed_right_gives_a_new_session_key_and_keeps_the_person_in():
    user, office = make_member(Role.APPLICANT), make_secretariat()
    [client] = browsers(user, 1)
    client.get("/notifications/")
    before = client.session.session_key
    assert client.get("/notifications/").status_code == 200
    assert client.session.session_key == before
    place = office.memberships.get().organisation
    organising.add_member(organisation=place, user=user, role=Role.SECRETARIAT, by=office)
    assert client.get(PAGE).status_code == 200
    after = client.session.session_key
    assert after != before
    keys = UserSession.objects.filter(user=user).values_list("session_key", flat=True)
    assert list(keys) == [after]
    stolen = Client()
    stolen.cookies["sessionid"] = before
    assert stolen.get(PAGE).status_code == 302


@pytest.mark.parametrize(
    "path",
    [
        "/organisations/new/",
        "/organisations/switch/",
        "/profile/",
        "/notifications/read/",
        "/accounts/login/",
        "/accounts/logout/",
        "/accounts/sessions/",
        "/accounts/password/change/",
    ],
)
def test_posts_without_the_token_are_refused(path):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_member(Role.APPLICANT))
    assert client.post(path, {}).status_code == 403
