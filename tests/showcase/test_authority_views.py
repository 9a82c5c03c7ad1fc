import io
from pathlib import Path

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from portal.accounts.enums import Role
from portal.accounts.models import Membership
from portal.core.models import PrivateFile
from showcase.lifecycle import RoundState, SubmissionState
from showcase.models import Quota, Recommendation, Submission
from tests.factories.accounts import make_member, make_organisation
from tests.factories.showcase import (
    complete_data,
    make_authority,
    make_recommendation,
    make_round,
    make_submission,
)

pytestmark = [pytest.mark.django_db, pytest.mark.either]
DATA = Path(__file__).parent / "data"


@pytest.fixture
def authority():
    return make_authority("320000")


@pytest.fixture
def round(authority):
    made = make_round(RoundState.RECOMMENDING)
    Quota.objects.create(round=made, authority=authority, places=10)
    return made


@pytest.fixture
def signed_in(client, authority):
    client.force_login(make_member(Role.RECOMMENDER, authority))
    return client


def entry(round, authority, title="化成段控制器准入与写指令审计", **facts):
    state = facts.pop("state", SubmissionState.SUBMITTED)
    applicant = make_organisation(region="320000")
    data = complete_data(applicant, pj_title=title, **facts.pop("answers", {}))
    return make_submission(round, applicant, state, data, authority=authority, **facts)


def place(name, authority, round, *more):
    return reverse(name, args=[authority.public_id, round.code, *more])


def typed(*rows):
    """What the order form sends for (entry, priority, reason)."""
    found = {}
    for one, priority, reason in rows:
        found |= {f"p-{one.public_id}": priority, f"r-{one.public_id}": reason}
    return found


def titles(response):
    return [row["entry"].title for row in response.context["rows"]]


# --- the list -----------------------------------------------------------------------------------


def test_home_shows_the_round_in_which_something_can_be_done(signed_in, authority, round):
    newer = make_round(RoundState.CHECKING)
    Quota.objects.create(round=newer, authority=authority, places=1)
    one = entry(round, authority)
    response = signed_in.get(reverse("authority_home"))
    assert (response.status_code, titles(response)) == (200, [one.title])


@pytest.mark.parametrize("role", [Role.APPLICANT, Role.SECRETARIAT, Role.OBSERVER, Role.EXPERT])
def test_others_find_no_authority_workspace(client, authority, round, role):
    client.force_login(make_member(role))
    names = ("authority_round", "authority_send", "authority_export", "authority_import")
    statuses = {client.get(place(name, authority, round)).status_code for name in names}
    assert (client.get(reverse("authority_home")).status_code, statuses) == (404, {404})


def test_another_authoritys_desk_is_not_found(client, authority, round):
    client.force_login(make_member(Role.RECOMMENDER, make_authority("110000")))
    assert client.get(place("authority_round", authority, round)).status_code == 404


def test_drafts_are_counted_and_never_shown(signed_in, authority, round):
    entry(round, authority, "竞争者看不到的草稿", state=SubmissionState.DRAFT)
    response = signed_in.get(reverse("authority_home"))
    assert (response.context["drafts"], titles(response)) == (1, [])
    assert "竞争者看不到的草稿" not in response.content.decode()


def test_named_draft_shows_its_applicant_only(signed_in, authority, round):
    draft = entry(round, authority, "竞争者看不到的草稿", state=SubmissionState.DRAFT)
    make_recommendation(draft, authority=authority, priority=4, sent_at=None)
    page = signed_in.get(reverse("authority_home")).content.decode()
    assert ("竞争者看不到的草稿" in page, draft.applicant.name in page) == (False, True)


def test_list_is_searched_filtered_and_sorted_in_the_address(signed_in, authority, round):
    entry(round, authority, "甲项目", answers={"pj_invest": "900.00"})
    entry(round, authority, "乙项目", answers={"pj_invest": "1200.00", "pj_direction": "data"})
    url = place("authority_round", authority, round)
    found = [
        titles(signed_in.get(url, query))
        for query in (
            {"q": "甲"},
            {"direction": "data"},
            {"state": "recommended"},
            {"sort": "-investment"},
            {"sort": "nonsense"},
        )
    ]
    assert found == [["甲项目"], ["乙项目"], [], ["乙项目", "甲项目"], ["甲项目", "乙项目"]]


