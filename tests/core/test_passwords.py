"""Passwords that anybody would guess are refused; long and odd ones are not."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from portal.accounts.enums import Role
from portal.accounts.models import User
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
