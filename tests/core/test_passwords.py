"""Passwords that anybody would guess are refused; long and odd ones are not."""

import hashlib

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from portal.accounts.enums import Role
from portal.accounts.models import User
from portal.core.checks import check_leaked_passwords
from portal.core.passwords import is_leaked
from tests.factories.accounts import make_member, make_organisation


def codes(password, user=None):
    """Return the codes of the refusals of a password."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        return {one.code for one in error.error_list}
    return set()


@pytest.mark.parametrize(
    "password",
    [
        "password2026!",
        "P@ssw0rd2026",
        "qwerty123456!",
        "2026iloveyou!",
        "Welcome@2026",
        "dragondragon",
        "monkeymonkeymonkey",
        "ｐａｓｓｗｏｒｄ１２",
        "aaaaaaaaaaaa",
        "abababababab",
    ],
)
def test_common_passwords_with_something_around_are_refused(password):
    assert codes(password) != set()


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "another-long-password",
        "rjk8-Tz0q-wopl",
        "七月的风吹过山谷里的稻田",
        "dragons sleep until noon",
    ],
)
def test_long_and_odd_passwords_are_taken(password):
    assert codes(password) == set()


@pytest.mark.django_db
def test_words_of_the_site_and_of_the_person_are_refused(settings):
    settings.SITE_FACTS = settings.SITE_FACTS | {"organiser": "示例秘书处"}
    user = make_member(Role.APPLICANT, make_organisation(name="示例重工股份有限公司"))
    user.email, user.name = "zhangshili@steelworks.example.org", "张示例示例"
    for password in ("anfan-2026!!", "示例秘书处2026!", "示例重工股份有限公司1", "steelworks#88"):
        assert "site_word" in codes(password, user), password
    assert codes("zhangshili88", user) >= {"site_word"}
    assert codes("anfan saves the turbine", user) == set()


@pytest.mark.django_db
def test_sign_up_refuses_the_own_name():
    typed = {"email": "new@example.org", "name": "Zhang Shili", "agree": "on"}
    password = {"password1": "zhangshili2", "password2": "zhangshili2"}
    Client().post("/accounts/signup/", typed | password)
    assert User.objects.count() == 0


# --- leaked ones ----------------------------------------------------------------------------------


def digest(password):
    return hashlib.sha1(password.encode()).hexdigest().upper()


@pytest.fixture
def leaked(tmp_path, settings):
    """A list of two hundred leaked passwords, with counts as they are published."""

    def lay(passwords, ending="\n", **changes):
        lines = sorted(f"{digest(one)}:{place}" for place, one in enumerate(passwords))
        text = ending.join(lines) + changes.get("last", ending)
        path = tmp_path / "leaked.txt"
        path.write_text(text.lower() if changes.get("lower") else text, newline="")
        settings.LEAKED_PASSWORDS = str(path)
        return path

    return lay


PASSWORDS = [f"gestohlen-{number}-wort" for number in range(200)]


@pytest.mark.parametrize("form", [{}, {"ending": "\r\n"}, {"last": ""}, {"lower": True}], ids=str)
def test_every_leaked_password_is_found_and_no_other(leaked, form):
    leaked(PASSWORDS, **form)
    assert [one for one in PASSWORDS if not is_leaked(one)] == []
    assert [one for one in PASSWORDS if is_leaked(one + "x")] == []


@pytest.mark.parametrize("number", [1, 2, 3])
def test_short_list_is_read_to_its_ends(leaked, number):
    leaked(PASSWORDS[:number])
    assert [is_leaked(one) for one in PASSWORDS[:4]] == [place < number for place in range(4)]


def test_leaked_password_is_refused_and_a_longer_one_is_not(leaked):
    leaked(["kranich-tinte-fenster"])
    assert codes("kranich-tinte-fenster") == {"leaked"}
    assert codes("kranich-tinte-fenster-blau") == set()


def test_without_a_list_nothing_is_looked_into(settings):
    settings.LEAKED_PASSWORDS = ""
    assert not is_leaked("kranich-tinte-fenster")
    assert check_leaked_passwords(None) == []


def test_a_list_that_is_none_is_said_at_start(leaked, settings, tmp_path):
    assert check_leaked_passwords(None) == []
    leaked(PASSWORDS)
    assert check_leaked_passwords(None) == []
    settings.LEAKED_PASSWORDS = str(tmp_path / "away.txt")
    assert [one.id for one in check_leaked_passwords(None)] == ["core.E001"]
    (tmp_path / "away.txt").write_text("no digests in here")
    assert [one.id for one in check_leaked_passwords(None)] == ["core.E001"]
