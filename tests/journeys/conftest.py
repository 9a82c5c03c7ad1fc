"""The site the journeys are played on, and the judge of its pages' accessibility."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from portal.demo.site import ensure_site_tree

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
    """Let axe judge the page a person looks at; nothing serious or critical may be wrong.

    axe writes inline styles, which the site's content policy rightly refuses: it judges the same
    address, seen by the same person, in a window without the policy.
    """
    window = open_browser(bypass_csp=True)

    def judge(page: Any) -> None:
        window.context.clear_cookies()
        window.context.add_cookies(page.context.cookies())
        window.goto(page.url)
        grave = [
            f"{one['id']} ({one['impact']}): {node['html'][:200]}"
            for one in Axe().run(window, options=OPTIONS).response["violations"]
            if one["impact"] in GRAVE
            for node in one["nodes"]
        ]
        assert grave == [], page.url

    return judge
