"""The main job as seven people live it: from the call for applications to the public showcase.

Applicant, recommender, two members of the secretariat, an expert, an observer and a visitor, each
in a browser of their own. Two more entries, and the other experts' sheets, come through the
services, so that there is something to rank.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from evaluation.criteria import DEFAULT_CRITERIA
from evaluation.lifecycle import AssignmentState
from evaluation.models import Assignment, PublicNotice
from portal.accounts.enums import Role
from portal.accounts.models import Organisation, User
from showcase.lifecycle import RoundState, SubmissionState
from showcase.models import CheckItem, Round, Submission
from showcase.queries.recommendations import used_places
from showcase.services import checking
from tests.factories.accounts import make_organisation
from tests.factories.evaluation import make_expert, scores_at
from tests.factories.showcase import REQUIRED_CODES, complete_data, make_authority, make_round
from tests.journeys.deeds import hand_in, sign_sheet
from tests.journeys.filling import PDF, fill_section, saved_by_itself
from tests.journeys.people import (
    button,
    confirm_address,
    let_notice_run_out,
    link,
    live_in,
    make_person,
    reads,
    sign_in,
    zh,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TITLE = "化成段控制器准入与写指令审计"
REASON = "未登记设备接入由每月17次降到0次，验收与测评材料齐全，同意推荐。"
COMMENT = "证据逐项核对过，口径前后一致，测试床与现场两组数据可以互相印证。"


@dataclass
class Cast:
    """The round, and who takes part in it."""

    round: Round
    company: Organisation
    authority: Organisation
    applicant: User
    recommender: User
    secretary: User
    second: User
    observer: User


@pytest.fixture
def cast(portal_site: str) -> Cast:
    """A round in preparation with two places in control security, and its people."""
    office = make_organisation(kind=Organisation.Kind.SECRETARIAT, name="示例秘书处")
    authority = make_authority("320000", name="示例省主管部门")
    company = make_organisation(name="示例动力电池有限公司")
    secretary = make_person(Role.SECRETARIAT, office, name="秘书甲")
    for _number in range(8):
        make_expert()
    make_expert(company.uscc)
    return Cast(
        make_round(RoundState.SETUP, by=secretary, quotas={authority: 3}, places={"control": 2}),
        company,
        authority,
        make_person(Role.APPLICANT, company, name="申报人"),
        make_person(Role.RECOMMENDER, authority, name="推荐人"),
        secretary,
        make_person(Role.SECRETARIAT, office, name="秘书乙"),
        make_person(Role.OBSERVER, office, name="监督员"),
    )


def test_seven_people_take_an_application_to_the_showcase(
    cast: Cast, open_browser: Callable[..., Page], assert_accessible: Callable[[Page], None]
) -> None:
    office, second = open_browser(), open_browser()
    sign_in(office, cast.secretary)
    live_in(cast.round, RoundState.APPLYING)
    advance(office, cast.round, "Open the round")

    applicant = open_browser()
    sign_in(applicant, cast.applicant)
    entry = apply(applicant, cast, assert_accessible)
    rivals = [hand_in(cast.round, title=f"示例对照项目{n}") for n in "甲乙"]

    live_in(cast.round, RoundState.RECOMMENDING)
    advance(office, cast.round, "Close applications")
    recommender = open_browser()
    sign_in(recommender, cast.recommender)
    recommend(recommender, cast, [entry, *rivals], assert_accessible)

    live_in(cast.round, RoundState.CHECKING)
    advance(office, cast.round, "Start the formal check")
    check(office, cast, entry, assert_accessible)
    for rival in rivals:
        accept_by_service(rival, by=cast.secretary)

    live_in(cast.round, RoundState.REVIEWING)
    advance(office, cast.round, "Start the expert review")
    draw_panels(office, cast.round, assert_accessible)
    judge(open_browser(), entry, assert_accessible)
    for share, one in zip(("0.85", "0.8", "0.7"), [entry, *rivals], strict=True):
        sign_the_others(one, share)

    freeze(office, cast.round)
    observer = open_browser()
    sign_in(observer, cast.observer)
    observe(observer, cast.round, assert_accessible)
    sign_in(second, cast.second)
    publish(second, office, cast.round)

    visitor = open_browser()
    read_notice(visitor, [entry, rivals[0]], rivals[1], assert_accessible)
    notice = PublicNotice.objects.get(round=cast.round)
    refuse_to_announce_early(second, notice)
    let_notice_run_out(notice)
    announce(second, notice)
    find_solution(visitor, entry, assert_accessible)
    hear_the_result(applicant)

    for command in ("verify_audit", "verify_rankings", "check_invariants"):
        call_command(command)


def advance(page: Page, round: Round, step: str) -> None:
    """The secretariat moves the round on, by the step its page offers."""
    page.goto("/office/")
    page.get_by_role("link", name=round.title).first.click()
    link(page, step).click()
    button(page, step).click()
    reads(page, zh("Done: %(step)s.", step=zh(step)))
    round.refresh_from_db()


# --- a to d: applying and recommending -----------------------------------------------------------


def apply(page: Page, cast: Cast, assert_accessible: Any) -> Submission:
    """Start, fill in nine sections, attach, check, submit; return the entry."""
    link(page, "Start an application").click()
    page.get_by_label(zh("Round")).select_option(cast.round.code)
    page.get_by_label("控制安全", exact=True).check()
    button(page, "Start the draft").click()
    data = complete_data(cast.company, pj_title=TITLE)
    sections = cast.round.form.schema["sections"]
    for number, section in enumerate(sections):
        expect(page.locator("main h2").first).to_contain_text(section["zh"])
        attach(page, section)
        if number == 0:
            with saved_by_itself(page):
                fill_section(page, section, data)
            assert_accessible(page)
        else:
            fill_section(page, section, data)
        following = sections[number + 1]["zh"] if number + 1 < len(sections) else ""
        go_on(page, following)
    assert_accessible(page)
    page.get_by_role("checkbox").check()
    button(page, "Submit the application").click()
    return receive_receipt(page)


def attach(page: Page, section: dict[str, Any]) -> None:
    """Upload every required file of the section, each a real PDF."""
    for code in section.get("attachments", []):
        if code in REQUIRED_CODES:
            file = {"name": f"{code}-证明.pdf", "mimeType": "application/pdf", "buffer": PDF}
            page.locator(f"#file-input-{code}").set_input_files(file)
            expect(page.get_by_role("link", name=f"{code}-证明.pdf")).to_be_visible()


def go_on(page: Page, following: str) -> None:
    """Complete this section and go to the next, or to the check after the last."""
    if following:
        button(page, "Complete, go on to “%(following)s”", following=following).click()
        return
    button(page, "Complete, check and submit").click()
    reads(page, zh("Everything required is there. Read it once more, then submit."))


def receive_receipt(page: Page) -> Submission:
    """Read the receipt: number, time and the content hash of what was handed in."""
    expect(page.get_by_role("heading", name=zh("Receipt"))).to_be_visible()
    entry = Submission.objects.get(title=TITLE)
    assert entry.state == SubmissionState.SUBMITTED
    assert re.fullmatch(r"AP-\d{4}-\d{4}", entry.number or "")
    reads(page, str(entry.number))
    reads(page, entry.content_hash)
    return entry


def recommend(page: Page, cast: Cast, entries: list[Submission], assert_accessible: Any) -> None:
    """Rank the region's entries, take the 推荐汇总表 home, send the list."""
    for place, entry in enumerate(entries, start=1):
        name = zh("Priority of %(title)s", title=entry.title)
        page.get_by_label(name, exact=True).fill(str(place))
    row = page.get_by_role("row").filter(has_text=TITLE)
    row.get_by_text(zh("Write a reason")).click()
    row.get_by_label(zh("Reason"), exact=True).fill(REASON)
    button(page, "Save the order").last.click()
    reads(page, zh("The order is saved. Nothing has been sent yet."))
    assert_accessible(page)
    with page.expect_download() as waiting:
        link(page, "Recommendation list (xlsx)").click()
    assert waiting.value.suggested_filename.endswith("推荐汇总表.xlsx")
    take_in_again(page, waiting.value.path())
    link(page, "Send the list").click()
    button(page, "Send now").click()
    expect(page.get_by_role("row").filter(has_text=TITLE)).to_contain_text(zh("Recommended"))
    assert used_places(cast.round, cast.authority) == 3


