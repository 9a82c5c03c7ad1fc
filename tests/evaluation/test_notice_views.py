import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluation.models import Ballot, Objection
from portal.accounts.enums import Role
from portal.core import clock
from showcase.lifecycle import SubmissionState
from showcase.models import SolutionPage, Submission
from tests.factories.accounts import make_member, make_secretariat
from tests.factories.rankings import EVEN, STRONG, WEAK, make_notice
from tests.factories.showcase import PDF

pytestmark = [pytest.mark.django_db, pytest.mark.either]
NAME, CONTACT = "示例异议人金丝雀", "canary@example.org"
FACTS = "公开摘要所称的停线次数与二〇二五年三月的现场记录不符，见排班表。"
ANSWER = "调阅了停线记录，与申报内容比对，结论如下。"


def public(notice):
    return reverse("notice_detail", args=[notice.public_id])


def office(notice):
    return reverse("notice_admin", args=[notice.public_id])


def sent(**facts):
    values = {
        "entry": 1,
        "kind": "person",
        "objector": NAME,
        "contact": CONTACT,
        "facts": FACTS,
    }
    return values | facts


def make_objection(client, notice):
    client.post(public(notice), sent())
    return Objection.objects.latest("pk")


def test_the_public_sees_titles_and_not_a_score_rank_expert_or_contact(client):
    notice = make_notice(STRONG, EVEN, WEAK)
    text = client.get(public(notice)).content.decode()
    row = notice.round.rankings.get().rows.get(rank=1)
    experts = Ballot.objects.values_list("assignment__expert__user__name", flat=True)
    private = [
        str(row.score),
        row.submission.public_id,
        row.submission.number,
        *experts,
        *(row.submission.data[key] for key in ("ct.name", "ct.mobile", "ct.email")),
        "示例项目1",
        "示例项目2",
    ]
    assert [word for word in private if word in text] == []
    assert "示例项目0" in text
    assert "排名不分先后" in text


def test_a_good_objection_gets_a_receipt_without_its_author(client):
    notice = make_notice()
    response = client.post(public(notice), sent(), follow=True)
    objection = Objection.objects.get()
    text = response.content.decode()
    assert (objection.objector, objection.submission.title) == (NAME, "示例项目0")
    assert objection.receipt in text
    assert [word for word in (NAME, CONTACT, FACTS) if word in text] == []


def test_a_faulty_objection_keeps_everything_typed(client):
    notice = make_notice()
    response = client.post(public(notice), sent(contact=""))
    text = response.content.decode()
    assert (response.status_code, Objection.objects.count()) == (422, 0)
    assert NAME in text
    assert FACTS in text


def test_an_organisation_objects_under_its_seal(client):
    notice = make_notice()
    unsealed = client.post(public(notice), sent(kind="organisation"))
    letter = SimpleUploadedFile("函.pdf", PDF)
    client.post(public(notice), sent(kind="organisation", evidence=letter))
    assert unsealed.status_code == 422
    assert "请上传单位盖章的函件。" in unsealed.content.decode()
    assert Objection.objects.get().evidence.name == "函.pdf"


def test_a_wrong_file_is_refused_beside_the_field(client):
    notice = make_notice()
    wrong = SimpleUploadedFile("证据.pdf", b"MZ no pdf")
    response = client.post(public(notice), sent(evidence=wrong))
    assert (response.status_code, Objection.objects.count()) == (422, 0)


@pytest.mark.parametrize("entry", [0, 2, "x", ""])
def test_an_entry_that_is_not_on_the_notice_is_refused(client, entry):
    notice = make_notice()
    assert client.post(public(notice), sent(entry=entry)).status_code == 422


def test_after_closing_the_objection_is_refused_and_kept_on_the_page(client):
    notice = make_notice()
    with clock.at(notice.closes_at):
        closed = client.get(public(notice)).content.decode()
        response = client.post(public(notice), sent())
    assert (response.status_code, Objection.objects.count()) == (422, 0)
    assert FACTS in response.content.decode()
    assert 'name="facts"' not in closed
    assert "公示已结束，这里不再受理异议。" in closed


def test_the_page_counts_working_days_left(client):
    notice = make_notice()
    text = client.get(public(notice)).content.decode()
    assert '<span class="big num">5</span>' in text


