import pytest

from portal.accounts.enums import Role
from portal.accounts.services import organising
from portal.context_processors import menu_of
from tests.factories.accounts import make_member, make_organisation, make_user

pytestmark = pytest.mark.django_db


def labels(user):
    return [item["url"] for item in menu_of(user)]


def test_menu_leads_to_the_workspaces_of_ones_roles():
    assert labels(make_member(Role.APPLICANT))[0] == "/apply/"
    assert labels(make_member(Role.EXPERT))[0] == "/desk/"
    assert labels(make_user()) == [
        "/learning/",
        "/notifications/",
        "/organisations/",
        "/profile/",
    ]


def test_editor_gains_and_loses_the_content_management_with_the_role():
    office = make_organisation(kind="secretariat")
    user = make_user()
    membership = organising.add_member(
        organisation=office, user=user, role=Role.EDITOR, by=None, is_administrator=False
    )
    assert user.groups.count() == 1
    chief = make_member(Role.SECRETARIAT, office)
    office.memberships.filter(user=chief).update(is_administrator=True)
    organising.remove_member(membership=membership, by=chief)
    assert user.groups.count() == 0
