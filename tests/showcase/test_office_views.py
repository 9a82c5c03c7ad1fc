import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.accounts.enums import Role
from portal.core.denials import Denied
from showcase.lifecycle import RoundState, SubmissionState
from showcase.models import CheckItem, FormalCheck, Stage
from showcase.services import checking
from tests.factories.accounts import make_member, make_organisation, make_secretariat
from tests.factories.showcase import (
    complete_data,
    make_authority,
    make_formal_check,
    make_recommendation,
    make_round,
    make_submission,
)

pytestmark = [pytest.mark.django_db, pytest.mark.either]
CODES = [f"F{number}" for number in range(1, 16)]


@pytest.fixture
def office():
    return make_secretariat()


@pytest.fixture
def signed_in(client, office):
    client.force_login(office)
    return client


@pytest.fixture
def round():
    return make_round(RoundState.CHECKING)


def entry(round, title="化成段控制器准入与写指令审计", **facts):
    state = facts.pop("state", SubmissionState.RECOMMENDED)
    applicant = make_organisation(region="320000")
    data = complete_data(applicant, pj_title=title, **facts.pop("answers", {}))
    made = make_submission(round, applicant, state, data, attachments=True, **facts)
    if state == SubmissionState.DRAFT:
        return made
    made.submitted_at = round.stage(Stage.Kind.APPLY).opens_at
    made.save(update_fields=["submitted_at"])
    return made


def titles(response):
    return [row["entry"].title for row in response.context["rows"]]


def marks(result="pass", **others):
    """What the checklist sends: one result for all, or (result, note) by code."""
    found = {}
    for code in CODES:
        said, note = others.get(code, (result, ""))
        found |= {f"{code}-result": said, f"{code}-note": note}
    return found


# --- who --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.SECRETARIAT, 200),
        (Role.OBSERVER, 200),
        (Role.APPLICANT, 404),
        (Role.RECOMMENDER, 404),
        (Role.EXPERT, 404),
        (Role.CHAIR, 404),
        (Role.EDITOR, 404),
    ],
)
def test_office_pages_are_for_the_office(client, round, role, status):
    submission = entry(round)
    make_formal_check(submission)
    client.force_login(make_member(role))
    urls = [
        reverse("office_home"),
        reverse("office_round", args=[round.code]),
        reverse("office_export", args=[round.code]),
        reverse("check_page", args=[submission.public_id]),
    ]
    assert {client.get(url).status_code for url in urls} == {status}


def test_visitor_is_asked_to_sign_in(client, round):
    assert client.get(reverse("office_home")).status_code == 302


def test_observer_changes_nothing(client, round):
    submission = entry(round)
    make_formal_check(submission)
    client.force_login(make_member(Role.OBSERVER))
    check = client.post(reverse("check_page", args=[submission.public_id]), marks("fail"))
    advance = client.post(reverse("office_advance", args=[round.code]), {"verb": "start_review"})
    assert (check.status_code, advance.status_code) == (422, 404)
    results = set(CheckItem.objects.values_list("result", flat=True))
    round.refresh_from_db()
    assert (results, round.state) == ({"pass"}, RoundState.CHECKING)


# --- rounds -------------------------------------------------------------------------------------


def test_home_says_what_needs_somebody(signed_in, round):
    entry(round)
    stage = round.stage(Stage.Kind.CHECK)
    stage.closes_at = stage.opens_at + (stage.closes_at - stage.opens_at) / 4
    stage.save()
    response = signed_in.get(reverse("office_home"))
    assert [todo["url"] for todo in response.context["todos"]] == [
        reverse("office_round", args=[round.code]) + "?state=recommended",
        reverse("office_advance", args=[round.code]),
    ]


def count_queries(client, url):
    with CaptureQueriesContext(connection) as seen:
        client.get(url)
    return len(seen)


def test_home_needs_as_many_queries_for_three_rounds_as_for_one(signed_in, round):
    first = count_queries(signed_in, reverse("office_home"))
    for _ in range(2):
        entry(make_round(RoundState.APPLYING), state=SubmissionState.SUBMITTED)
    assert (count_queries(signed_in, reverse("office_home")), first <= 10) == (first, True)


def test_list_needs_as_many_queries_for_three_rows_as_for_one(signed_in, round):
    url = reverse("office_round", args=[round.code])
    authority = make_authority("320000")
    make_recommendation(entry(round), authority=authority)
    first = count_queries(signed_in, url)
    for _ in range(2):
        make_recommendation(entry(round), authority=authority)
    assert (count_queries(signed_in, url), first <= 10) == (first, True)


def test_list_is_filtered_and_drafts_stay_out(signed_in, round):
    authority = make_authority("320000")
    entry(round, "甲项目", authority=authority)
    entry(round, "乙项目", state=SubmissionState.ACCEPTED, answers={"pj_direction": "data"})
    entry(round, "草稿", state=SubmissionState.DRAFT)
    url = reverse("office_round", args=[round.code])
    found = [
        titles(signed_in.get(url, query))
        for query in (
            {},
            {"q": "乙"},
            {"state": "accepted"},
            {"direction": "control"},
            {"authority": authority.public_id},
            {"region": "110000"},
        )
    ]
    assert found == [["甲项目", "乙项目"], ["乙项目"], ["乙项目"], ["甲项目"], ["甲项目"], []]