def test_the_receipt_later_shows_the_outcome(client):
    notice = make_notice()
    objection = make_objection(client, notice)
    client.force_login(make_secretariat())
    decide = reverse("objection_decide", args=[objection.public_id])
    client.post(decide, {"outcome": "upheld", "answer": ANSWER})
    client.logout()
    receipt = reverse("objection_receipt", args=[notice.public_id, objection.public_id])
    text = client.get(receipt).content.decode()
    assert (ANSWER in text, "异议成立" in text, NAME in text) == (True, True, False)


def test_an_unknown_notice_or_receipt_is_not_found(client):
    notice = make_notice()
    unknown = "2222222222"
    assert client.get(reverse("notice_detail", args=[unknown])).status_code == 404
    missing = reverse("objection_receipt", args=[notice.public_id, unknown])
    assert client.get(missing).status_code == 404


@pytest.mark.parametrize("role", list(Role))
def test_who_objected_is_shown_to_the_secretariat_alone(client, role):
    notice = make_notice()
    objection = make_objection(client, notice)
    client.force_login(make_member(role))
    admin = client.get(office(notice))
    addresses = ("objection_decide", "objection_evidence")
    others = [
        client.get(reverse(name, args=[objection.public_id])).status_code for name in addresses
    ]
    if role == Role.SECRETARIAT:
        assert (admin.status_code, others) == (200, [200, 404])  # no evidence was sent
        assert NAME in admin.content.decode()
    elif role == Role.OBSERVER:
        assert (admin.status_code, others) == (200, [404, 404])
        assert NAME not in admin.content.decode()
    else:
        assert (admin.status_code, others) == (404, [404, 404])


def test_evidence_is_delivered_to_the_secretariat_as_an_attachment(client):
    notice = make_notice()
    client.post(public(notice), sent(evidence=SimpleUploadedFile("证据.pdf", PDF)))
    client.force_login(make_secretariat())
    address = reverse("objection_evidence", args=[Objection.objects.get().public_id])
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment")
    assert b"".join(response) == PDF


def test_the_secretariat_holds_and_decides(client):
    notice = make_notice()
    objection = make_objection(client, notice)
    client.force_login(make_secretariat())
    client.post(reverse("objection_hold", args=[objection.public_id]))
    assert Submission.objects.get(pk=objection.submission_id).state == SubmissionState.ON_HOLD
    decide = reverse("objection_decide", args=[objection.public_id])
    short = client.post(decide, {"outcome": "rejected", "answer": "无"})
    client.post(decide, {"outcome": "rejected", "answer": ANSWER})
    again = client.post(decide, {"outcome": "upheld", "answer": ANSWER})
    assert (short.status_code, again.status_code) == (422, 422)
    assert Submission.objects.get(pk=objection.submission_id).state == SubmissionState.PROPOSED


def test_the_list_is_announced_after_closing(client):
    notice = make_notice()
    client.force_login(make_secretariat())
    announce = reverse("notice_announce", args=[notice.public_id])
    early = client.post(announce, follow=True)
    assert [str(m) for m in early.context["messages"]] == ["公示尚未结束，结束后才能公布名单。"]
    with clock.at(notice.closes_at):
        done = client.post(announce, follow=True)
    assert [str(m) for m in done.context["messages"]] == ["已公布 1 项，公开页面已上线。"]
    page = SolutionPage.objects.get()
    assert page.get_url() in client.get(public(notice)).content.decode()


def test_an_observer_cannot_announce(client):
    notice = make_notice()
    client.force_login(make_member(Role.OBSERVER))
    with clock.at(notice.closes_at):
        client.post(reverse("notice_announce", args=[notice.public_id]))
    assert SolutionPage.objects.count() == 0


def queries_of(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_public_pages_ask_the_same_few_queries_at_one_and_at_three_rows(client):
    counts, lists = [], []
    for shares in ([STRONG], [STRONG, ["0.84"] * 5, EVEN]):
        notice = make_notice(*shares, places=3)
        counts.append(queries_of(client, public(notice)))
        lists.append(queries_of(client, reverse("notice_list")))
    assert counts[0] == counts[1] <= 10
    assert lists[0] == lists[1] <= 10


def test_the_offices_page_asks_the_same_few_queries_at_one_and_at_three_rows(client):
    counts = []
    for shares in ([STRONG], [STRONG, ["0.84"] * 5, EVEN]):
        notice = make_notice(*shares, places=3)
        client.logout()
        for number in range(1, len(shares) + 1):
            client.post(public(notice), sent(entry=number))
        client.force_login(make_secretariat())
        counts.append(queries_of(client, office(notice)))
    assert counts[0] == counts[1] <= 10
