"""What goes wrong, as people meet it: told clearly, beside the field, with everything kept."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from evaluation.lifecycle import AssignmentState
from evaluation.models import Assignment, ConflictFact, Expert
from portal.accounts.enums import Role
from portal.accounts.models import Admission, Organisation, User
from portal.core import clock
from showcase.lifecycle import RoundState, SubmissionState
from showcase.models import Attachment, Recommendation, Round, Stage, Submission
from tests.factories.accounts import make_organisation, make_secretariat, make_uscc, make_user
from tests.factories.evaluation import make_expert
from tests.factories.showcase import (
    complete_data,
    make_authority,
    make_formal_check,
    make_recommendation,
    make_round,
    make_submission,
)
from tests.journeys.deeds import begin, hand_in
from tests.journeys.filling import control, said_saved, saved_by_itself
from tests.journeys.people import (
    button,
    confirm_address,
    link,
    live_in,
    make_person,
    reads,
    sign_in,
    zh,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHEETS = Path(__file__).resolve().parent.parent / "showcase" / "data"
LONG = "化成工段控制器的写指令审计覆盖全部产线，" * 26  # 520 characters, the limit is 500
NOTE = "我近三年与该单位的项目负责人合作发表过论文。"
OpenBrowser = Callable[..., Page]


@dataclass
class Writing:
    """A complete draft and the person who writes it."""

    draft: Submission
    writer: User

    def address(self, section: str) -> str:
        """The page of one part of the draft."""
        return f"/apply/{self.draft.public_id}/{section}/"

    def stored(self) -> Submission:
        """The draft as it stands in the database now."""
        return Submission.objects.get(pk=self.draft.pk)


@pytest.fixture
def writing(portal_site: str) -> Writing:
    """A draft of a company in an open round."""
    company = make_organisation(name="示例申报企业")
    draft = begin(make_round(RoundState.APPLYING), company)
    return Writing(draft, make_person(Role.APPLICANT, company, name="申报人"))


@pytest.fixture(autouse=True)
def proven_afterwards(portal_site: str) -> Any:
    """After every refusal the record and the tables hold."""
    yield
    call_command("verify_audit")
    call_command("check_invariants")


def field_of(page: Page, name: str) -> Any:
    """The whole field around a control: label, hint, errors, counter."""
    return page.locator(".field").filter(has=control(page, name))


# --- writing -------------------------------------------------------------------------------------


def test_a_wrong_code_and_a_long_text_are_told_beside_the_field_and_kept(
    writing: Writing, open_browser: OpenBrowser
) -> None:
    page = open_browser()
    sign_in(page, writing.writer)
    page.goto(writing.address("org"))
    code = writing.draft.applicant.uscc
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    with saved_by_itself(page):
        control(page, "org.uscc").fill(wrong)
    told = zh("The credit code fails its check: %(code)s. Compare it with the licence.", code=wrong)
    expect(field_of(page, "org.uscc").locator(".error")).to_contain_text(told)
    button(page, "Save").click()
    expect(control(page, "org.uscc")).to_have_value(wrong)
    expect(control(page, "org.uscc")).to_have_accessible_description(re.compile(re.escape(told)))

    page.goto(writing.address("project"))
    with saved_by_itself(page):
        control(page, "pj.summary").fill(LONG)
    counter = zh("{used} characters, {over} too many").format(used=520, over=20)
    expect(field_of(page, "pj.summary").locator("[data-counter]")).to_have_text(counter)
    button(page, "Save").click()
    expect(control(page, "pj.summary")).to_have_value(LONG)
    expect(control(page, "pj.summary")).to_have_attribute("aria-invalid", "true")
    assert writing.stored().data["pj.summary"] == LONG
    assert writing.stored().state == SubmissionState.DRAFT


def test_an_organisation_with_a_wrong_code_is_not_registered(
    portal_site: str, open_browser: OpenBrowser
) -> None:
    page, person = open_browser(), make_user(name="新用户")
    confirm_address(person)
    sign_in(page, person)
    link(page, "Register an organisation").first.click()
    right = make_uscc()
    control(page, "uscc").fill(right[:-1])
    control(page, "name").fill("示例新单位")
    control(page, "region").select_option("320000")
    button(page, "Send the request").click()
    told = zh("The credit code has %(n)d characters; it must have 18.", n=17)
    expect(control(page, "uscc")).to_have_accessible_description(re.compile(re.escape(told)))
    expect(control(page, "uscc")).to_have_value(right[:-1])
    expect(control(page, "name")).to_have_value("示例新单位")
    assert not Admission.objects.filter(name="示例新单位").exists()
    control(page, "uscc").fill(f" {right[:4]} {right[4:].lower()}")
    button(page, "Send the request").click()
    reads(page, zh("Your request is on its way. You get a notice when it is decided."))
    assert Admission.objects.get(name="示例新单位").uscc == right


def test_a_file_of_the_wrong_type_is_refused_with_what_to_do(
    writing: Writing, open_browser: OpenBrowser
) -> None:
    page = open_browser()
    sign_in(page, writing.writer)
    Attachment.objects.filter(submission=writing.draft, code="A1").delete()
    page.goto(writing.address("org"))
    sheet = {"name": "营业执照.pdf", "mimeType": "application/pdf", "buffer": b"MZ\x90\x00" * 64}
    page.locator("#file-input-A1").set_input_files(sheet)
    told = zh(
        "“%(name)s” is not a real %(type)s file. Export it again as %(types)s.",
        name="营业执照.pdf",
        type="PDF",
        types="PDF, OFD, JPG, PNG",
    )
    expect(page.locator("#file-A1").get_by_role("alert")).to_have_text(told)
    program = {"name": "setup.exe", "mimeType": "application/pdf", "buffer": b"MZ\x90\x00"}
    page.locator("#file-input-A1").set_input_files(program)
    expect(page.locator("#file-A1").get_by_role("alert")).to_contain_text("setup.exe")
    assert not Attachment.objects.filter(submission=writing.draft, code="A1").exists()


def test_two_tabs_show_both_texts_and_neither_is_lost(
    writing: Writing, open_browser: OpenBrowser
) -> None:
    first = open_browser()
    sign_in(first, writing.writer)
    second = first.context.new_page()
    for tab in (first, second):
        tab.goto(writing.address("project"))
    with saved_by_itself(first):
        control(first, "pj.public").fill("第一个窗口写的公开摘要。")
    control(second, "pj.public").fill("第二个窗口写的公开摘要。")
    notice = second.get_by_role("alert")
    expect(notice).to_contain_text(zh("Somebody else has changed this part since you opened it."))
    expect(notice).to_contain_text("第一个窗口写的公开摘要。")
    expect(notice).to_contain_text("第二个窗口写的公开摘要。")
    assert writing.stored().data["pj.public"] == "第一个窗口写的公开摘要。"
    button(second, "Keep mine").click()
    expect(notice).to_have_count(0)
    expect(control(second, "pj.public")).to_have_value("第二个窗口写的公开摘要。")
    button(second, "Save").click()
    reads(second, zh("Saved."))
    assert writing.stored().data["pj.public"] == "第二个窗口写的公开摘要。"
    texts = {one.data.get("pj.public") for one in writing.draft.revisions.all()}
    assert {"第一个窗口写的公开摘要。", "第二个窗口写的公开摘要。"} <= texts


def test_going_back_to_a_completed_part_shows_it_without_any_conflict(
    writing: Writing, open_browser: OpenBrowser
) -> None:
    page = open_browser()
    sign_in(page, writing.writer)
    page.goto(writing.address("effects"))
    control(page, "tx.effect-0-after").fill("1")
    control(page, "tx.effect-1-metric").fill("误写指令")
    button(page, "Complete, go on to “%(following)s”", following="推广与应用").click()
    reads(page, zh("Everything you typed is saved. What is marked still needs your attention."))
    page.goto(writing.address("plan"))
    control(page, "tx.plan").fill("推广到另外两个基地。 ")
    button(page, "Previous part").click()
    for part in ("effects", "plan"):
        page.goto(writing.address(part))
        expect(page.locator("[data-saved]").first).to_contain_text(said_saved())
        expect(page.get_by_role("alert")).to_have_count(0)
    expect(control(page, "tx.plan")).to_have_value("推广到另外两个基地。")


def test_without_script_a_stale_page_shows_both_texts_too(
    writing: Writing, open_browser: OpenBrowser
) -> None:
    first = open_browser(java_script_enabled=False)
    sign_in(first, writing.writer)
    second = first.context.new_page()
    for tab in (first, second):
        tab.goto(writing.address("plan"))
    control(first, "tx.plan").fill("第一个窗口写的计划。")
    button(first, "Save").click()
    control(second, "tx.plan").fill("第二个窗口写的计划。")
    button(second, "Save").click()
    expect(second.get_by_role("alert")).to_contain_text("第一个窗口写的计划。")
    expect(control(second, "tx.plan")).to_have_value("第二个窗口写的计划。")
    button(second, "Save").click()
    assert writing.stored().data["tx.plan"] == "第二个窗口写的计划。"


def test_a_late_submission_is_refused_and_everything_is_kept(
    writing: Writing, open_browser: OpenBrowser
) -> None:
    page = open_browser()
    sign_in(page, writing.writer)
    page.goto(writing.address("check"))
    page.get_by_role("checkbox").check()
    let_the_deadline_pass(writing.draft.round)
    button(page, "Submit the application").click()
    reads(page, zh("The application period is over. What you wrote is kept as a draft."))
    expect(button(page, "Submit the application")).to_have_count(0)
    page.goto(writing.address("plan"))
    with saved_by_itself(page):
        control(page, "tx.plan").fill("截止后补写的计划，仍然保存在草稿里。")
    late = writing.stored()
    assert (late.state, late.number) == (SubmissionState.DRAFT, None)
    assert late.data == writing.draft.data | {"tx.plan": "截止后补写的计划，仍然保存在草稿里。"}


def let_the_deadline_pass(round: Round) -> None:
    """Let the application window have closed a minute ago."""
    stage = round.stages.filter(kind=Stage.Kind.APPLY)
    stage.update(closes_at=clock.now() - timedelta(minutes=1))


def test_another_companys_pages_do_not_exist(writing: Writing, open_browser: OpenBrowser) -> None:
    page = open_browser()
    sign_in(page, make_person(Role.APPLICANT, make_organisation(), name="别家的人"))
    foreign = writing.draft.public_id
    file = writing.draft.attachments.select_related("file")[0].file.public_id
    unknown = page.goto("/apply/222222222222/org/")
    assert unknown is not None
    assert unknown.status == 404
    shown = page.locator("main").inner_text()
    for address in (
        f"/apply/{foreign}/",
        f"/apply/{foreign}/org/",
        f"/apply/{foreign}/check/",
        f"/apply/{foreign}/revisions/",
        f"/apply/{foreign}/files/{file}/",
        f"/dossiers/{foreign}.pdf",
        f"/office/checks/{foreign}/",
    ):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 404, address
        assert page.locator("main").inner_text() == shown


# --- recommending --------------------------------------------------------------------------------


@pytest.fixture
def authority(portal_site: str) -> Organisation:
    """An authority for Jiangsu."""
    return make_authority("320000", name="示例省主管部门")


def test_an_authority_over_its_quota_is_told_how_many_to_clear(
    authority: Organisation, open_browser: OpenBrowser
) -> None:
    round = make_round(RoundState.APPLYING, quotas={authority: 1})
    entries = [hand_in(round, title=f"示例配额项目{n}") for n in "甲乙"]
    live_in(round, RoundState.RECOMMENDING)
    Round.objects.filter(pk=round.pk).update(state=RoundState.RECOMMENDING)
    page = open_browser()
    sign_in(page, make_person(Role.RECOMMENDER, authority, name="推荐人"))
    give_priorities(page, entries, ["1", "1"])
    refused = page.locator("tr[data-tone=bad] .error").first
    expect(refused).to_contain_text(entries[0].title)
    give_priorities(page, entries, ["1", "2"])
    link(page, "Send the list").click()
    reads(page, zh("More entries than places."))
    expect(button(page, "Send now")).to_have_count(0)
    assert not Recommendation.objects.exclude(sent_at=None).exists()
    page.go_back()
    give_priorities(page, entries, ["1", ""])
    link(page, "Send the list").click()
    button(page, "Send now").click()
    expect(page.get_by_role("row").filter(has_text=entries[0].title)).to_contain_text(
        zh("Recommended")
    )


def give_priorities(page: Page, entries: list[Submission], places: list[str]) -> None:
    """Type a priority for each entry and save."""
    for entry, place in zip(entries, places, strict=True):
        name = zh("Priority of %(title)s", title=entry.title)
        page.get_by_label(name, exact=True).fill(place)
    button(page, "Save the order").last.click()


def test_a_faulty_list_shows_its_thirteen_faults_and_writes_nothing(
    authority: Organisation, open_browser: OpenBrowser
) -> None:
    make_round(RoundState.APPLYING, quotas={authority: 10})
    page = open_browser()
    sign_in(page, make_person(Role.RECOMMENDER, authority, name="推荐人"))
    before = tables()
    link(page, "Take in a list").first.click()
    page.locator("input[type=file]").set_input_files(SHEETS / "recommendation-list-faulty.xlsx")
    button(page, "Check the list").click()
    rows = page.locator("section:has(#t-faults) tbody tr")
    expect(rows).to_have_count(13)
    answers = json.loads((SHEETS / "recommendation-list-faulty.answers.json").read_text())
    shown = [[text.strip() for text in row.locator("td").all_text_contents()] for row in rows.all()]
    wanted = [
        [str(fault["row"] or "–"), fault["column"] or zh("whole list")]
        for fault in answers["faults"]
    ]
    assert sorted(row[:2] for row in shown) == sorted(wanted)
    assert all(row[2] for row in shown)
    expect(button(page, "Take it in")).to_have_count(0)
    assert tables() == before


def tables() -> tuple[int, ...]:
    """How much there is that an imported list could have added to."""
    return tuple(
        model.objects.count() for model in (Submission, Recommendation, Organisation, User)
    )


# --- judging -------------------------------------------------------------------------------------


@dataclass
class Review:
    """A round under review: an entry, an expert of the applicant's own house, and others."""

    round: Round
    entry: Submission
    colleague: Expert
    secretary: User


