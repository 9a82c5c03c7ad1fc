"""Side doors that once stood open: each test is a way somebody learned or did too much."""

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from evaluation.models import ConflictFact, Objection
from evaluation.services import balloting, conflicting, objecting, ranking
from portal.accounts.enums import Role
from portal.accounts.models import Membership, Organisation
from portal.accounts.services import inviting, organising
from portal.core.denials import Denied
from portal.core.models import Notification, PrivateFile
from portal.core.spreadsheets import Column, Table, read_sheets, write_workbook
from showcase.lifecycle import RoundState, SubmissionState
from showcase.models import CheckItem, FormalCheck, Submission
from showcase.services import checking
from tests.factories.accounts import (
    make_member,
    make_organisation,
    make_secretariat,
    make_uscc,
    make_user,
)
from tests.factories.evaluation import make_assignment, make_ballot, make_expert, make_panel
from tests.factories.rankings import STRONG, entries_of, make_judged_round, make_notice
from tests.factories.showcase import (
    complete_data,
    make_authority,
    make_formal_check,
    make_recommendation,
    make_round,
    make_submission,
    upload,
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
    url = reverse("organisation_detail", args=[office.public_id])
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


def test_second_click_on_a_step_neither_takes_nor_claims_the_next():
    round = make_round(RoundState.REVIEWING)
    url = reverse("office_advance", args=[round.code])
    for verb in ("start_review", "close_applications"):
        response = signed_in(make_secretariat()).post(url, {"verb": verb}, follow=True)
        assert [str(message) for message in response.context["messages"]] == []
    round.refresh_from_db()
    assert round.state == RoundState.REVIEWING


def test_objection_sent_twice_is_received_once():
    notice = make_notice(STRONG)
    words = {"objector": "示例人", "contact": "139", "facts": "检测报告的编号查不到"}
    entry = Submission.objects.get(round=notice.round)
    files = [None, None, upload(), upload()]
    found = [
        objecting.lodge_objection(
            notice,
            submission=entry,
            kind="person",
            evidence=file and SimpleUploadedFile(file.name, file.getvalue()),
            **words,
        )
        for file in files
    ]
    assert (found[0] == found[1], found[2] == found[3], found[0] == found[2]) == (True, True, False)
    assert (Objection.objects.count(), PrivateFile.objects.filter(name="证明.pdf").count()) == (
        2,
        1,
    )


def test_party_in_the_secretariat_does_not_learn_who_objected():
    notice = make_notice(STRONG)
    entry = Submission.objects.get(round=notice.round)
    objection = Objection.objects.create(
        notice=notice, submission=entry, objector="金丝雀异议人", contact="139", facts="编号查不到"
    )
    party = make_secretariat()
    join(party, entry.applicant)
    page = reverse("notice_admin", args=[notice.public_id])
    pages = [signed_in(one).get(page).content.decode() for one in (party, make_secretariat())]
    assert ["金丝雀异议人" in text for text in pages] == [False, True]
    url = reverse("objection_decide", args=[objection.public_id])
    assert [signed_in(one).get(url).status_code for one in (party, make_secretariat())] == [
        404,
        200,
    ]


# --- nobody checks, recommends or judges an entry of an organisation they belong to ------------


def join(user, organisation):
    Membership.objects.create(user=user, organisation=organisation, role=Role.APPLICANT)
    user.forget_roles()
    return organisation


def test_partner_that_registered_later_is_a_party_too():
    code = make_uscc()
    round = make_round(RoundState.CHECKING)
    data = complete_data()
    data["partners"] = [{"uscc": code, "name": "示例后来者", "role": "现场验证"}]
    entry = make_submission(round, state=SubmissionState.RECOMMENDED, data=data)
    make_formal_check(entry)
    checker = make_secretariat()
    join(checker, make_organisation(uscc=code))
    with pytest.raises(Denied) as refusal:
        checking.accept(entry, by=checker)
    assert refusal.value.code == "recommendation.party"


def test_expert_who_joins_the_applicant_after_the_draw_cannot_sign():
    seat = make_assignment()
    ballot = make_ballot(seat, signed=False)
    join(seat.expert.user, seat.submission.applicant)
    with pytest.raises(Denied) as refusal:
        balloting.sign_ballot(seat, revision=ballot.revision, by=seat.expert.user)
    assert refusal.value.code == "recommendation.party"


@pytest.mark.parametrize("by_membership", [True, False], ids=["member", "recorded tie"])
def test_chair_tied_to_an_entry_neither_reopens_its_sheets_nor_decides_on_it(by_membership):
    seat = make_assignment()
    ballot, chair = make_ballot(seat), make_expert(role=Role.CHAIR)
    make_panel(seat.submission.direction, chair)
    doubt = conflicting.declare_conflict(
        expert=seat.expert, submission=seat.submission, kind="kin", note="远亲", by=seat.expert.user
    )
    if by_membership:
        join(chair.user, seat.submission.applicant)
    else:
        ConflictFact.objects.create(
            expert=chair,
            submission=seat.submission,
            kind="employer",
            source="detected",
            upheld=True,
        )
    with pytest.raises(Denied) as reopening:
        balloting.reopen_ballot(ballot, reason="再看一次", by=chair.user)
    with pytest.raises(Denied) as deciding:
        conflicting.decide_conflict(doubt, upheld=True, reason="须回避", by=chair.user)
    assert (reopening.value.code, deciding.value.code) == ("ballots.chair", "conflicts.role")


def test_page_of_a_tied_chair_leaves_that_entry_out():
    seat, chair = make_assignment(), make_expert(role=Role.CHAIR)
    make_panel(seat.submission.direction, chair)
    page = reverse("desk_chair")
    before = signed_in(chair.user).get(page).context["rows"]
    ConflictFact.objects.create(
        expert=chair, submission=seat.submission, kind="employer", source="detected", upheld=True
    )
    after = signed_in(chair.user).get(page).context["rows"]
    assert (len(before), after) == (1, [])


def test_doubt_about_an_entry_of_the_chair_goes_to_the_secretariat():
    office = make_secretariat()
    seat = make_assignment(expert=make_expert(role=Role.CHAIR))
    make_panel(seat.submission.direction, seat.expert)
    conflicting.declare_conflict(
        expert=seat.expert, submission=seat.submission, kind="kin", note="远亲", by=seat.expert.user
    )
    told = Notification.objects.filter(kind="conflict.declared")
    assert [notice.recipient for notice in told.filter(recipient=office)] == [office]
    assert not told.filter(recipient=seat.expert.user).exists()


def test_office_neither_settles_nor_decides_about_its_own_organisations_entry():
    notice = make_notice(STRONG)
    entry = Submission.objects.get(round=notice.round)
    objection = Objection.objects.create(
        notice=notice, submission=entry, objector="示例人", contact="139", facts="编号查不到"
    )
    party = make_secretariat()
    join(party, entry.applicant)
    for deed in (
        lambda: objecting.hold_entry(objection, by=party),
        lambda: objecting.decide_objection(
            objection, outcome="rejected", answer="查" * 20, by=party
        ),
    ):
        with pytest.raises(Denied) as refusal:
            deed()
        assert refusal.value.code == "recommendation.party"
    judged = entries_of(make_judged_round(STRONG))[0]
    join(party, judged.applicant)
    with pytest.raises(Denied) as refusal:
        ranking.record_talk(judged, note="各自维持评分。" * 5, by=party)
    assert refusal.value.code == "recommendation.party"
