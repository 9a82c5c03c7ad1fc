"""The third job as a visitor lives it: one thing by three names, found with the search server up
and found again when it is gone; and a title completed with nothing but a keyboard.
"""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from search.engines import catalogue
from search.engines.meilisearch import Server
from search.models import Document
from search.services.pushing import push_changes
from tests.engines import find_meilisearch, running_meilisearch
from tests.factories.outreach import make_standard
from tests.factories.pages import make_news, make_solution
from tests.journeys.people import reads, zh
from tests.journeys.test_keyboard import tab_to

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
GATEWAY, MONITORING = "工控防火墙策略收敛", "钢铁企业工控系统安全监测"
LECTURE, STANDARD, OTHER = (
    "工控安全讲座开放报名",
    "工业控制系统信息安全防护指南",
    "办公文件归档",
)
NUMBER = "GB/T 99999-2026"
# The same thing in characters and in pinyin; one part of it in English and in Chinese.
CONTROL = sorted([GATEWAY, MONITORING, LECTURE, f"{NUMBER} {STANDARD}"])
FOUND = {"工控": CONTROL, "gongkong": CONTROL, "firewall": [GATEWAY], "防火墙": [GATEWAY]}
FALLBACK = "The search service is not available; these are basic results."


@pytest.fixture
def stop_server(portal_site: str, settings: Any) -> Iterator[Callable[[], None]]:
    """A search server of this test's own that the site uses; what is yielded ends it."""
    if not find_meilisearch():
        pytest.skip("no Meilisearch on this machine (make engines, or MEILI_BINARY)")
    if "MEILI_URL" in os.environ:
        pytest.skip("the server named in MEILI_URL is not this test's to stop (MEILI_BINARY)")
    catalogue._catalogue.clear()
    with ExitStack() as life:
        server = life.enter_context(running_meilisearch())
        settings.MEILI_URL, settings.MEILI_KEY = server.url, server.key
        settings.MEILI_INDEX = f"test-{secrets.token_hex(4)}"
        Server().create()
        yield life.close
    catalogue._catalogue.clear()


@pytest.fixture
def pages(stop_server: Callable[[], None]) -> None:
    """Two solutions, a piece of news, a standard and something else, all told to the server."""
    make_solution(title=GATEWAY)
    make_solution(title=MONITORING)
    make_news(title=LECTURE)
    make_standard(title=STANDARD, number=NUMBER)
    make_solution(title=OTHER)
    push_changes()
    assert Document.objects.unpushed().count() == 0


def test_one_thing_is_found_by_three_names_with_the_server_and_without_it(
    stop_server: Callable[[], None], pages: None, page: Page, assert_accessible: Any
) -> None:
    for word, titles in FOUND.items():
        assert search_for(page, word) == titles, word
        expect(page.locator("main")).not_to_contain_text(zh(FALLBACK))
    assert_accessible(page)

    stop_server()
    for word, titles in FOUND.items():
        assert search_for(page, word) == titles, word
        reads(page, zh(FALLBACK))
        assert seconds_to_answer(page) < 2
    assert_accessible(page)
    page.locator("ol.hits").get_by_role("link", name=GATEWAY).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(GATEWAY)


def search_for(page: Page, word: str) -> list[str]:
    """Search from the home page and return the titles that are found, sorted."""
    page.goto("/")
    page.locator("input[type=search]").fill(word)
    page.get_by_role("search").get_by_role("button").click()
    page.wait_for_url("**/search/?q=*")
    expect(page.locator("ol.hits > li").first).to_be_visible()
    return sorted(page.locator("ol.hits h3 a").all_inner_texts())


def seconds_to_answer(page: Page) -> float:
    """How long the page that is open let its reader wait for the first byte."""
    [times] = page.evaluate("performance.getEntriesByType('navigation').map(e => e.toJSON())")
    return float(times["responseStart"] - times["requestStart"]) / 1000


@pytest.mark.parametrize("typed", ["gongkong", "工控防", "gkfhq"])
def test_a_title_is_completed_and_opened_by_keyboard(
    portal_site: str, page: Page, typed: str
) -> None:
    make_solution(title=GATEWAY)
    make_solution(title=OTHER)
    page.goto("/search/")
    tab_to(page, "input[type=search]")
    field, options = page.locator("input[type=search]"), page.get_by_role("option")
    page.keyboard.insert_text(typed)
    expect(options).to_have_count(1)
    expect(options).to_contain_text(GATEWAY)
    page.keyboard.press("Escape")
    expect(options).to_have_count(0)
    expect(field).to_have_value(typed)

    page.keyboard.insert_text(" ")
    expect(options).to_have_count(1)
    page.keyboard.press("ArrowDown")
    chosen = options.get_attribute("id")
    expect(field).to_have_attribute("aria-activedescendant", str(chosen))
    expect(options).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(GATEWAY)
