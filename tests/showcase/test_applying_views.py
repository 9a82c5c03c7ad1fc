"""The applicant's screens: what is shown, saved, refused, and hidden from others."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.accounts.enums import Role
from portal.core import clock
from showcase.lifecycle import SubmissionState
from showcase.models import Attachment, Revision, Submission
from showcase.services.applying import save_section, submit
from tests.factories.accounts import make_member, make_organisation, make_secretariat
from tests.factories.showcase import (
    PDF,
    complete_data,
    make_authority,
    make_formal_check,
    make_round,
    make_submission,
    upload,
)

pytestmark = [pytest.mark.django_db, pytest.mark.either]
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def submission():
    return make_submission(attachments=True)


@pytest.fixture
def by(submission):
    return make_member(Role.APPLICANT, submission.applicant)


@pytest.fixture
def browser(client, by):
    client.force_login(by)
    return client


def url(name, submission, *more):
    return reverse(name, args=[submission.public_id, *more])


def section(submission, key="plan"):
    return url("submission_section", submission, key)


def posted(submission, **values):
    return {"revision": submission.revision, **values}


def saved():
    return Submission.objects.get()


def summary(answer):
    block = re.search(r'class="errors".*?</ul>', answer.content.decode(), re.S)
    found = re.findall(r"<li><a[^>]*>(.*?)</a>", block.group(0)) if block else []
    return [re.sub(r"\s+", " ", text) for text in found]


# --- every page opens, in both languages ------------------------------------------------------

PAGES = ["submission_detail", "submission_check", "submission_revisions", "submission_withdraw"]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_page_opens_for_its_owner(browser, submission, name, language):
    browser.cookies["django_language"] = language
    assert browser.get(url(name, submission)).status_code == 200


@pytest.mark.parametrize(
    "key",
    ["org", "partners", "project", "technology", "effects", "replication", "compliance", "plan",
     "pledges"],
)  # fmt: skip
def test_section_opens_with_its_fields(browser, submission, key):
    answer = browser.get(section(submission, key))
    assert answer.status_code == 200
    assert summary(answer) == []


def test_unknown_section_is_missing(browser, submission):
    assert browser.get(section(submission, "nothing")).status_code == 404


def test_revision_shows_the_earlier_text(browser, submission, by):
    before = submission.data["tx.plan"]
    save_section(submission, "plan", by=by, data={"tx.plan": "后来的计划"}, base=1)
    text = browser.get(url("submission_revision", submission, 1)).content.decode()
    assert (before in text, "后来的计划" in text) == (True, False)
    assert browser.get(url("submission_revision", submission, 99)).status_code == 404


# --- who may see what -------------------------------------------------------------------------

GET_NAMES = [*PAGES, "submission_receipt"]


@pytest.mark.parametrize("name", GET_NAMES)
@pytest.mark.parametrize("role", ["applicant", "recommender", "expert", "chair", "editor"])
def test_other_companys_address_is_missing(client, submission, name, role):
    client.force_login(make_member(role))
    assert client.get(url(name, submission)).status_code == 404


@pytest.mark.parametrize("role", ["applicant", "recommender", "expert"])
def test_other_companys_section_and_file_are_missing(client, submission, role):
    client.force_login(make_member(role))
    file = submission.attachments.first().file
    assert client.get(section(submission)).status_code == 404
    assert client.post(section(submission), {"tx.plan": "偷改"}).status_code == 404
    assert client.get(url("attachment_file", submission, file.public_id)).status_code == 404
    assert client.post(url("attachment_remove", submission, file.public_id)).status_code == 404
    assert client.post(url("attachment_add", submission, "A6")).status_code == 404
    assert client.post(url("submission_check", submission), {"confirm": "yes"}).status_code == 404
    assert client.post(url("submission_withdraw", submission)).status_code == 404
    assert saved().data == submission.data
    assert submission.attachments.count() == 5


@pytest.mark.parametrize("name", GET_NAMES)
def test_page_asks_to_sign_in(client, submission, name):
    answer = client.get(url(name, submission))
    assert (answer.status_code, answer.url.split("?")[0]) == (302, reverse("account_login"))


def test_secretariat_reads_what_was_handed_in_and_does_not_write(client):
    submission = make_submission(state="submitted", attachments=True)
    client.force_login(make_secretariat())
    file = submission.attachments.first().file
    assert client.get(url("submission_detail", submission)).status_code == 200
    assert client.get(url("attachment_file", submission, file.public_id)).status_code == 200
    answer = client.post(section(submission), posted(submission, **{"tx.plan": "代改"}))
    assert answer.status_code == 403
    assert saved().data == submission.data


@pytest.mark.parametrize(("state", "status"), [("draft", 404), ("submitted", 200)])
def test_authority_sees_what_was_handed_in(client, state, status):
    authority = make_authority("320000")
    submission = make_submission(state=state, authority=authority, attachments=True)
    client.force_login(make_member(Role.RECOMMENDER, authority))
    file = submission.attachments.first().file
    assert client.get(url("submission_detail", submission)).status_code == status
    assert client.get(url("attachment_file", submission, file.public_id)).status_code == status


# --- list and start ---------------------------------------------------------------------------


def test_list_shows_own_applications_only(browser, submission):
    make_submission(data=complete_data(**{"pj.title": "别家的项目"}))
    text = browser.get(reverse("submission_list")).content.decode()
    assert (submission.title in text, "别家的项目" in text) == (True, False)


def test_list_needs_the_same_queries_for_one_and_three(client):
    organisation, round = make_organisation(), make_round()
    client.force_login(make_member(Role.APPLICANT, organisation))
    counts = []
    for number in (1, 2):
        for _ in range(number):
            make_submission(round, organisation, attachments=True)
        client.get(reverse("submission_list"))  # fills what is kept
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(reverse("submission_list"))
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 10  # one of them counts the unread notices in the header


@pytest.mark.parametrize("number", [1, 100])
def test_versions_cost_the_same_at_any_number(
    browser, submission, number, django_assert_max_num_queries
):
    Revision.objects.filter(submission=submission).delete()
    Revision.objects.bulk_create(
        Revision(submission=submission, number=place, data={}) for place in range(1, number + 1)
    )
    browser.get(reverse("submission_list"))  # fills what is kept
    with django_assert_max_num_queries(10):
        page = browser.get(reverse("submission_revisions", args=[submission.public_id]))
    assert len(page.context["rows"]) == min(number, 50)


def test_list_says_what_to_do_first(client):
    client.force_login(make_member(Role.APPLICANT))
    make_round()
    assert reverse("submission_start") in client.get(reverse("submission_list")).content.decode()


def test_start_makes_a_draft(client):
    organisation = make_organisation()
    round = make_round()
    client.force_login(make_member(Role.APPLICANT, organisation))
    choice = {
        "round": round.code,
        "organisation": organisation.public_id,
        "direction": "control",
        "title": "新项目",
    }
    answer = client.post(reverse("submission_start"), choice)
    assert answer.url == section(saved(), "org")
    assert (saved().title, saved().direction.code, saved().round) == ("新项目", "control", round)


def test_start_refuses_another_organisation(client):
    other, round = make_organisation(), make_round()
    client.force_login(make_member(Role.APPLICANT))
    choice = {"round": round.code, "organisation": other.public_id, "direction": "control"}
    assert client.post(reverse("submission_start"), choice).status_code == 200
    assert Submission.objects.count() == 0


# --- saving -----------------------------------------------------------------------------------


def test_autosave_answers_with_revision_and_time(browser, submission):
    data = posted(submission, **{"tx.plan": "新的计划"})
    answer = browser.post(section(submission), data, **JSON)
    said = answer.json()
    assert (answer.status_code, said["revision"], said["faults"]) == (200, 2, {})
    assert re.fullmatch(r"\d\d:\d\d:\d\d", said["saved_at"])
    assert sorted(said["fragments"]) == ["eligibility", "tasks"]
    assert saved().data["tx.plan"] == "新的计划"


def test_autosave_keeps_overlong_text_and_says_so_beside_it(browser, submission):
    data = posted(submission, **{"tx.plan": "长" * 1100})
    said = browser.post(section(submission), data, **JSON).json()
    assert list(said["faults"]) == ["tx.plan"]
    assert "100" in said["faults"]["tx.plan"][0]
    assert saved().data["tx.plan"] == "长" * 1100


def test_autosave_tells_two_tabs_apart(browser, submission):
    first = browser.post(section(submission), posted(submission, **{"tx.plan": "甲"}), **JSON)
    second = browser.post(section(submission), posted(submission, **{"tx.plan": "乙"}), **JSON)
    assert (first.status_code, second.status_code) == (200, 409)
    assert second.json() == {
        "revision": 2,
        "mine": {"tx.plan": "乙"},
        "theirs": {"tx.plan": "甲"},
    }
    again = browser.post(section(submission), {"revision": 2, "tx.plan": "乙"}, **JSON)
    assert again.status_code == 200
    assert saved().data["tx.plan"] == "乙"


def test_two_tabs_without_script_see_both_texts(browser, submission):
    browser.post(section(submission), posted(submission, **{"tx.plan": "第一个标签页"}))
    answer = browser.post(section(submission), posted(submission, **{"tx.plan": "第二个标签页"}))
    text = answer.content.decode()
    assert answer.status_code == 409
    assert ("第一个标签页" in text, "第二个标签页</textarea>" in text) == (True, True)
    assert 'name="revision" value="2"' in text
    assert saved().data["tx.plan"] == "第一个标签页"


def test_autosave_of_a_handed_in_application_is_refused_with_a_reason(client):
    submission = make_submission(state=SubmissionState.SUBMITTED)
    client.force_login(make_member(Role.APPLICANT, submission.applicant))
    answer = client.post(section(submission), posted(submission, **{"tx.plan": "晚"}), **JSON)
    assert answer.status_code == 403
    assert list(answer.json()) == ["reason"]


def test_button_goes_on_only_when_the_section_is_complete(browser, submission):
    data = posted(submission, then="next", **{"tx.plan": "完整的计划"})
    assert browser.post(section(submission), data).url == section(submission, "pledges")
    data = {"revision": 2, "then": "next", "tx.plan": ""}
    answer = browser.post(section(submission), data)
    assert answer.status_code == 200
    assert len(summary(answer)) == 1
    assert saved().data["tx.plan"] == ""


def test_previous_button_saves_and_goes_back(browser, submission):
    data = posted(submission, then="previous", **{"tx.plan": "回头再写"})
    assert browser.post(section(submission), data).url == section(submission, "compliance")
    assert saved().data["tx.plan"] == "回头再写"


@pytest.mark.parametrize(
    ("key", "field", "typed"),
    [
        ("org", "org.uscc", "91350100M000100Y4Z"),
        ("org", "org.capital", "五百万"),
        ("org", "ct.mobile", "12345"),
        ("project", "pj.title", "长" * 41),
    ],
)
def test_wrong_value_is_kept_with_a_message_beside_it(browser, submission, key, field, typed):
    answer = browser.post(section(submission, key), posted(submission, **{field: typed}))
    assert answer.status_code == 200
    assert len(summary(answer)) == 1
    assert f'href="#id_{field}"' in answer.content.decode()
    assert saved().data[field] == typed
    assert 'aria-invalid="true"' in answer.content.decode()


def test_identity_number_is_shown_again_with_a_message_and_not_kept(browser, submission):
    typed, before = "经办人 11010519491231002X", submission.data["pj.summary"]
    answer = browser.post(
        section(submission, "project"), posted(submission, **{"pj.summary": typed})
    )
    assert (answer.status_code, len(summary(answer))) == (422, 1)
    assert typed in answer.content.decode()
    assert saved().data["pj.summary"] == before


def row(prefix, number, **cells):
    return {f"{prefix}-{number}-{key}": value for key, value in cells.items()}


def test_table_rows_are_added_and_removed_without_script(browser, submission):
    cells = {"metric": "停线", "before": "5", "after": "0", "unit": "次", "evidence": "A7"}
    first = submission.data["tx.effect"][0]
    data = posted(
        submission,
        add_row="tx.effect",
        **{"tx.effect-TOTAL_FORMS": "2", "tx.benefit": submission.data["tx.benefit"]},
        **row("tx.effect", 0, **first),
        **row("tx.effect", 1, **cells),
    )
    assert browser.post(section(submission, "effects"), data).status_code == 302
    assert saved().data["tx.effect"] == [first, cells]
    page = browser.get(section(submission, "effects")).content.decode()
    assert 'name="tx.effect-2-metric"' in page
    data |= {"revision": 2, "remove_row": "tx.effect-0"}
    browser.post(section(submission, "effects"), data)
    assert saved().data["tx.effect"] == [cells]


def test_table_fault_is_beside_its_posted_row(browser, submission):
    data = posted(
        submission,
        **{"partners-TOTAL_FORMS": "2"},
        **row("partners", 0, uscc="", name="", role=""),
        **row("partners", 1, uscc="123", name="示例乙", role="部署"),
    )
    said = browser.post(section(submission, "partners"), data, **JSON).json()
    assert list(said["faults"]) == ["partners-1-uscc"]
    assert saved().data["partners"] == [{"uscc": "123", "name": "示例乙", "role": "部署"}]


# --- files ------------------------------------------------------------------------------------


def test_file_goes_in_out_and_is_delivered_as_an_attachment(browser, submission):
    answer = browser.post(url("attachment_add", submission, "A6"), {"file": upload("专利.pdf")})
    assert answer.url == section(submission, "replication") + "#file-A6"
    file = Attachment.objects.get(code="A6").file
    got = browser.get(url("attachment_file", submission, file.public_id))
    assert b"".join(got) == PDF
    assert got["Content-Disposition"].startswith("attachment")
    assert got["X-Content-Type-Options"] == "nosniff"
    browser.post(url("attachment_remove", submission, file.public_id))
    assert not Attachment.objects.filter(code="A6").exists()


def test_wrong_file_is_refused_beside_its_place(browser, submission):
    target = url("attachment_add", submission, "A6")
    answer = browser.post(target, {"file": upload("表.exe")}, follow=True)
    text = answer.content.decode()
    assert 'id="file-error-A6"' in text
    assert "表.exe" in text
    assert (
        'id="file-error-A6"' not in browser.get(section(submission, "replication")).content.decode()
    )


def test_wrong_file_is_refused_to_the_script_with_a_reason(browser, submission):
    target = url("attachment_add", submission, "A6")
    answer = browser.post(target, {"file": upload("表.exe")}, **JSON)
    assert (answer.status_code, "表.exe" in answer.json()["reason"]) == (422, True)
    assert browser.post(target, {}, **JSON).status_code == 422


# --- handing in -------------------------------------------------------------------------------


def test_submission_leads_to_its_receipt(browser, submission):
    answer = browser.post(url("submission_check", submission), {"confirm": "yes"}, follow=True)
    assert answer.redirect_chain == [(url("submission_receipt", submission), 302)]
    text, done = answer.content.decode(), saved()
    assert (done.number in text, done.content_hash in text) == (True, True)
    assert all(a.file.sha256 in text for a in done.attachments.all())
    second = browser.post(url("submission_check", submission), {"confirm": "yes"})
    assert second.url == url("submission_receipt", submission)
    assert saved().number == done.number


def test_submission_asks_for_confirmation(browser, submission):
    assert browser.post(url("submission_check", submission), {}).status_code == 200
    assert saved().state == SubmissionState.DRAFT


def test_incomplete_submission_lists_what_is_missing(browser, submission, by):
    save_section(submission, "plan", by=by, data={"tx.plan": ""}, base=1)
    submission.attachments.filter(code="A5").delete()
    answer = browser.post(url("submission_check", submission), {"confirm": "yes"})
    assert (answer.status_code, len(summary(answer))) == (422, 2)
    assert saved().state == SubmissionState.DRAFT
    page = browser.get(section(submission) + "?check=1")
    assert len(summary(page)) == 1


def test_late_submission_is_refused_and_kept(browser, submission):
    with clock.at(submission.round.stage("apply").closes_at):
        answer = browser.post(url("submission_check", submission), {"confirm": "yes"})
    assert answer.status_code == 403
    assert submission.data["tx.plan"] in answer.content.decode()
    assert (saved().state, saved().data) == (SubmissionState.DRAFT, submission.data)


def test_receipt_of_a_draft_is_missing(browser, submission):
    assert browser.get(url("submission_receipt", submission)).status_code == 404


def test_handed_in_application_is_read_only(browser, submission, by):
    submit(submission, by=by)
    detail = url("submission_detail", submission)
    assert browser.get(section(submission)).url == detail
    assert browser.get(url("submission_check", submission)).url == detail
    assert browser.get(detail).status_code == 200


def test_withdrawal_asks_and_does(browser, submission):
    browser.post(url("submission_withdraw", submission), {"reason": "项目调整"})
    assert saved().state == SubmissionState.WITHDRAWN
    assert browser.get(url("submission_withdraw", submission)).status_code == 302


def test_correction_shows_what_to_mend_and_is_handed_in(client):
    until = clock.now() + timedelta(days=2)
    submission = make_submission(state="correction", correct_until=until, attachments=True)
    check = make_formal_check(submission, note="请补齐盖章页")
    check.items.filter(code="F11").update(result="correct", note="A2 印章缺字")
    client.force_login(make_member(Role.APPLICANT, submission.applicant))
    text = client.get(url("submission_detail", submission)).content.decode()
    assert ("请补齐盖章页" in text, "A2 印章缺字" in text) == (False, True)
    client.post(url("submission_check", submission), {"confirm": "yes"})
    assert saved().state == SubmissionState.RECOMMENDED


@pytest.mark.parametrize("state", SubmissionState.values)
def test_overview_opens_in_every_state(client, state):
    submission = make_submission(state=state, attachments=True)
    client.force_login(make_member(Role.APPLICANT, submission.applicant))
    assert client.get(url("submission_detail", submission)).status_code == 200
    assert client.get(reverse("submission_list")).status_code == 200
