"""An examination sat in a browser: the network fails, windows disagree, hands stay on the keys."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Request, Route, expect

from courses.lifecycle import AttemptState
from courses.models import Attempt
from courses.questions import Kind
from tests.courses.papers import sample
from tests.factories.courses import make_enrolment, make_exam, make_question, make_run
from tests.journeys.people import confirm_address, sign_in, zh
from tests.journeys.test_keyboard import sign_in_by_keyboard, tab_to

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SAVED = "[data-question]:not([hidden]) [data-saved]"


class Sitting:
    """An examination of a few questions and the learner who sits it."""

    def __init__(self, *datas: dict[str, Any]) -> None:
        run = make_run("running")
        for data in datas:
            make_question(run.course, **data)
        self.exam = make_exam(run)
        self.learner = make_enrolment(run).learner
        confirm_address(self.learner)

    def begin(self, page: Page) -> None:
        sign_in(page, self.learner)
        page.goto(f"/exams/{self.exam.public_id}/")
        page.get_by_role("button", name=zh("Begin now")).click()
        at_work(page)

    @property
    def attempt(self) -> Attempt:
        return Attempt.objects.get()

    def answer(self, question: str) -> Any:
        return self.attempt.answers.values_list("response", flat=True).filter(question=question)


def at_work(page: Page) -> None:
    """The page has taken up what this device kept; what it shows before is the server's word."""
    expect(page.locator("body[data-live]")).to_be_attached()


def saved(page: Page) -> None:
    expect(page.locator(SAVED)).to_contain_text("已保存")


def fail_saves(context: BrowserContext | Page) -> None:
    context.route("**/save/", lambda route: route.abort())


def test_answers_typed_without_a_network_survive_a_reload_and_are_sent(
    portal_site: str, page: Page
) -> None:
    sitting = Sitting(sample(Kind.ESSAY))
    sitting.begin(page)
    essay = page.locator("textarea")
    essay.fill("第一句。")
    saved(page)

    page.context.set_offline(True)
    essay.press_sequentially("断网后写的第二句。")
    expect(page.locator("[data-banner=offline]")).to_contain_text("网络中断")
    fail_saves(page)  # the page itself can be fetched again, saving still fails
    page.context.set_offline(False)
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator("textarea")).to_have_value("第一句。断网后写的第二句。")
    assert list(sitting.answer("essay")) == ["第一句。"]

    page.unroute("**/save/")
    page.reload()
    at_work(page)
    saved(page)
    assert list(sitting.answer("essay")) == ["第一句。断网后写的第二句。"]


def test_a_save_whose_acknowledgement_was_lost_is_no_conflict(portal_site: str, page: Page) -> None:
    sitting = Sitting(sample(Kind.SHORT))
    sitting.begin(page)
    lost: list[Request] = []

    def lose_the_answer(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.request)
        route.fetch()  # the server has it
        route.abort()  # the page never hears of it

    page.route("**/save/", lose_the_answer)
    page.locator("input[name=q1]").fill("委托")
    saved(page)
    assert sitting.attempt.saves.count() == 1
    assert list(sitting.answer("short")) == ["委托"]


def test_a_stale_window_shows_both_texts_and_the_learner_chooses(
    portal_site: str, page: Page
) -> None:
    sitting = Sitting(sample(Kind.ESSAY))
    sitting.begin(page)
    other = page.context.new_page()
    other.goto(page.url)
    at_work(other)
    fail_saves(other)
    other.locator("textarea").fill("乙窗口的答案")
    expect(other.locator("[data-banner=offline]")).to_be_visible()
    page.locator("textarea").fill("甲窗口的答案")
    saved(page)

    other.unroute("**/save/")
    note = other.locator("[data-conflict-place]")
    expect(note).to_contain_text("甲窗口的答案")
    expect(note).to_contain_text("乙窗口的答案")
    kept = sitting.attempt.saves.get(revision=None)
    assert kept.response == "乙窗口的答案"
    other.get_by_role("button", name=zh("Use this one"), exact=True).click()
    saved(other)
    assert list(sitting.answer("essay")) == ["乙窗口的答案"]
    expect(page.locator("textarea")).to_have_value("乙窗口的答案")


def test_a_paper_is_sat_and_handed_in_without_a_mouse(
    portal_site: str, page: Page, assert_accessible: Any
) -> None:
    kinds = (Kind.SINGLE, Kind.ORDERING, Kind.MATCHING)
    sitting = Sitting(*map(sample, kinds))
    sign_in_by_keyboard(page, sitting.learner)
    page.goto(f"/exams/{sitting.exam.public_id}/")
    assert_accessible(page)
    tab_to(page, "main button.btn--primary")
    page.keyboard.press("Enter")
    at_work(page)
    for _question in kinds:
        answer_by_keyboard(page)
        saved(page)
        if page.locator("[data-step='1']").is_enabled():
            tab_to(page, "[data-step='1']")
            page.keyboard.press("Enter")
    assert_accessible(page)
    page.goto(page.url)  # the focus to the top
    at_work(page)
    tab_to(page, "[data-check]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/submit/")
    assert_accessible(page)
    tab_to(page, "main button.btn--primary")
    page.keyboard.press("Enter")
    page.wait_for_url("**/receipt/")
    assert_accessible(page)
    attempt = sitting.attempt
    expect(page.locator(".hash")).to_have_text(attempt.receipt_hash)
    assert attempt.state == AttemptState.GRADED
    given = {row.question: row.response for row in attempt.answers.all()}
    assert (given["ordering"], given["matching"][0]) == (["B", "A", "C", "D", "E"], "A")


def answer_by_keyboard(page: Page) -> None:
    """Answer the question before one, whatever it is, with keys alone."""
    kind = page.locator("[data-question]:not([hidden])").get_attribute("data-kind")
    if kind == "single":
        tab_to(page, "input[type=radio]")
        page.keyboard.press("Space")
    elif kind == "ordering":
        tab_to(page, "[data-letter=A] [data-move='1']")
        page.keyboard.press("Enter")
    else:
        tab_to(page, "[data-question]:not([hidden]) select")
        page.keyboard.press("ArrowDown")


def test_another_device_takes_the_paper_over_and_the_first_one_is_told(
    portal_site: str, open_browser: Any
) -> None:
    sitting = Sitting(sample(Kind.SHORT))
    first, second = open_browser(), open_browser()
    sitting.begin(first)
    sign_in(second, sitting.learner)
    second.goto(first.url)
    second.get_by_role("button", name=zh("Continue on this device")).click()
    at_work(second)
    first.locator("input[name=q1]").fill("还在这里写")
    expect(first.locator("[data-banner=device]")).to_contain_text("另一台设备")
    second.locator("input[name=q1]").fill("换到这里写")
    saved(second)
    assert list(sitting.answer("short")) == ["换到这里写"]
    assert sitting.attempt.saves.get(revision=None).response == "还在这里写"