def take_in_again(page: Page, sheet: Path) -> None:
    """Take in the list that was just taken out: every row stands already."""
    link(page, "Take in a list").click()
    file = {"name": "推荐汇总表.xlsx", "mimeType": XLSX, "buffer": sheet.read_bytes()}
    page.locator("input[type=file]").set_input_files(file)
    button(page, "Check the list").click()
    reads(page, zh("No fault was found."))
    button(page, "Take it in").click()
    counts = {"new": 0, "changed": 0, "same": 3}
    reads(
        page,
        zh(
            "Taken in: %(new)d drafts begun, %(changed)d entries changed, %(same)d as before.",
            **counts,
        ),
    )


# --- e: the formal check -------------------------------------------------------------------------


def check(page: Page, cast: Cast, entry: Submission, assert_accessible: Any) -> None:
    """Look at fifteen items, judge those that are for people, accept."""
    row = page.get_by_role("row").filter(has_text=TITLE)
    link(row, "Formal check").click()
    expect(page.locator(".checklist > li")).to_have_count(15)
    assert_accessible(page)
    for item in CheckItem.objects.filter(check_of__submission=entry, result=CheckItem.Result.OPEN):
        page.locator(f"#{item.code}").get_by_label(zh("pass"), exact=True).check()
    button(page, "Accept for review").click()
    reads(page, zh("Accepted for review; the applicant is told."))


