"""What people do in the journeys: sign in, read, type, press; and the time they do it at.

Each person has a browser of their own. Controls are found as a reader finds them, by role and
Chinese name; `zh` looks the name up, so that a better wording does not break a journey and a
missing translation does.
"""

import re
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import F
from django.utils import translation
from playwright.sync_api import Locator, Page, expect

from evaluation.models import PublicNotice
from portal.accounts.models import Organisation, User
from portal.core import clock
from showcase.models import Round, Stage
from tests.factories.accounts import PASSWORD, make_member
from tests.factories.showcase import windows_around

HAN = re.compile("[\u4e00-\u9fff]")


def zh(text: str, **values: Any) -> str:
    """Return the Chinese of an interface text, with its places filled in."""
    with translation.override("zh-hans"):
        found = translation.gettext(text)
    assert HAN.search(found), f"no Chinese for “{text}”"
    return found % values if values else found


def make_person(role: str, organisation: Organisation | None = None, **facts: Any) -> User:
    """Create a person who can sign in: with the role, and a confirmed address."""
    user = make_member(role, organisation, **facts)
    confirm_address(user)
    return user


def confirm_address(user: User) -> None:
    """Confirm a person's e-mail address, as the mailed code would."""
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


def sign_in(page: Page, user: User) -> None:
    """Sign in through the real form and arrive in the workspace."""
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(user.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    expect(page.locator("summary .who")).to_contain_text(user.name)


def button(page: Page | Locator, text: str, **values: Any) -> Locator:
    """The button with this name (given in English, found in Chinese)."""
    return page.get_by_role("button", name=zh(text, **values), exact=True)


def link(page: Page | Locator, text: str, **values: Any) -> Locator:
    """The link with this name (given in English, found in Chinese)."""
    return page.get_by_role("link", name=zh(text, **values), exact=True)


def reads(page: Page, text: str) -> None:
    """Wait until the page's content says this."""
    expect(page.locator("main")).to_contain_text(text)


# --- the calendar -------------------------------------------------------------------------------


def live_in(round: Round, state: str) -> None:
    """Move the round's stages so that the one of `state` has been open for five days.

    The site runs in another thread, where no test can stop the clock: the dates move instead,
    and what was submitted moves with them.
    """
    windows = windows_around(state, clock.now())
    passed = windows[Stage.Kind.APPLY][0] - round.stages.get(kind=Stage.Kind.APPLY).opens_at
    for kind, (opens, closes) in windows.items():
        round.stages.filter(kind=kind).update(opens_at=opens, closes_at=closes)
    round.submissions.update(submitted_at=F("submitted_at") + passed)
    round.refresh_from_db()


def let_notice_run_out(notice: PublicNotice) -> None:
    """Move a public notice back in time until it has just closed."""
    back = notice.closes_at - clock.now() + timedelta(minutes=1)
    PublicNotice.objects.filter(pk=notice.pk).update(
        published_at=notice.published_at - back, closes_at=notice.closes_at - back
    )