def test_export_holds_exactly_what_is_shown(signed_in, round):
    entry(round, "甲项目")
    entry(round, "乙项目", state=SubmissionState.ACCEPTED)
    response = signed_in.get(reverse("office_export", args=[round.code]), {"state": "accepted"})
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    rows = [row[1] for row in sheet.iter_rows(min_row=4, values_only=True)]
    assert rows == ["乙项目"]


def test_advance_moves_the_round_once(signed_in):
    round = make_round(RoundState.RECOMMENDING)
    url = reverse("office_advance", args=[round.code])
    assert signed_in.get(url).status_code == 200
    statuses = [signed_in.post(url, {"verb": "start_checks"}).status_code for _ in range(2)]
    round.refresh_from_db()
    assert (statuses, round.state) == ([302, 302], RoundState.CHECKING)


def test_applications_are_not_closed_before_their_time(signed_in):
    round = make_round(RoundState.APPLYING)
    url = reverse("office_advance", args=[round.code])
    response = signed_in.post(url, {"verb": "close_applications"})
    round.refresh_from_db()
    assert (response.status_code, bool(response.context["refusal"])) == (409, True)
    assert round.state == RoundState.APPLYING


# --- the check ------------------------------------------------------------------------------------


def page_of(submission):
    return reverse("check_page", args=[submission.public_id])


def test_check_page_shows_fifteen_items_and_the_dossier(signed_in, office, round):
    submission = entry(round)
    checking.open_check(submission, by=office)
    response = signed_in.get(page_of(submission))
    assert [row["item"].code for row in response.context["rows"]] == CODES
    assert submission.data["ct.name"] in response.content.decode()
    assert response.context["may_mark"] is True


def test_check_that_was_not_opened_can_be(signed_in, round):
    submission = entry(round)
    assert signed_in.get(page_of(submission)).status_code == 200
    signed_in.post(page_of(submission))
    assert FormalCheck.objects.get().items.count() == 15


def test_entry_without_a_check_leads_to_its_page(signed_in, round):
    submission = entry(round, state=SubmissionState.SUBMITTED)
    response = signed_in.get(page_of(submission))
    assert response.url == reverse("submission_detail", args=[submission.public_id])


def test_saving_marks_decides_nothing(signed_in, office, round):
    submission = entry(round)
    checking.open_check(submission, by=office)
    said = marks(F1=("pass", "已核对"), F11=("correct", "A2 未盖章"), F9=("pass", "已核对"))
    assert signed_in.post(page_of(submission), said).status_code == 302
    submission.refresh_from_db()
    item = CheckItem.objects.get(code="F11")
    assert (item.result, item.note, submission.state) == ("correct", "A2 未盖章", "recommended")


@pytest.mark.parametrize(
    ("decide", "said", "state"),
    [
        ("accept", {}, SubmissionState.ACCEPTED),
        ("return", {"F11": ("correct", "A2 未盖章")}, SubmissionState.CORRECTION),
        ("fail", {"F15": ("fail", "列入名单")}, SubmissionState.FAILED_CHECK),
    ],
)
def test_decision_is_taken_after_the_marks(signed_in, round, decide, said, state):
    submission = entry(round)
    make_formal_check(submission)
    response = signed_in.post(page_of(submission), marks(**said) | {"decide": decide})
    submission.refresh_from_db()
    assert (response.status_code, submission.state) == (302, state)


def test_mark_without_its_note_keeps_everything_typed(signed_in, round):
    submission = entry(round)
    make_formal_check(submission)
    said = marks(F11=("correct", ""), F12=("pass", "留下的话")) | {"note": "内部备注"}
    response = signed_in.post(page_of(submission), said | {"decide": "return"})
    page = response.content.decode()
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["F11-note"])
    assert ("留下的话" in page, "内部备注" in page) == (True, True)
    submission.refresh_from_db()
    assert submission.state == SubmissionState.RECOMMENDED


def test_decision_that_cannot_be_is_refused_and_the_marks_stay(signed_in, office, round):
    submission = entry(round)
    checking.open_check(submission, by=office)
    said = marks("", F11=("pass", "清楚")) | {"decide": "accept"}
    response = signed_in.post(page_of(submission), said)
    assert (response.status_code, bool(response.context["form"].non_field_errors())) == (422, True)
    assert CheckItem.objects.get(code="F11").result == "pass"


def test_decided_entry_is_read_only(signed_in, office, round):
    submission = entry(round, state=SubmissionState.ACCEPTED)
    make_formal_check(submission, decided_by=office)
    response = signed_in.get(page_of(submission))
    assert (response.status_code, response.context["may_mark"]) == (200, False)
    with pytest.raises(Denied):
        checking.mark_items(submission, {}, by=office)
