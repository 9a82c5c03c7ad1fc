"""The desk over HTTP: who sees what, drafts from two windows, signing, blindness."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluation.lifecycle import AssignmentState, BallotState
from evaluation.models import Ballot, ConflictFact
from portal.accounts.enums import Role
from portal.core import clock
from showcase.lifecycle import RoundState, SubmissionState
from showcase.models import Stage
from tests.factories.accounts import make_member, make_secretariat
from tests.factories.evaluation import (
    make_assignment,
    make_ballot,
    make_expert,
    make_panel,
    scores_at,
)
from tests.factories.showcase import complete_data, make_attachment, make_round, make_submission

pytestmark = [pytest.mark.django_db, pytest.mark.either]
CANARY = "金丝雀"


@pytest.fixture
def seat():
    return make_assignment()


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def desk(seat):
    return signed_in(seat.expert.user)


def ballot_url(seat) -> str:
    return reverse("desk_ballot", args=[seat.public_id])


def posted(revision=0, **fields) -> dict:
    return {"revision": revision, **scores_at("0.8"), **fields}


def test_desk_home_lists_own_entries_only(desk, seat):
    other = make_assignment(make_submission(seat.submission.round, state=SubmissionState.ACCEPTED))
    other.submission.title = "别人的项目"
    other.submission.save()
    text = desk.get(reverse("desk_home")).content.decode()
    assert (seat.submission.title in text, "别人的项目" in text) == (True, False)


@pytest.mark.parametrize("role", ["applicant", "recommender", "secretariat", "observer", "editor"])
def test_desk_does_not_exist_for_other_roles(seat, role):
    client = signed_in(make_member(role))
    names = ["desk_ballot", "desk_declare", "desk_sheet"]
    statuses = [client.get(reverse(name, args=[seat.public_id])).status_code for name in names]
    assert [*statuses, client.get(reverse("desk_home")).status_code] == [404] * 4


def test_desk_of_another_expert_does_not_exist(seat):
    make_ballot(seat)
    client = signed_in(make_expert().user)
    gets = ["desk_ballot", "desk_declare", "desk_sheet"]
    posts = ["desk_ballot", "desk_declare", "desk_sheet", "desk_save"]
    statuses = [client.get(reverse(name, args=[seat.public_id])).status_code for name in gets]
    statuses += [client.post(reverse(name, args=[seat.public_id])).status_code for name in posts]
    assert statuses == [404] * 7


def test_desk_needs_a_sign_in(client, seat):
    response = client.get(ballot_url(seat))
    assert (response.status_code, response.url.startswith("/accounts/login/")) == (302, True)


def test_proposed_and_removed_seats_do_not_exist():
    expert = make_expert()
    client = signed_in(expert.user)
    for state in (AssignmentState.PROPOSED, AssignmentState.REMOVED):
        hidden = make_assignment(expert=expert, state=state)
        assert client.get(ballot_url(hidden)).status_code == 404


def test_dossier_stays_closed_until_declared():
    seat = make_assignment(declared=False)
    client = signed_in(seat.expert.user)
    file = make_attachment(seat.submission, "A5").file
    response = client.get(ballot_url(seat))
    assert response.url == reverse("desk_declare", args=[seat.public_id])
    assert (
        client.get(reverse("desk_file", args=[seat.public_id, file.public_id])).status_code == 404
    )
    page = client.get(response.url).content.decode()
    assert seat.submission.data["tx.arch"] not in page


def test_declaration_without_pledge_is_shown_again_with_what_was_typed():
    seat = make_assignment(declared=False)
    client = signed_in(seat.expert.user)
    url = reverse("desk_declare", args=[seat.public_id])
    response = client.post(url, {"answer": "doubt", "kind": "kin", "note": "表弟在采购部。"})
    assert response.status_code == 422
    assert "表弟在采购部。" in response.content.decode()
    assert ConflictFact.objects.count() == 0


@pytest.mark.parametrize(
    ("data", "target", "state"),
    [
        ({"answer": "none", "pledged": "on"}, "desk_ballot", AssignmentState.ACTIVE),
        (
            {"answer": "doubt", "pledged": "on", "kind": "kin", "note": "表弟在采购部。"},
            "desk_ballot",
            AssignmentState.ACTIVE,
        ),
        (
            {"answer": "recuse", "kind": "kin", "note": "配偶在工艺部。"},
            "desk_home",
            AssignmentState.RECUSED,
        ),
    ],
    ids=["none", "doubt", "recuse"],
)
def test_declaration_leads_on(data, target, state):
    seat = make_assignment(declared=False)
    client = signed_in(seat.expert.user)
    response = client.post(reverse("desk_declare", args=[seat.public_id]), data)
    seat.refresh_from_db()
    expected = reverse(target, args=[seat.public_id] if target == "desk_ballot" else [])
    assert (response.url, seat.state) == (expected, state)


def test_dossier_of_a_recused_entry_is_closed_again(desk, seat):
    seat.state = AssignmentState.RECUSED
    seat.save()
    file = make_attachment(seat.submission, "A5").file
    assert desk.get(ballot_url(seat)).status_code == 302
    assert desk.get(reverse("desk_file", args=[seat.public_id, file.public_id])).status_code == 404


def test_attachment_is_delivered_to_the_assigned_expert_alone(desk, seat):
    file = make_attachment(seat.submission, "A5").file
    letter = make_attachment(seat.submission, "A11").file
    url = reverse("desk_file", args=[seat.public_id, file.public_id])
    assert desk.get(url)["Content-Disposition"].startswith("attachment")
    assert (
        desk.get(reverse("desk_file", args=[seat.public_id, letter.public_id])).status_code == 404
    )
    assert signed_in(make_expert().user).get(url).status_code == 404


def test_saving_without_script_comes_back_to_the_sheet(desk, seat):
    response = desk.post(ballot_url(seat), posted(then="stay"))
    assert (response.url, Ballot.objects.get().scores) == (ballot_url(seat), scores_at("0.8"))


def test_saving_points_beyond_the_maximum_keeps_everything_typed(desk, seat):
    response = desk.post(ballot_url(seat), posted(C1a="16", comment_C1a="写好的评语留在页面上"))
    text = response.content.decode()
    assert response.status_code == 422
    assert ('value="16"' in text, "写好的评语留在页面上" in text) == (True, True)
    assert Ballot.objects.count() == 0


def test_saving_in_two_windows_shows_both_texts(desk, seat):
    desk.post(ballot_url(seat), posted(comment_C1a="第一个窗口"))
    response = desk.post(ballot_url(seat), posted(comment_C1a="第二个窗口"))
    text = response.content.decode()
    assert response.status_code == 409
    assert ("第一个窗口" in text, "第二个窗口" in text) == (True, True)
    assert Ballot.objects.get().comments == {"C1a": "第一个窗口"}


def test_autosave_answers_with_the_revision_and_what_is_missing(desk, seat):
    url = reverse("desk_save", args=[seat.public_id])
    answer = desk.post(url, posted(C6a="")).json()
    assert (answer["revision"], [gap["target"] for gap in answer["gaps"]]) == (1, ["C6a"])


def test_autosave_from_a_stale_window_gives_both_texts(desk, seat):
    url = reverse("desk_save", args=[seat.public_id])
    desk.post(url, posted(overall="甲"))
    response = desk.post(url, posted(overall="乙"))
    answer = response.json()
    assert (response.status_code, answer["revision"], answer["theirs"]["overall"]) == (409, 1, "甲")


def test_autosave_of_no_number_is_refused_with_words(desk, seat):
    response = desk.post(reverse("desk_save", args=[seat.public_id]), posted(C1a="abc"))
    assert response.status_code == 422
    assert list(response.json()["errors"]) == ["C1a"]


def test_signing_shows_the_sheet_then_signs_what_was_shown(desk, seat):
    sheet = reverse("desk_sheet", args=[seat.public_id])
    assert desk.post(ballot_url(seat), posted(then="sign")).url == sheet
    assert "80.00" in desk.get(sheet).content.decode()
    assert desk.post(sheet, {"revision": 1}).url == sheet
    assert Ballot.objects.get().state == BallotState.SIGNED


@pytest.mark.parametrize("revision", ["", "0", "x", "²", "9" * 30])
def test_signing_another_revision_is_refused(desk, seat, revision):
    desk.post(ballot_url(seat), posted())
    response = desk.post(reverse("desk_sheet", args=[seat.public_id]), {"revision": revision})
    assert (response.status_code, Ballot.objects.get().state) == (403, BallotState.DRAFT)


def test_signing_late_says_so_and_keeps_the_draft(desk, seat):
    desk.post(ballot_url(seat), posted())
    with clock.at(seat.submission.round.stage(Stage.Kind.REVIEW).closes_at):
        response = desk.post(reverse("desk_sheet", args=[seat.public_id]), {"revision": 1})
    assert (response.status_code, Ballot.objects.get().scores) == (403, scores_at("0.8"))
    assert "截止" in response.content.decode()


def test_signed_sheet_is_read_only(desk, seat):
    make_ballot(seat)
    text = desk.get(ballot_url(seat)).content.decode()
    assert ("data-autosave" in text, 'name="C1a"' in text) == (False, True)
    response = desk.post(ballot_url(seat), posted(revision=1, C1a="3"))
    assert (response.status_code, Ballot.objects.get().scores) == (403, scores_at("0.8"))


def test_saving_before_criteria_exist_is_not_found(desk, seat):
    seat.submission.round.criteria.delete()
    assert desk.get(ballot_url(seat)).status_code == 404


# --- blindness -----------------------------------------------------------------------------------


def canary_panel():
    """An entry whose contacts and whose second expert carry a canary; returns both seats."""
    round = make_round(RoundState.REVIEWING)
    data = complete_data(
        **{
            "ct.name": f"{CANARY}联系人",
            "ct.mobile": "13800009999",
            "ct.email": "canary@example.org",
            "org.legal_rep": f"{CANARY}法人",
        }
    )
    entry = make_submission(round, None, SubmissionState.ACCEPTED, data, attachments=True)
    mine = make_assignment(entry)
    theirs = make_assignment(entry, make_expert(name=f"{CANARY}专家", email="canary2@example.org"))
    make_ballot(theirs, scores_at("0.8", C1a="7.5"), comments={"C1a": f"{CANARY}评语" * 5})
    make_panel(entry.direction, mine.expert)
    return mine, theirs


def test_blindness_no_byte_of_contacts_or_colleagues_reaches_an_expert():
    mine, _theirs = canary_panel()
    make_ballot(mine, signed=False)
    client = signed_in(mine.expert.user)
    names = ["desk_ballot", "desk_declare", "desk_sheet"]
    urls = [reverse(name, args=[mine.public_id]) for name in names]
    urls += [reverse("desk_home"), reverse("desk_chair")]
    urls += [f"{url}?draw=1&expert=all&peers=1" for url in urls]
    pages = [client.get(url) for url in urls]
    assert [page.status_code for page in pages] == [200] * 10
    saved = client.post(reverse("desk_save", args=[mine.public_id]), posted(revision=1))
    leaks = [
        (page.request["PATH_INFO"], word)
        for page in [*pages, saved]
        for word in (CANARY, "13800009999", "canary", "72.5", "75.5")
        if word in page.content.decode()
    ]
    assert leaks == []


def test_blindness_no_byte_of_experts_reaches_an_applicant():
    mine, theirs = canary_panel()
    applicant = make_member(Role.APPLICANT, mine.submission.applicant)
    client = signed_in(applicant)
    code = mine.submission.round.code
    urls = [
        *(reverse(name, args=[theirs.public_id]) for name in ("desk_ballot", "desk_sheet")),
        *(reverse(n, args=[code]) for n in ("panel_board", "panel_conflicts", "panel_progress")),
        reverse("desk_home"),
        reverse("desk_chair"),
    ]
    pages = [client.get(url) for url in urls]
    assert [page.status_code for page in pages] == [404] * 7
    assert [page for page in pages if f"{CANARY}专家" in page.content.decode()] == []


def test_blindness_the_chair_decides_without_a_name():
    mine, theirs = canary_panel()
    ConflictFact.objects.create(
        expert=theirs.expert,
        submission=theirs.submission,
        kind="kin",
        source=ConflictFact.Source.DECLARED,
        note="远亲",
    )
    client = signed_in(mine.expert.user)
    text = client.get(reverse("desk_chair")).content.decode()
    assert ("远亲" in text, CANARY in text) == (True, False)


# --- the chair -----------------------------------------------------------------------------------


def test_chair_page_does_not_exist_without_a_panel(desk):
    assert desk.get(reverse("desk_chair")).status_code == 404


def test_chair_decides_and_reopens_on_own_panel():
    mine, theirs = canary_panel()
    fact = ConflictFact.objects.create(
        expert=theirs.expert,
        submission=theirs.submission,
        kind="kin",
        source=ConflictFact.Source.DECLARED,
        note="远亲",
    )
    client = signed_in(mine.expert.user)
    args = [theirs.submission.public_id, theirs.expert.public_id, "kin"]
    client.post(reverse("desk_decide", args=args), {"decision": "dismiss", "reason": "不构成。"})
    client.post(reverse("desk_reopen", args=[theirs.public_id]), {"reason": "评语与得分不符。"})
    fact.refresh_from_db()
    assert (fact.upheld, theirs.ballot.__class__.objects.get(pk=theirs.ballot.pk).state) == (
        False,
        BallotState.DRAFT,
    )


def test_chair_actions_do_not_exist_for_others(seat):
    _mine, theirs = canary_panel()
    client = signed_in(make_expert().user)
    url = reverse("desk_reopen", args=[theirs.public_id])
    assert client.post(url, {"reason": "无"}).status_code == 404
    assert Ballot.objects.get(assignment=theirs).state == BallotState.SIGNED


# --- lists ---------------------------------------------------------------------------------------


def queries_of(client, url) -> int:
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_desk_home_costs_the_same_at_1_and_3_rows(desk, seat):
    url = reverse("desk_home")
    one = queries_of(desk, url)
    for _ in range(2):
        entry = make_submission(seat.submission.round, state=SubmissionState.ACCEPTED)
        make_ballot(make_assignment(entry, seat.expert))
    three = queries_of(desk, url)
    assert (one, three <= 10) == (three, True)


def test_chair_page_costs_the_same_at_1_and_3_rows(seat):
    make_panel(seat.submission.direction, seat.expert)
    client, url = signed_in(seat.expert.user), reverse("desk_chair")
    one = queries_of(client, url)
    for _ in range(2):
        entry = make_submission(seat.submission.round, state=SubmissionState.ACCEPTED)
        make_ballot(make_assignment(entry))
    three = queries_of(client, url)
    assert (one, three <= 10) == (three, True)


def test_ballot_page_costs_the_same_with_more_entries(desk, seat):
    one = queries_of(desk, ballot_url(seat))
    for _ in range(2):
        entry = make_submission(seat.submission.round, state=SubmissionState.ACCEPTED)
        make_ballot(make_assignment(entry, seat.expert))
    assert queries_of(desk, ballot_url(seat)) == one


def test_audit_holds_after_a_review(desk, seat, capsys):
    desk.post(ballot_url(seat), posted())
    desk.post(reverse("desk_sheet", args=[seat.public_id]), {"revision": 1})
    call_command("verify_audit")
    assert "The record holds" in capsys.readouterr().out


def test_secretariat_never_sees_points_before_the_review_is_closed():
    _mine, theirs = canary_panel()
    office = signed_in(make_secretariat())
    code = theirs.submission.round.code
    pages = [
        office.get(reverse(name, args=[code])).content.decode()
        for name in ("panel_board", "panel_conflicts", "panel_progress")
    ]
    words = ("75.5", f"{CANARY}评语")
    assert [word for page in pages for word in words if word in page] == []
