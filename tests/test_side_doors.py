"""Side doors that once stood open: each test is a way somebody learned or did too much."""

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from portal.accounts.enums import Role
from portal.accounts.models import Membership, Organisation
from portal.accounts.services import inviting, organising
from portal.core.spreadsheets import Column, Table, read_sheets, write_workbook
from showcase.lifecycle import RoundState, SubmissionState
from showcase.models import CheckItem, FormalCheck, Submission
from tests.factories.accounts import make_member, make_organisation, make_secretariat, make_user
from tests.factories.showcase import (
    complete_data,
    make_authority,
    make_formal_check,
    make_recommendation,
    make_round,
    make_submission,
)

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


def authority_page(authority, round, **conditions):
    url = reverse("authority_round", args=[authority.public_id, round.code])
    return signed_in(make_member(Role.RECOMMENDER, authority)).get(url, conditions)


def test_withdrawn_draft_was_never_handed_in():
    authority = make_authority()
    round = make_round(quotas={authority: 5})
    draft = make_submission(
        round, state=SubmissionState.DRAFT, authority=authority, title="从未提交的草稿"
    )
    Submission.objects.filter(pk=draft.pk).update(state=SubmissionState.WITHDRAWN)
    reader = make_member(Role.RECOMMENDER, authority)
    url = reverse("submission_detail", args=[draft.public_id])
    assert signed_in(reader).get(url).status_code == 404
    assert "从未提交的草稿" not in authority_page(authority, round).content.decode()
    assert not Submission.objects.handed_in().exists()


@pytest.mark.parametrize(
    "conditions", [{"q": "绝密题目"}, {"direction": "control"}, {"region": "320000"}]
)
def test_searching_a_list_tells_nothing_of_a_draft_on_it(conditions):
    authority = make_authority()
    round = make_round(quotas={authority: 5})
    draft = make_submission(round, authority=authority, title="绝密题目")
    make_recommendation(draft, sent_at=None)
    shown = authority_page(authority, round).context
    assert ([one["entry"] for one in shown["rows"]], shown["directions"], shown["regions"]) == (
        [draft],
        [],
        [],
    )
    assert authority_page(authority, round, **conditions).context["rows"] == []


@pytest.mark.parametrize("text", ["NaN", "sNaN", "Infinity", "1E+400", "很多"])
def test_investment_that_is_no_sum_breaks_no_list_and_no_workbook(text):
    authority = make_authority()
    round = make_round(RoundState.CHECKING, quotas={authority: 5})
    for invest in (text, "486.00"):
        entry = make_submission(
            round,
            state=SubmissionState.CORRECTION,
            data=complete_data(pj_invest=invest),
            authority=authority,
        )
        make_recommendation(entry)
    office, recommender = make_secretariat(), make_member(Role.RECOMMENDER, authority)
    desk = [authority.public_id, round.code]
    visits = [
        (recommender, reverse("authority_round", args=desk)),
        (recommender, reverse("authority_export", args=desk)),
        (office, reverse("office_round", args=[round.code])),
        (office, reverse("office_export", args=[round.code])),
    ]
    found = [signed_in(who).get(url, {"sort": "-investment"}).status_code for who, url in visits]
    assert found == [200] * 4


def test_damaged_sheet_inside_a_workbook_is_refused_in_words():
    whole, broken = (
        io.BytesIO(write_workbook([Table("名单", [Column("项目")], [["甲"]])])),
        io.BytesIO(),
    )
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(broken, "w") as target:
        for entry in source.infolist():
            content = source.read(entry)
            is_sheet = entry.filename.endswith("sheet1.xml")
            target.writestr(entry, content[: len(content) // 2] if is_sheet else content)
    broken.seek(0)
    with pytest.raises(ValidationError) as refusal:
        read_sheets(broken)
    assert refusal.value.code == "unreadable"
