"""How long a sign-in lasts, and that nothing typed is lost when it ends."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from portal.accounts.enums import Role
from portal.core import clock
from portal.core.models import AccessEvent
from tests.accounts.test_signing_in import in_production, is_in, make_person, try_login
from tests.factories.accounts import PASSWORD, make_member, make_user
from tests.factories.pages import make_site

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 5, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
PAGE = "/profile/"


@pytest.fixture(autouse=True)
def short(settings):
    settings.SESSION_IDLE_MINUTES, settings.SESSION_LIFE_HOURS = 30, 12
    settings.SESSION_DAYS = 14


def came_in(user, browser=None):
    browser = browser or Client()
    with clock.at(NOON):
        browser.force_login(user)
    return browser


def status(browser, minutes, path=PAGE, **more):
    with clock.at(NOON + timedelta(minutes=minutes)):
        return browser.get(path, **more).status_code


@pytest.mark.parametrize(
    ("role", "minutes", "answers"),
    [
        (Role.SECRETARIAT, [29, 58, 87], [200, 200, 200]),
        (Role.SECRETARIAT, [29, 59], [200, 302]),
        (Role.EXPERT, [30], [302]),
        (Role.APPLICANT, [31, 13 * 24 * 60], [200, 200]),
        (Role.APPLICANT, [60, 14 * 24 * 60], [200, 302]),
    ],
)
def test_session_ends_after_doing_nothing_by_role(role, minutes, answers):
    browser = came_in(make_member(role))
    assert [status(browser, minute) for minute in minutes] == answers


def test_session_of_an_official_ends_after_twelve_hours_whatever_they_do():
    browser = came_in(make_user(is_superuser=True))
    answers = [status(browser, minute) for minute in range(20, 12 * 60 + 1, 20)]
    assert answers == [200] * 35 + [302]
    assert list(AccessEvent.objects.values_list("kind", "how")) == [("expired", "life")]


def test_pages_that_ask_by_themselves_do_not_prolong_it():
    browser = came_in(make_member(Role.SECRETARIAT))
    asked = {"HX-Request": "true"}
    assert [status(browser, 20, headers=asked), status(browser, 31)] == [200, 302]
    browser = came_in(make_member(Role.SECRETARIAT))
    with clock.at(NOON + timedelta(minutes=31)):
        answer = browser.get(PAGE, headers=asked)
    assert (answer.status_code, answer.headers["HX-Refresh"]) == (401, "true")


@pytest.mark.parametrize(
    ("ticked", "lifetime"), [({"remember": "on"}, 14 * 24 * 3600), ({}, "")], ids=["ticked", "not"]
)
@pytest.mark.parametrize(("role", "answer"), [(Role.SECRETARIAT, 302), (Role.APPLICANT, 200)])
def test_remember_me_keeps_the_cookie_and_prolongs_no_officials_session(
    role, answer, ticked, lifetime
):
    person, browser = make_person(), Client()
    home = make_member(role).memberships.get().organisation
    person.memberships.create(organisation=home, role=role)
    with clock.at(NOON):
        came = browser.post(
            "/accounts/login/", {"login": person.email, "password": PASSWORD, **ticked}
        )
    assert came.cookies["sessionid"]["max-age"] == lifetime
    assert status(browser, 31) == answer


def test_stay_button_prolongs_it_and_is_there_for_whom_it_concerns():
    browser = came_in(make_member(Role.SECRETARIAT))
    with clock.at(NOON + timedelta(minutes=20)):
        assert 'data-idle="1800"' in browser.get(PAGE).content.decode()
    with clock.at(NOON + timedelta(minutes=45)):
        assert browser.post("/profile/stay/").status_code == 204
    assert status(browser, 70) == 200
    other = came_in(make_member(Role.APPLICANT))
    assert "data-idle" not in other.get(PAGE).content.decode()


def test_who_was_signed_out_is_told_and_comes_back_to_the_page():
    browser = came_in(make_member(Role.OBSERVER))
    with clock.at(NOON + timedelta(minutes=31)):
        answer = browser.get("/profile/?part=2", headers={"Accept-Language": "en"}, follow=True)
    assert answer.redirect_chain[0][0] == "/accounts/login/?next=/profile/%3Fpart%3D2"
    assert "nothing was done for 30 minutes" in answer.content.decode()
    rows = list(AccessEvent.objects.values_list("kind", "how", "number"))
    assert rows == [("expired", "idle", 1)]


def test_public_page_goes_on_as_for_anybody():
    make_site()
    browser = came_in(make_member(Role.EDITOR))
    assert status(browser, 31, "/") == 200
    assert not is_in(browser)


def test_what_was_sent_too_late_is_kept_for_its_sender_and_sent_after_sign_in():
    user = make_person()
    user.memberships.create(
        organisation=make_member(Role.OBSERVER).memberships.get().organisation, role=Role.OBSERVER
    )
    browser = came_in(user)
    typed = {"name": "改后的示例名字与一段很长的文字", "language": "en", "password": "secret-word"}
    with clock.at(NOON + timedelta(minutes=31)):
        answer = browser.post(PAGE, typed)
        assert answer.headers["location"] == "/accounts/login/?next=%2Fprofile%2Ftyped%2F"
        user.refresh_from_db()
        assert user.name != typed["name"]
        try_login(browser, user.email)
        page = browser.get("/profile/typed/").content.decode()
        assert ('action="/profile/"' in page, typed["name"] in page) == (True, True)
        assert "secret-word" not in page
        browser.post(PAGE, {"name": typed["name"], "language": "en"})
        assert browser.get("/profile/typed/").status_code == 302
    user.refresh_from_db()
    assert user.name == typed["name"]


def test_another_person_at_the_same_browser_sees_nothing_of_it():
    browser = came_in(make_member(Role.OBSERVER))
    with clock.at(NOON + timedelta(minutes=31)):
        browser.post(PAGE, {"name": "只给本人看的文字", "language": "en"})
        other = make_person()
        try_login(browser, other.email)
        assert browser.get("/profile/typed/").status_code == 302
        assert "held" not in browser.session


def test_an_identity_number_is_not_kept_and_the_page_says_what_to_do():
    browser = came_in(make_member(Role.OBSERVER))
    with clock.at(NOON + timedelta(minutes=31)):
        answer = browser.post(PAGE, {"name": "11010519491231002X", "language": "en"})
    assert (answer.status_code, "held" in browser.session) == (403, False)


def test_a_form_that_saves_by_itself_gets_the_reason_and_keeps_its_text():
    browser = came_in(make_member(Role.EXPERT))
    with clock.at(NOON + timedelta(minutes=31)):
        answer = browser.post(PAGE, {"name": "x"}, headers={"Accept": "application/json"})
    assert (answer.status_code, set(answer.json())) == (403, {"reason"})


def test_a_form_without_its_token_is_not_kept():
    browser = came_in(make_member(Role.OBSERVER), Client(enforce_csrf_checks=True))
    with clock.at(NOON + timedelta(minutes=31)):
        assert browser.post(PAGE, {"name": "x"}).status_code == 403
    assert "held" not in browser.session


def test_production_is_strict_and_elsewhere_nobody_is_hurried():
    names = ("SESSION_IDLE_MINUTES", "SESSION_LIFE_HOURS", "SESSION_DAYS")
    assert in_production(*names) == [30, 12, 14]
    assert in_production(*names, SESSION_IDLE_MINUTES="0", SESSION_DAYS="1") == [0, 12, 1]
