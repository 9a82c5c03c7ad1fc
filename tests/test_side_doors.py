"""Side doors that once stood open: each test is a way somebody learned or did too much."""

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.enums import Role
from portal.accounts.models import Membership, Organisation
from portal.accounts.services import inviting, organising
from showcase.lifecycle import RoundState, SubmissionState
from showcase.models import CheckItem, FormalCheck
from tests.factories.accounts import make_member, make_organisation, make_user
from tests.factories.showcase import make_authority, make_formal_check, make_round, make_submission

pytestmark = pytest.mark.django_db


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_note_for_the_office_never_reaches_the_applicant():
    entry = make_submission(make_round(RoundState.CHECKING), state=SubmissionState.CORRECTION)
    check = make_formal_check(entry)
    FormalCheck.objects.filter(pk=check.pk).update(note="内部意见：此单位去年有投诉")
    check.items.filter(code="F11").update(result=CheckItem.Result.CORRECT, note="补盖公章")
    applicant = make_member(Role.APPLICANT, entry.applicant)
    page = signed_in(applicant).get(reverse("submission_detail", args=[entry.public_id]))
    text = page.content.decode()
    assert ("补盖公章" in text, "内部意见" in text) == (True, False)


def test_authority_reads_what_was_handed_in_and_no_drafts_of_it():
    authority = make_authority()
    entry = make_submission(state=SubmissionState.SUBMITTED, authority=authority)
    people = [
        make_member(Role.RECOMMENDER, authority),
        make_member(Role.APPLICANT, entry.applicant),
    ]
    detail, versions, first = (
        reverse("submission_detail", args=[entry.public_id]),
        reverse("submission_revisions", args=[entry.public_id]),
        reverse("submission_revision", args=[entry.public_id, 1]),
    )
    seen = [
        [signed_in(one).get(url).status_code for url in (detail, versions, first)] for one in people
    ]
    assert seen == [[200, 404, 404], [200, 200, 200]]
    pages = [signed_in(one).get(detail).content.decode() for one in people]
    assert [versions in page for page in pages] == [False, True]


def test_removed_member_does_not_come_back_by_the_old_invitation():
    organisation = make_organisation()
    head = make_member(Role.APPLICANT, organisation)
    Membership.objects.filter(user=head).update(is_administrator=True)
    person = make_user()
    invitation = inviting.invite(
        organisation=organisation, email=person.email, role=Role.APPLICANT, by=head
    )
    membership = inviting.accept(token=invitation.token, by=person)
    assert inviting.accept(token=invitation.token, by=person) == membership
    organising.remove_member(membership=membership, by=head)
    url = reverse("invitation_accept", args=[invitation.token])
    assert signed_in(person).post(url).status_code == 403
    assert not Membership.objects.filter(user=person).exists()


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        (Role.SECRETARIAT, True),
        (Role.EXPERT, False),
        (Role.CHAIR, False),
        (Role.OBSERVER, False),
        (Role.EDITOR, False),
    ],
)
def test_members_page_does_not_introduce_experts_to_one_another(role, sees):
    office = make_organisation(kind=Organisation.Kind.SECRETARIAT)
    make_member(Role.EXPERT, office, name="示例专家金丝雀", email="canary@example.org")
    url = reverse("organisation_members", args=[office.public_id])
    text = signed_in(make_member(role, office)).get(url).content.decode()
    assert ("示例专家金丝雀" in text, "canary@example.org" in text) == (sees, sees)
