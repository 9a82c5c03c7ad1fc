"""Uploads in the browser: in parts, over a line that breaks, gone on with, cancelled."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from courses.lifecycle import RunState
from courses.models import PracticeWork
from portal.core.models import Upload
from showcase.models import Attachment
from tests.core.hostile import box, mp4, pdf
from tests.factories.accounts import make_organisation
from tests.factories.courses import make_enrolment, make_practice_task, make_run
from tests.factories.showcase import make_round
from tests.journeys.deeds import begin
from tests.journeys.people import button, confirm_address, sign_in, zh

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FILM = mp4() + box(b"free", bytes(range(256)) * 4096 * 4)  # five parts
FILE = {"name": "演示.mp4", "mimeType": "video/mp4", "buffer": FILM}
INPUT, ROW, PARTS = "#file-input-A10", "#file-A10", "**/uploads/*/"
OpenBrowser = Callable[..., Page]


@pytest.fixture
def section(portal_site: str, open_browser: OpenBrowser) -> Page:
    """The part of an application that takes a film, opened by who writes it."""
    draft = begin(make_round(), make_organisation())
    confirm_address(draft.created_by)
    page = open_browser()
    sign_in(page, draft.created_by)
    page.goto(f"/apply/{draft.public_id}/technology/")
    return page


def kept() -> str:
    return Attachment.objects.get(code="A10").file.sha256


def broken(page: Page, *, lost: set[int], hold: int = 0) -> list[str]:
    """Lose the answers to some parts after they arrived, and hold one for ever; note each."""
    seen: list[str] = []

    def handle(route: Route) -> None:
        seen.append(route.request.headers["upload-offset"])
        if len(seen) == hold:
            return
        if len(seen) in lost:
            route.fetch()
            route.abort()
            return
        route.continue_()

    page.route(PARTS, handle)
    return seen


def test_upload_survives_answers_that_are_lost(section: Page) -> None:
    seen = broken(section, lost={2, 3})
    section.locator(INPUT).set_input_files(FILE)
    expect(section.locator("#files")).to_contain_text(zh("Uploaded"))
    expect(section.get_by_text("演示.mp4")).to_be_visible()
    assert kept() == hashlib.sha256(FILM).hexdigest()
    repeated = [one for one in seen if seen.count(one) > 1]
    assert repeated == [str(1024 * 1024)] * 3


def test_upload_goes_on_after_the_page_was_loaded_again(section: Page) -> None:
    broken(section, lost=set(), hold=3)
    section.locator(INPUT).set_input_files(FILE)
    bar = section.locator(f"{ROW} progress")
    expect(bar).to_have_attribute("value", "49")
    section.reload()
    section.unroute(PARTS)
    expect(section.locator(f"{ROW} + .upload-left, {ROW} .upload-left")).to_contain_text("49")
    seen = broken(section, lost=set())
    section.locator(INPUT).set_input_files(FILE)
    expect(section.locator("#files")).to_contain_text(zh("Uploaded"))
    assert (seen[0], kept()) == (str(2 * 1024 * 1024), hashlib.sha256(FILM).hexdigest())


def test_another_file_of_the_same_name_and_size_begins_anew(section: Page) -> None:
    broken(section, lost=set(), hold=3)
    section.locator(INPUT).set_input_files(FILE)
    expect(section.locator(f"{ROW} progress")).to_have_attribute("value", "49")
    section.reload()
    section.unroute(PARTS)
    other = FILM[:-1] + b"x"
    first_bytes = other.replace(b"\0\1\2\3", b"\3\2\1\0", 1)
    section.locator(INPUT).set_input_files({**FILE, "buffer": first_bytes})
    expect(section.locator("#files")).to_contain_text(zh("Uploaded"))
    assert kept() == hashlib.sha256(first_bytes).hexdigest()


def test_cancelled_upload_leaves_nothing(section: Page) -> None:
    broken(section, lost=set(), hold=2)
    section.locator(INPUT).set_input_files(FILE)
    expect(section.locator(f"{ROW} progress")).to_have_attribute("value", "24")
    section.locator(ROW).get_by_role("button", name=zh("Cancel")).click()
    expect(section.locator(ROW).get_by_role("alert")).to_have_text(
        zh("Cancelled; nothing was kept. You can choose a file again.")
    )
    assert (Upload.objects.get().is_over, Attachment.objects.filter(code="A10").exists()) == (
        True,
        False,
    )


def test_file_of_a_practical_work_survives_a_refused_form(
    portal_site: str, open_browser: OpenBrowser, assert_accessible: Any
) -> None:
    enrolment = make_enrolment(make_run(RunState.RUNNING))
    task = make_practice_task(enrolment.run.course)
    confirm_address(enrolment.learner)
    page = open_browser()
    sign_in(page, enrolment.learner)
    page.goto(f"/learning/{enrolment.public_id}/practice/{task.public_id}/")
    paper = {"name": "划区图.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    page.locator("input[type=file]").set_input_files(paper)
    expect(page.get_by_role("status").filter(has_text="划区图.pdf")).to_be_attached()
    page.locator("#id_text").evaluate("field => field.removeAttribute('maxlength')")
    page.locator("#id_text").fill("字" * 10_001)
    button(page, "Hand in").click()
    expect(page.get_by_text(zh("“%(name)s” is here and is handed in with the form. Choose another "
        "file to take its place.", name="划区图.pdf"))).to_be_visible()  # fmt: skip
    page.locator("#id_text").fill("分为三个区。")
    button(page, "Hand in").click()
    expect(page.locator("#receipt")).to_contain_text("划区图.pdf")
    assert PracticeWork.objects.get().file.sha256 == hashlib.sha256(pdf()).hexdigest()
    assert_accessible(page)
