"""The site the journeys are played on, and the judge of its pages' accessibility."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from portal.demo.site import ensure_site_tree

# A busy machine answers late; a fault still shows, only later.
expect.set_options(timeout=15_000)
GRAVE = {"serious", "critical"}
# Without preload axe fetches no style sheets of its own.
OPTIONS = {"resultTypes": ["violations"], "preload": False}


@pytest.fixture
def portal_site(live_site: str, transactional_db: None) -> str:
    """The running site with its home page, showcase, courses and news; its address."""
    ensure_site_tree()
    return live_site


@pytest.fixture
def assert_accessible(open_browser: Callable[..., Any]) -> Callable[[Any], None]:
    """Let axe judge the page a person looks at, its contrast in the dark too.

    axe writes inline styles, which the site's content policy rightly refuses: it judges the same
    address, seen by the same person, in a window without the policy.
    """
    window = open_browser(bypass_csp=True)

    def judge(page: Any) -> None:
        window.context.clear_cookies()
        window.context.add_cookies(page.context.cookies())
        window.emulate_media(color_scheme="light")
        window.goto(page.url)
        found = grave_faults(window)
        window.emulate_media(color_scheme="dark")
        found += grave_faults(window, runOnly=["color-contrast"])
        assert found == [], page.url

    return judge


def grave_faults(page: Any, **options: Any) -> list[str]:
    """What axe holds to be serious or critical on a page, with the element in question."""
    return [
        f"{one['id']} ({one['impact']}): {node['html'][:200]} {node['failureSummary']}"
        for one in Axe().run(page, options=OPTIONS | options).response["violations"]
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]
