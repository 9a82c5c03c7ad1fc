import pytest
from django.core.exceptions import ValidationError

from portal.accounts.enums import Role
from portal.accounts.models import Membership, Organisation
from portal.accounts.services import inviting, organising
from portal.core import clock
from portal.core.denials import Denied
from portal.core.models import Mail
from tests.factories.accounts import make_member, make_organisation, make_uscc, make_user

pytestmark = pytest.mark.django_db


def make_administrator(organisation, role=Role.APPLICANT):
    user = make_member(role, organisation)
    Membership.objects.filter(user=user).update(is_administrator=True)
    return user


def test_register_organisation_normalises_the_code_and_names_an_administrator():
    user = make_user()
    organisation = organising.register_organisation(
        uscc="９１９９０００００００００００２７ｗ", name="示例安全科技有限公司", by=user
    )
    assert organisation.uscc == "91990000000000027W"
    membership = Membership.objects.get()
    assert (membership.user, membership.role, membership.is_administrator) == (
        user,
        Role.APPLICANT,
        True,
    )


def test_register_organisation_refuses_a_code_that_is_registered():
    organisation = make_organisation()
    with pytest.raises(ValidationError) as refusal:
        organising.register_organisation(uscc=organisation.uscc, name="示例", by=make_user())
    assert refusal.value.code == "registered"


def test_invitation_works_once_for_its_address():
    organisation = make_organisation()
    invitation = inviting.invite(
        organisation=organisation,
        email="New@Example.org",
        role=Role.APPLICANT,
        by=make_administrator(organisation),
    )
    with pytest.raises(Denied) as refusal:
        inviting.accept(token=invitation.token, by=make_user())
    assert refusal.value.code == "invitation.address"
    newcomer = make_user(email="new@example.org")
    inviting.accept(token=invitation.token, by=newcomer)
    inviting.accept(token=invitation.token, by=newcomer)
    assert Membership.objects.filter(user=newcomer).count() == 1
    assert Mail.objects.get().address == "new@example.org"


def test_invitation_expires():
    organisation = make_organisation()
    newcomer = make_user(email="new@example.org")
    invitation = inviting.invite(
        organisation=organisation,
        email=newcomer.email,
        role=Role.APPLICANT,
        by=make_administrator(organisation),
    )
    with clock.at(invitation.expires_at), pytest.raises(Denied) as refusal:
        inviting.accept(token=invitation.token, by=newcomer)
    assert refusal.value.code == "invitation.expired"


def test_invitation_needs_an_administrator():
    organisation = make_organisation()
    with pytest.raises(Denied) as refusal:
        inviting.invite(
            organisation=organisation,
            email="new@example.org",
            role=Role.APPLICANT,
            by=make_member(Role.APPLICANT, organisation),
        )
    assert refusal.value.code == "members.not_administrator"


def test_invitation_cannot_give_a_role_of_another_kind_of_organisation():
    organisation = make_organisation()
    with pytest.raises(Denied) as refusal:
        inviting.invite(
            organisation=organisation,
            email="new@example.org",
            role=Role.SECRETARIAT,
            by=make_administrator(organisation),
        )
    assert refusal.value.code == "members.role"


def test_last_administrator_stays():
    organisation = make_organisation()
    user = make_administrator(organisation)
    with pytest.raises(Denied) as refusal:
        organising.remove_member(membership=Membership.objects.get(), by=user)
    assert refusal.value.code == "members.last_administrator"


def test_inactive_organisation_gives_no_role():
    organisation = make_organisation()
    user = make_member(Role.APPLICANT, organisation)
    assert user.has_role(Role.APPLICANT)
    Organisation.objects.update(is_active=False)
    fresh = type(user).objects.get(pk=user.pk)
    assert fresh.roles == {}


def test_members_page_of_another_organisation_is_not_found(client):
    other = make_organisation(uscc=make_uscc())
    client.force_login(make_member(Role.APPLICANT))
    assert client.get(f"/organisations/{other.public_id}/members/").status_code == 404


def test_register_page_shows_the_fault_beside_the_field(client):
    client.force_login(make_user())
    typed = {"uscc": "919900000000000193", "name": "示例", "kind": "enterprise"}
    response = client.post("/organisations/new/", typed | {"region": "320000"})
    assert response.status_code == 422
    assert "919900000000000193" in response.content.decode()
    assert list(response.context["form"].errors) == ["uscc"]
