"""The way in and the search, with nothing but a keyboard."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from portal.accounts.enums import Role
from portal.accounts.models import User
from tests.factories.accounts import PASSWORD
from tests.journeys.people import make_person, reads, zh

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def tab_to(page: Page, selector: str, limit: int = 60) -> None:
    """Press Tab until the control has the focus."""
    for _step in range(limit):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached with the Tab key")


def sign_in_by_keyboard(page: Page, user: User) -> None:
    page.goto("/accounts/login/")
    tab_to(page, "input[name=login]")
    page.keyboard.type(user.email)
    tab_to(page, "input[name=password]")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("summary .who")).to_contain_text(user.name)


def test_the_first_tab_offers_to_skip_to_the_content(portal_site: str, page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text(zh("Skip to the content"))
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_a_person_signs_in_and_searches_without_a_mouse(
    portal_site: str, open_browser: Any, assert_accessible: Any
) -> None:
    page, user = open_browser(), make_person(Role.APPLICANT, name="键盘用户")
    sign_in_by_keyboard(page, user)
    page.goto("/")
    assert_accessible(page)
    tab_to(page, "input[type=search]")
    page.keyboard.type("课程")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=*")
    reads(page, zh("Nothing found"))
    assert_accessible(page)