def accept_by_service(entry: Submission, *, by: User) -> None:
    """Accept an entry whose open items are all in order."""
    items = CheckItem.objects.filter(check_of__submission=entry, result=CheckItem.Result.OPEN)
    passed = checking.MarkOf(CheckItem.Result.PASS)
    checking.mark_items(entry, {item.code: passed for item in items}, by=by)
    checking.accept(entry, by=by)


# --- f and g: panels and scores ------------------------------------------------------------------


def draw_panels(page: Page, round: Round, assert_accessible: Any) -> None:
    """Draw five experts for each entry, look the proposal over, publish it."""
    page.goto(f"/office/rounds/{round.code}/panels/")
    button(page, "Draw panels").click()
    reads(page, zh("Panels are drawn. Look them over, then publish."))
    expect(page.locator(".seats li")).to_have_count(15)
    assert_accessible(page)
    button(page, "Publish panels").click()
    reads(page, zh("The panels are published; every expert has been told."))


def judge(page: Page, entry: Submission, assert_accessible: Any) -> None:
    """One expert declares, reads, scores with anchors, watches the total, signs."""
    seat = seats_of(entry)[0]
    assert entry.applicant.uscc not in seat.expert.employments.values_list("uscc", flat=True)
    confirm_address(seat.expert.user)
    sign_in(page, seat.expert.user)
    row = page.get_by_role("row").filter(has_text=TITLE)
    link(row, "Declare").click()
    page.get_by_label(zh("I have none of the ties listed beside")).check()
    page.locator("input[name=pledged]").check()
    button(page, "Confirm").click()
    expect(page.get_by_role("article", name=zh("Dossier"))).to_be_visible()
    assert_accessible(page)
    score_every_item(page)
    button(page, "Check and sign").click()
    reads(page, zh("Sign this sheet"))
    button(page, "Sign").click()
    reads(page, zh("Signed. This sheet now counts and cannot be changed."))


def score_every_item(page: Page) -> None:
    """Score by an anchor first, then by numbers; the total follows every change."""
    total = page.locator("output[data-total]")
    first, *others = DEFAULT_CRITERIA.items()
    points = scores_at("0.85", C6a="4.5")
    page.locator("details[data-criterion]").evaluate_all("all => all.forEach(d => d.open = true)")
    scale = page.locator(f"[data-score]:has(#{first.code})")
    scale.get_by_role("button", name=re.compile("^明显")).click()
    value = page.locator(f"#{first.code}").input_value()
    expect(total).to_have_text(value)
    page.locator(f"#{first.code}").fill(points[first.code])
    for item in others:
        page.locator(f"#{item.code}").fill(points[item.code])
    with saved_by_itself(page):
        page.locator("#id_comment_C6a").fill(COMMENT)
    expect(total).to_have_text(f"{sum(map(float, points.values())):g}")
    reads(page, zh("All criteria are scored"))


def seats_of(entry: Submission) -> list[Assignment]:
    """The five seats of an entry's panel."""
    seats = Assignment.objects.filter(submission=entry, state=AssignmentState.ACTIVE)
    return list(seats.select_related("expert__user", "submission__round").order_by("pk"))


