from datetime import timedelta

import pytest

from portal.accounts.enums import Role
from portal.accounts.models import Invitation, Membership
from portal.accounts.services import inviting, organising
from portal.core import clock
from portal.core.denials import Denied
from portal.core.models import Mail
from tests.factories.accounts import (
    make_administrator,
    make_member,
    make_organisation,
    make_secretariat,
    make_user,
)

pytestmark = pytest.mark.django_db


def invite(organisation, by, email="new@example.org", role=Role.APPLICANT, **more):
    return inviting.invite(organisation=organisation, email=email, role=role, by=by, **more)


def refusal_of(invitation, user):
    with pytest.raises(Denied) as refusal:
        inviting.accept(token=invitation.token, by=user)
    return refusal.value.code


def test_invitation_works_once_for_its_address():
    organisation = make_organisation()
    invitation = invite(organisation, make_administrator(organisation), "New@Example.org")
    assert refusal_of(invitation, make_user()) == "invitation.address"
    newcomer = make_user(email="new@example.org")
    inviting.accept(token=invitation.token, by=newcomer)
    inviting.accept(token=invitation.token, by=newcomer)
    assert Membership.objects.filter(user=newcomer).count() == 1
    assert Mail.objects.get().address == "new@example.org"


def test_invitation_expires():
    organisation = make_organisation()
    newcomer = make_user(email="new@example.org")
    invitation = invite(organisation, make_administrator(organisation))
    with clock.at(invitation.expires_at):
        assert refusal_of(invitation, newcomer) == "invitation.expired"


def test_used_invitation_does_not_give_back_a_role_taken_since():
    organisation = make_organisation()
    newcomer = make_user(email="new@example.org")
    invitation = invite(organisation, make_administrator(organisation))
    inviting.accept(token=invitation.token, by=newcomer).delete()
    assert refusal_of(invitation, newcomer) == "invitation.used"


def test_invitation_needs_an_administrator():
    organisation = make_organisation()
    with pytest.raises(Denied) as refusal:
        invite(organisation, make_member(Role.APPLICANT, organisation))
    assert refusal.value.code == "members.not_administrator"


def test_invitation_cannot_give_a_role_of_another_kind_of_organisation():
    organisation = make_organisation()
    with pytest.raises(Denied) as refusal:
        invite(organisation, make_administrator(organisation), role=Role.SECRETARIAT)
    assert refusal.value.code == "members.role"


def test_invitation_taken_back_is_over():
    organisation = make_organisation()
    head, newcomer = make_administrator(organisation), make_user(email="new@example.org")
    invitation = invite(organisation, head)
    inviting.cancel(invitation=invitation, by=head)
    assert refusal_of(invitation, newcomer) == "invitation.expired"


def test_invitation_into_a_deactivated_organisation_is_refused():
    organisation = make_organisation()
    newcomer = make_user(email="new@example.org")
    invitation = invite(organisation, make_administrator(organisation))
    organising.deactivate(organisation=organisation, by=make_secretariat(), reason="注销")
    assert refusal_of(invitation, newcomer) == "invitation.inactive"


def test_an_outsiders_invitation_opens_no_door_of_an_organisation_with_people():
    organisation, outsider = make_organisation(), make_member(Role.RECOMMENDER)
    newcomer = make_user(email="new@example.org")
    invitation = invite(organisation, outsider, is_administrator=True, checked=True)
    make_administrator(organisation)
    assert refusal_of(invitation, newcomer) == "invitation.overtaken"


def test_who_has_left_no_longer_lets_people_in():
    organisation = make_organisation()
    head = make_administrator(organisation)
    make_administrator(organisation)
    newcomer = make_user(email="new@example.org")
    invitation = invite(organisation, head)
    head.memberships.all().delete()
    assert refusal_of(invitation, newcomer) == "invitation.overtaken"


@pytest.mark.parametrize(("number", "within"), [(20, timedelta(hours=1)), (100, timedelta(days=1))])
def test_invitations_have_a_limit(number, within):
    organisation = make_organisation()
    head, now = make_administrator(organisation), clock.now()
    Invitation.objects.bulk_create(
        Invitation(
            token=f"t{n}",
            email=f"n{n}@example.org",
            organisation=organisation,
            role=Role.APPLICANT,
            invited_by=head,
            created_at=now - within + timedelta(minutes=1),
            expires_at=now + timedelta(days=30),
        )
        for n in range(number)
    )
    with pytest.raises(Denied) as refusal:
        invite(organisation, head)
    assert refusal.value.code == "invitation.pace"
    with clock.at(now + timedelta(minutes=2)):
        invite(organisation, head)


def test_limit_on_the_page_keeps_what_was_typed(client):
    organisation = make_organisation()
    head = make_administrator(organisation)
    for number in range(20):
        invite(organisation, head, f"n{number}@example.org")
    client.force_login(head)
    typed = {"email": "kept@example.org", "role": "applicant"}
    response = client.post(f"/organisations/{organisation.public_id}/", typed)
    assert (response.status_code, "kept@example.org" in response.content.decode()) == (422, True)


@pytest.mark.parametrize("fault", ["used", "expired", "address"])
def test_page_of_a_bad_invitation_says_what_to_do_next(client, fault):
    organisation = make_organisation()
    invitation = invite(organisation, make_administrator(organisation))
    reader = make_user(email="new@example.org" if fault != "address" else "other@example.org")
    if fault == "used":
        inviting.accept(token=invitation.token, by=reader).delete()
    if fault == "expired":
        Invitation.objects.update(expires_at=clock.now() - timedelta(minutes=1))
    client.force_login(reader)
    response = client.get(f"/invitations/{invitation.token}/")
    way = "/accounts/logout/" if fault == "address" else "/organisations/new/"
    assert (response.status_code, way in response.content.decode()) == (403, True)


def test_unknown_link_says_what_to_do_next(client):
    client.force_login(make_user())
    response = client.get("/invitations/cut-in-the-mail/")
    text = response.content.decode()
    assert (response.status_code, "/organisations/new/" in text) == (404, True)
    assert str(response.context["refusal"]) in text


def test_second_use_by_another_person_changes_nothing(client):
    organisation = make_organisation()
    invitation = invite(organisation, make_administrator(organisation))
    inviting.accept(token=invitation.token, by=make_user(email="new@example.org"))
    thief = make_user(email="thief@example.org")
    client.force_login(thief)
    response = client.post(f"/invitations/{invitation.token}/")
    assert (response.status_code, thief.memberships.count()) == (403, 0)
    assert str(response.context["refusal"]) in response.content.decode()