def test_hint_says_what_is_not_met(signed_in, authority, round):
    one = entry(round, authority)
    with translation.override("zh-hans"):
        row = signed_in.get(reverse("authority_home")).context["rows"][0]
    assert [hint.code for hint in row["hints"] if hint.code == "F10"] == ["F10"]
    assert row["entry"] == one


def test_list_needs_as_many_queries_for_three_rows_as_for_one(signed_in, authority, round):
    url = place("authority_round", authority, round)
    counts = []
    for number in (1, 2, 3):
        make_recommendation(entry(round, authority), authority=authority, sent_at=None)
        with CaptureQueriesContext(connection) as seen:
            signed_in.get(url)
        counts.append(len(seen))
        assert len(signed_in.get(url).context["rows"]) == number
    # One of them counts the unread notices in the header.
    assert (counts[1:], counts[0] <= 10) == ([counts[0]] * 2, True)


def test_each_further_authority_of_a_person_costs_nothing_more(client, round, authority):
    user = make_member(Role.RECOMMENDER, authority)
    client.force_login(user)
    counts, others = [], [make_authority("330000"), make_authority("340000")]
    for other in others:
        Membership.objects.create(user=user, organisation=other, role=Role.RECOMMENDER)
        Quota.objects.create(round=round, authority=other, places=1)
        client.get(place("authority_round", authority, round))  # fills what is kept
        with CaptureQueriesContext(connection) as seen:
            page = client.get(place("authority_round", authority, round))
        counts.append(len(seen))
    labels = [item["label"] for item in page.context["work_nav"]]
    assert labels[1:] == [one.display_name for one in others]
    assert counts[0] == counts[1] <= 11


# --- order --------------------------------------------------------------------------------------


def test_saved_order_is_shown_again(signed_in, authority, round):
    one, other = entry(round, authority, "甲"), entry(round, authority, "乙")
    url = place("authority_round", authority, round)
    response = signed_in.post(url, typed((one, "2", "理由"), (other, "1", "")), follow=True)
    assert (response.status_code, titles(response)) == (200, ["乙", "甲"])
    assert Recommendation.objects.get(submission=one).reason == "理由"


def test_wrong_order_keeps_what_was_typed(signed_in, authority, round):
    one, other = entry(round, authority, "甲"), entry(round, authority, "乙")
    url = place("authority_round", authority, round)
    response = signed_in.post(url, typed((one, "1", "留下的话"), (other, "1", "")))
    page = response.content.decode()
    assert (response.status_code, "留下的话" in page) == (422, True)
    assert f"p-{other.public_id}" in response.context["form"].errors
    assert Recommendation.objects.count() == 0


@pytest.mark.parametrize("text", ["第一", "0", "1.5", "-1"])
def test_priority_that_is_no_number_is_named_beside_its_field(signed_in, authority, round, text):
    one = entry(round, authority)
    response = signed_in.post(place("authority_round", authority, round), typed((one, text, "")))
    assert list(response.context["form"].errors) == [f"p-{one.public_id}"]


def test_up_button_saves_and_moves(signed_in, authority, round):
    one, other = entry(round, authority, "甲"), entry(round, authority, "乙")
    data = typed((one, "1", ""), (other, "2", "")) | {"move": f"up:{other.public_id}"}
    response = signed_in.post(place("authority_round", authority, round), data, follow=True)
    assert titles(response) == ["乙", "甲"]


def test_list_changed_in_another_tab_is_not_overwritten(signed_in, authority, round):
    one = entry(round, authority)
    url = place("authority_round", authority, round)
    version = signed_in.get(url).context["form"]["version"].value()
    signed_in.post(url, typed((one, "1", "")) | {"version": version})
    response = signed_in.post(url, typed((one, "5", "")) | {"version": version})
    assert (response.status_code, Recommendation.objects.get().priority) == (422, 1)


# --- sending and passing over -------------------------------------------------------------------


def test_send_page_sends_the_list(signed_in, authority, round):
    one = entry(round, authority)
    make_recommendation(one, authority=authority, priority=1, sent_at=None)
    url = place("authority_send", authority, round)
    assert signed_in.get(url).status_code == 200
    assert signed_in.post(url).status_code == 302
    one.refresh_from_db()
    assert one.state == SubmissionState.RECOMMENDED


