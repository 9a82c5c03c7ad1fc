"""Signing in at another house (OpenID Connect) against a real provider on this machine."""

import time
from urllib.parse import urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers import registry
from django.test import Client

from portal.accounts.adapters.openid import BoundProvider
from portal.accounts.models import User
from tests.accounts.openid_house import CLIENT, SECRET, open_house
from tests.accounts.test_signing_in import in_production, is_in
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db
START = "/accounts/oidc/oidc/login/"


@pytest.fixture
def house(settings, monkeypatch):
    with open_house() as one:
        app = {
            "provider_id": "oidc",
            "name": "示例机构",
            "client_id": CLIENT,
            "secret": SECRET,
            "settings": {"server_url": one.issuer},
        }
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}
        }
        registry.load()
        monkeypatch.setitem(registry.provider_map, "openid_connect", BoundProvider)
        yield one


def sent_back(client, next_url="") -> str:
    """Go to the house as a browser does; return the path it sends the browser back to."""
    begun = client.post(START, {"next": next_url} if next_url else {})
    with requests.Session() as browser:
        answer = browser.get(begun.headers["location"], allow_redirects=False)
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


def sign_in(client, **more):
    return client.get(sent_back(client, **more))


def test_whole_way_in_makes_an_account_once(house, client):
    answer = sign_in(client)
    assert (answer.status_code, is_in(client)) == (302, True)
    user = User.objects.get(email="guest@example.org")
    assert (user.name, user.has_usable_password()) == ("示例来客", False)
    (asked,) = house.asked
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert len(asked["nonce"]) >= 32
    second = Client()
    sign_in(second)
    assert (is_in(second), SocialAccount.objects.count(), house.refused) == (True, 1, [])


@pytest.mark.parametrize(
    "bend",
    [
        {"aud": "somebody-else"},
        {"iss": "https://elsewhere.example.org"},
        {"nonce": "of-another-browser"},
        {"nonce": None},
        {"exp": int(time.time()) - 600},
        {"sub": "p-2"},
    ],
    ids=["audience", "issuer", "nonce", "no nonce", "expired", "subject"],
)
def test_bent_token_lets_nobody_in(house, client, bend):
    if "sub" in bend:
        house.profile = {"sub": "p-1"}
    house.bend = bend
    answer = sign_in(client)
    assert (answer.status_code, is_in(client)) == (401, False)
    assert not User.objects.filter(email="guest@example.org").exists()


def test_answer_works_in_the_browser_that_asked_only_and_once(house, client):
    path = sent_back(client)
    stranger = Client()
    assert (stranger.get(path).status_code, is_in(stranger)) == (401, False)
    client.get(path)
    assert is_in(client)
    client.post("/accounts/logout/")
    client.get(path)
    assert not is_in(client)


def test_code_without_the_verifier_is_worth_nothing(house, client):
    path = sent_back(client)
    session = client.session
    for kept in session["socialaccount_states"].values():
        kept[0]["pkce_code_verifier"] = "guessed"
    session.save()
    client.get(path)
    assert (is_in(client), len(house.refused)) == (False, 1)


def test_address_of_another_account_is_not_taken_over(house, client):
    owner = make_user(email="guest@example.org")
    sign_in(client)
    assert not is_in(client)
    assert not SocialAccount.objects.filter(user=owner).exists()


def test_way_back_leads_to_this_site_only(house, client):
    answer = sign_in(client, next_url="https://evil.example/")
    assert answer.headers["location"] == "/workspace/"


def test_production_uses_the_bound_provider():
    [providers] = in_production("SOCIALACCOUNT_PROVIDERS", OIDC_SERVER_URL="https://id.example.org")
    named = providers["openid_connect"]["provider_class"]
    assert named == f"{BoundProvider.__module__}.{BoundProvider.__qualname__}"