def sign_the_others(entry: Submission, share: str) -> None:
    """Sign what the other experts of a panel gave, close to one another."""
    for seat in seats_of(entry):
        if not hasattr(seat, "ballot"):
            sign_sheet(seat, scores_at(share))


# --- h and i: ranking, notice, list --------------------------------------------------------------


def freeze(page: Page, round: Round) -> None:
    """The first member of the secretariat freezes the ranking, and may not publish it."""
    page.goto(f"/office/rounds/{round.code}/ranking/")
    button(page, "Freeze the ranking").click()
    reads(page, zh("Ranking %(number)s is frozen.", number=1))
    link(page, "Go to publication").click()
    reads(
        page,
        zh("You froze this ranking; a second member of the secretariat must publish it."),
    )
    expect(button(page, "Publish the notice")).to_have_count(0)


def observe(page: Page, round: Round, assert_accessible: Any) -> None:
    """The observer reads everything, proves it, and can change nothing."""
    page.goto(f"/office/rounds/{round.code}/ranking/?direction=control")
    expect(page.get_by_role("row").filter(has_text=TITLE)).to_contain_text("1")
    assert_accessible(page)
    names = page.locator("main, .subbar").get_by_role("button").all_text_contents()
    assert [name.strip() for name in names] == [zh("Recompute from the ballots")]
    expect(link(page, "Go to publication")).to_have_count(0)
    button(page, "Recompute from the ballots").click()
    reads(page, round.rankings.get().results_digest[:16])
    refused = page.request.post(f"/office/rounds/{round.code}/ranking/freeze/")
    assert refused.status == 403


def publish(page: Page, office: Page, round: Round) -> None:
    """A second member of the secretariat publishes what the first has frozen."""
    page.goto(f"/office/rounds/{round.code}/ranking/publish/")
    expect(page.locator("tbody tr")).to_have_count(2)
    button(page, "Publish the notice").click()
    reads(page, zh("The public notice is online."))


def read_notice(
    page: Page, proposed: list[Submission], left_out: Submission, assert_accessible: Any
) -> None:
    """Anybody reads the notice: the proposed entries, no points, no ranks."""
    page.goto("/notices/")
    page.locator("main h2 a").first.click()
    for entry in proposed:
        reads(page, entry.title)
    expect(page.locator("main")).not_to_contain_text(left_out.title)
    assert_accessible(page)


def refuse_to_announce_early(page: Page, notice: PublicNotice) -> None:
    """While the notice runs there is no way to announce."""
    page.goto(f"/office/notices/{notice.public_id}/")
    expect(button(page, "Announce the list")).to_have_count(0)


def announce(page: Page, notice: PublicNotice) -> None:
    """After the notice the list is announced, and the pages go online."""
    page.reload()
    button(page, "Announce the list").click()
    expect(page.locator("main tbody").last).to_contain_text(zh("Listed"))


# --- j: found by the public ----------------------------------------------------------------------


def find_solution(page: Page, entry: Submission, assert_accessible: Any) -> None:
    """Find the solution by a facet, and by a word inside a longer run of characters."""
    page.goto("/solutions/")
    expect(page.locator("article.case")).to_have_count(2)
    assert_accessible(page)
    page.locator("input[name=direction][value=control]").check()
    button(page, "Apply filters").click()
    expect(page).to_have_url(re.compile("direction=control"))
    expect(page.locator("article.case").filter(has_text=TITLE)).to_have_count(1)
    search_for(page, "控制器准入")
    page.locator("ol.hits").get_by_role("link", name=TITLE).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    reads(page, entry.data["pj.public"])
    expect(page.locator("main")).not_to_contain_text("13800001234")
    assert_accessible(page)


def search_for(page: Page, word: str) -> None:
    """Search the whole site from the home page."""
    page.goto("/")
    page.locator("input[name=q]").fill(word)
    page.locator("input[name=q]").press("Enter")


def hear_the_result(page: Page) -> None:
    """The applicant has been told every step, and reads the last one."""
    page.goto("/notifications/")
    reads(page, zh("Listed as a pilot demonstration: %(title)s", title=TITLE))
    page.goto("/apply/")
    expect(page.get_by_role("row").filter(has_text=TITLE)).to_contain_text(zh("Listed"))