def test_over_quota_is_refused_with_numbers(signed_in, authority, round):
    Quota.objects.update(places=1)
    for number in (1, 2):
        one = entry(round, authority)
        make_recommendation(one, authority=authority, priority=number, sent_at=None)
    response = signed_in.post(place("authority_send", authority, round))
    assert (response.status_code, response.context["over"]) == (409, 1)
    assert Submission.objects.filter(state=SubmissionState.RECOMMENDED).count() == 0


def test_pass_over_asks_for_a_reason(signed_in, authority, round):
    one = entry(round, authority)
    url = reverse("authority_pass_over", args=[one.public_id])
    assert signed_in.post(url, {"reason": ""}).status_code == 422
    assert signed_in.post(url, {"reason": "未上线"}).status_code == 302
    one.refresh_from_db()
    assert one.state == SubmissionState.NOT_RECOMMENDED


def test_pass_over_of_a_foreign_entry_or_draft_is_not_found(signed_in, authority, round):
    foreign = entry(round, make_authority("110000"))
    draft = entry(round, authority, state=SubmissionState.DRAFT)
    urls = [reverse("authority_pass_over", args=[one.public_id]) for one in (foreign, draft)]
    assert [signed_in.get(url).status_code for url in urls] == [404, 404]


# --- sheets ---------------------------------------------------------------------------------------


def test_export_before_ranking_has_all_entries(signed_in, authority, round):
    entry(round, authority, "甲")
    entry(round, authority, "草稿", state=SubmissionState.DRAFT)
    response = signed_in.get(place("authority_export", authority, round))
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    assert [sheet.cell(4, 2).value, sheet.cell(5, 2).value] == ["甲", None]


def upload(client, url, path):
    with path.open("rb") as stream:
        return client.post(url, {"file": stream}, follow=True)


@pytest.fixture
def open_round(authority):
    made = make_round(RoundState.APPLYING)
    Quota.objects.create(round=made, authority=authority, places=10)
    return made


def test_faulty_sheet_shows_its_faults_and_cannot_be_taken_in(signed_in, authority, open_round):
    url = place("authority_import", authority, open_round)
    response = upload(signed_in, url, DATA / "recommendation-list-faulty.xlsx")
    assert (response.status_code, len(response.context["result"].faults)) == (200, 13)
    again = signed_in.post(response.request["PATH_INFO"])
    assert (again.status_code, Submission.objects.count()) == (409, 0)


def test_clean_sheet_is_shown_then_taken_in_once(signed_in, authority, open_round):
    url = place("authority_import", authority, open_round)
    response = upload(signed_in, url, DATA / "recommendation-list-clean.xlsx")
    assert (response.context["result"].is_clean, Submission.objects.count()) == (True, 0)
    here = response.request["PATH_INFO"]
    assert [signed_in.post(here).status_code for _ in range(2)] == [302, 302]
    assert Recommendation.objects.filter(round=open_round).count() == 10


def test_file_that_is_no_workbook_is_refused_beside_the_field(signed_in, authority, open_round):
    stream = io.BytesIO(b"PK\x03\x04 broken")
    stream.name = "汇总表.xlsx"
    response = signed_in.post(place("authority_import", authority, open_round), {"file": stream})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["file"])


def test_uploaded_sheet_is_for_its_uploader_only(client, authority, open_round):
    first, second = (make_member(Role.RECOMMENDER, authority) for _ in range(2))
    client.force_login(first)
    url = place("authority_import", authority, open_round)
    upload(client, url, DATA / "recommendation-list-clean.xlsx")
    here = place(
        "authority_import_file", authority, open_round, PrivateFile.objects.get().public_id
    )
    client.force_login(second)
    assert client.get(here).status_code == 404


def test_places_are_the_authoritys_own(signed_in, authority, round):
    Quota.objects.create(round=round, authority=make_authority("110000"), places=3)
    desk = signed_in.get(reverse("authority_home")).context["desk"]
    assert (desk.places, len(desk.rounds)) == (10, 1)


def test_person_of_two_authorities_finds_both(client, authority, round):
    person, second = make_member(Role.RECOMMENDER, authority), make_authority("110000")
    Membership.objects.create(user=person, organisation=second, role=Role.RECOMMENDER)
    Quota.objects.create(round=round, authority=second, places=3)
    client.force_login(person)
    nav = client.get(place("authority_round", authority, round)).context["work_nav"]
    assert [one["url"] for one in nav] == [
        place("authority_round", authority, round),
        place("authority_round", second, round),
    ]