@pytest.fixture
def review(portal_site: str) -> Review:
    """An accepted entry in a round under review, seven experts free and one employed there."""
    round, secretary = make_round(RoundState.REVIEWING), make_secretariat(name="秘书甲")
    confirm_address(secretary)
    company = make_organisation(name="示例申报企业")
    data = complete_data(company, pj_title="示例评审项目")
    entry = make_submission(round, company, SubmissionState.ACCEPTED, data)
    make_recommendation(entry)
    make_formal_check(entry, decided_by=secretary)
    for _number in range(7):
        make_expert()
    return Review(round, entry, make_expert(company.uscc), secretary)


def test_no_expert_judges_an_own_employers_entry_and_a_declared_tie_closes_the_dossier(
    review: Review, open_browser: OpenBrowser
) -> None:
    office = open_browser()
    sign_in(office, review.secretary)
    office.goto(f"/office/rounds/{review.round.code}/panels/")
    button(office, "Draw panels").click()
    button(office, "Publish panels").click()
    reads(office, zh("The panels are published; every expert has been told."))
    seats = Assignment.objects.filter(submission=review.entry, state=AssignmentState.ACTIVE)
    assert seats.count() == 5
    assert not seats.filter(expert=review.colleague).exists()
    tie = ConflictFact.objects.get(expert=review.colleague, submission=review.entry)
    assert (tie.kind, tie.upheld) == (ConflictFact.Kind.EMPLOYER, True)

    seat = seats.select_related("expert__user")[0]
    confirm_address(seat.expert.user)
    expert = open_browser()
    sign_in(expert, seat.expert.user)
    step_back(expert, seat)
    for address in (f"/desk/{seat.public_id}/", f"/desk/{seat.public_id}/sheet/"):
        answer = expert.goto(address)
        assert answer is not None
        assert "示例评审项目" not in expert.locator("main").inner_text() or answer.status == 404

    office.reload()
    button(office, "Draw a replacement").click()
    reads(office, zh("The seat is filled; the new expert has been told."))
    assert not seats.filter(expert__in=[review.colleague, seat.expert]).exists()
    assert seats.count() == 5


def step_back(page: Page, seat: Assignment) -> None:
    """Declare a tie and step back from the entry."""
    page.goto(f"/desk/{seat.public_id}/")
    expect(page.locator("input[name=pledged]")).to_be_visible()
    expect(page.locator("[data-dossier]")).to_have_count(0)
    page.get_by_label(zh("I have one and step back from this entry")).check()
    button(page, "Confirm").click()
    expect(page.get_by_role("alert")).to_contain_text(zh("Choose what ties you to this entry."))
    page.get_by_label(zh("Kind of tie")).select_option(ConflictFact.Kind.CO_PROJECT)
    page.get_by_label(zh("What the tie is")).fill(NOTE)
    button(page, "Confirm").click()
    reads(page, zh("You have stepped back from this entry. The seat will be drawn anew."))
