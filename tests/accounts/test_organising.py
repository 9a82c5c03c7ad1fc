import pytest
from django.core.exceptions import ValidationError

from portal.accounts.enums import Role
from portal.accounts.models import Membership, Organisation, User
from portal.accounts.services import organising
from portal.core.denials import Denied
from portal.core.models import AuditEvent, Notification
from tests.factories.accounts import (
    make_administrator,
    make_member,
    make_organisation,
    make_secretariat,
    make_uscc,
    make_user,
)

pytestmark = pytest.mark.django_db


def heads(organisation):
    return set(
        User.objects.filter(
            memberships__organisation=organisation, memberships__is_administrator=True
        )
    )


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


def test_page_of_another_organisation_is_not_found(client):
    other = make_organisation(uscc=make_uscc())
    client.force_login(make_member(Role.APPLICANT))
    assert client.get(f"/organisations/{other.public_id}/").status_code == 404


@pytest.mark.parametrize("stay", [False, True])
def test_hand_over_names_another_and_leaves_the_roles(stay):
    organisation = make_organisation()
    head, heir = make_administrator(organisation), make_member(Role.APPLICANT, organisation)
    organising.hand_over(organisation=organisation, to=heir, by=head, stay=stay)
    assert heads(organisation) == ({head, heir} if stay else {heir})
    assert Membership.objects.filter(organisation=organisation).count() == 2
    assert Notification.objects.get().recipient == heir
    assert AuditEvent.objects.get().action == "organisation.handed_over"


def test_hand_over_goes_to_members_only_and_comes_from_administrators_only():
    organisation = make_organisation()
    head, plain = make_administrator(organisation), make_member(Role.APPLICANT, organisation)
    with pytest.raises(Denied) as refusal:
        organising.hand_over(organisation=organisation, to=make_user(), by=head)
    assert refusal.value.code == "members.not_member"
    with pytest.raises(Denied) as refusal:
        organising.hand_over(organisation=organisation, to=plain, by=plain)
    assert refusal.value.code == "members.not_administrator"
    assert heads(organisation) == {head}


def test_facts_are_kept_by_administrators_and_the_secretariat():
    organisation = make_organisation()
    head, plain = make_administrator(organisation), make_member(Role.APPLICANT, organisation)
    for person in (head, make_secretariat()):
        organising.change_facts(organisation=organisation, by=person, grade="3", name="改不了")
    organisation.refresh_from_db()
    assert (organisation.grade, organisation.name != "改不了") == ("3", True)
    assert AuditEvent.objects.count() == 1
    with pytest.raises(Denied) as refusal:
        organising.change_facts(organisation=organisation, by=plain, grade="1")
    assert refusal.value.code == "organisation.role"


def test_deactivation_is_the_secretariats_has_a_reason_and_can_be_taken_back():
    organisation, office = make_organisation(), make_secretariat()
    head = make_administrator(organisation)
    with pytest.raises(Denied) as refusal:
        organising.deactivate(organisation=organisation, by=head, reason="试试")
    assert refusal.value.code == "organisation.role"
    with pytest.raises(ValidationError):
        organising.deactivate(organisation=organisation, by=office, reason=" ")
    for _twice in range(2):
        organising.deactivate(organisation=organisation, by=office, reason="单位注销")
    assert AuditEvent.objects.get().facts == {"reason": "单位注销"}
    organising.reactivate(organisation=organisation, by=office)
    organisation.refresh_from_db()
    assert organisation.is_active


def test_nobody_deactivates_their_own_office():
    office = make_secretariat()
    own = office.memberships.get().organisation
    with pytest.raises(Denied) as refusal:
        organising.deactivate(organisation=own, by=office, reason="误操作")
    assert refusal.value.code == "organisation.own"


def test_deactivated_office_closes_the_content_management_to_its_editors():
    office, other = make_secretariat(), make_organisation(kind="secretariat")
    editor = make_user()
    organising.add_member(organisation=other, user=editor, role=Role.EDITOR, by=None)
    assert editor.groups.count() == 1
    organising.deactivate(organisation=other, by=office, reason="撤并")
    assert editor.groups.count() == 0
    organising.reactivate(organisation=other, by=office)
    assert editor.groups.count() == 1


# --- switcher -----------------------------------------------------------------------------------


def make_two():
    user, first, second = make_user(), make_organisation(), make_organisation()
    for place in (first, second):
        organising.add_member(organisation=place, user=user, role=Role.APPLICANT, by=None)
    return user, first, second


def test_switcher_changes_the_label_and_no_right(client):
    user, first, second = make_two()
    client.force_login(user)
    assert client.get("/organisations/").context["employer"].public_id == first.public_id
    answer = client.post(
        "/organisations/switch/", {"organisation": second.public_id, "next": "/organisations/"}
    )
    assert answer.headers["location"] == "/organisations/"
    page = client.get("/organisations/")
    assert page.context["employer"].public_id == second.public_id
    assert set(page.context["organisations"]) == {first, second}


def test_switcher_refuses_what_is_not_ones_own_and_other_sites(client):
    user, first, _second = make_two()
    client.force_login(user)
    stranger = make_organisation()
    url = "/organisations/switch/"
    assert client.post(url, {"organisation": stranger.public_id}).status_code == 404
    away = client.post(url, {"organisation": first.public_id, "next": "//evil.example/"})
    assert away.headers["location"] == "/workspace/"


def test_switcher_is_shown_to_who_works_for_several(client):
    user, _first, second = make_two()
    client.force_login(user)
    assert 'name="organisation"' in client.get("/profile/").content.decode()
    user.memberships.filter(organisation=second).delete()
    assert 'name="organisation"' not in client.get("/profile/").content.decode()


# --- pages --------------------------------------------------------------------------------------


def test_administrator_hands_over_on_the_page(client):
    organisation = make_organisation()
    head, heir = make_administrator(organisation), make_member(Role.APPLICANT, organisation)
    client.force_login(head)
    page = f"/organisations/{organisation.public_id}/"
    assert client.post(f"{page}hand-over/", {"member": "0"}).status_code == 422
    assert client.post(f"{page}hand-over/", {"member": heir.pk}).status_code == 302
    assert heads(organisation) == {heir}
    assert client.post(f"{page}hand-over/", {"member": heir.pk}).status_code == 404


@pytest.mark.parametrize("number", [1, 40])
def test_page_costs_the_same_with_many_members(client, number, django_assert_max_num_queries):
    organisation = make_organisation()
    head = make_administrator(organisation)
    for _each in range(number):
        make_member(Role.APPLICANT, organisation)
    client.force_login(head)
    url = f"/organisations/{organisation.public_id}/"
    client.get(url)
    with django_assert_max_num_queries(10):
        client.get(url)
