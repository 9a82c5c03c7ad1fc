import pytest

from portal.accounts.enums import Role
from portal.accounts.models import Membership
from portal.accounts.services.cms import sync_cms_access
from tests.factories.accounts import make_member
from tests.factories.pages import make_site

pytestmark = pytest.mark.django_db


def test_anonymous_is_sent_to_the_sites_own_sign_in(client):
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0] == "/accounts/login/?next=%2Fadmin%2F"


def test_signing_in_again_never_goes_in_circles(client):
    client.force_login(make_member(Role.APPLICANT))
    assert client.get("/admin/", follow=True).status_code == 403


def test_sign_in_never_leads_to_another_site(client):
    response = client.get("/admin/login/?next=https://example.org/")
    assert response.headers["location"] == "/accounts/login/?next=%2Fadmin%2F"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_editor_works_in_the_cms(client, language):
    home = make_site()
    editor = make_member(Role.EDITOR)
    assert sync_cms_access(user=editor) is True
    client.force_login(editor)
    client.cookies["anfan_language"] = language
    urls = ["/admin/", f"/admin/pages/{home.pk}/", f"/admin/pages/{home.pk}/edit/"]
    assert [client.get(url).status_code for url in urls] == [200, 200, 200]


def test_access_ends_with_the_membership(client):
    editor = make_member(Role.EDITOR)
    sync_cms_access(user=editor)
    Membership.objects.filter(user=editor).delete()
    assert sync_cms_access(user=editor) is False
    client.force_login(editor)
    assert client.get("/admin/", follow=True).status_code == 403


@pytest.mark.parametrize(("url", "allowed"), [("/accounts/login/", False), ("/admin/login/", True)])
def test_inline_scripts_are_allowed_under_the_cms_only(client, url, allowed):
    policy = client.get(url).headers["content-security-policy"]
    assert ("'unsafe-inline'" in policy) == allowed
