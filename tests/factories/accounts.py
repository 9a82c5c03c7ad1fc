"""People and organisations for tests, made with the fewest facts that are valid."""

import itertools
from typing import Any

from stdnum.cn import uscc

from portal.accounts.enums import Role
from portal.accounts.models import Consent, Membership, Organisation, User
from portal.core.legal_texts import texts_in_force

PASSWORD = "a-long-test-password"
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
numbers = itertools.count(1)


def make_uscc(number: int | None = None, prefix: str = "91") -> str:
    """Return a valid credit code of the unused region 99."""
    value, tail = number if number is not None else next(numbers), ""
    for _ in range(9):
        value, rest = divmod(value, len(ALPHABET))
        tail = ALPHABET[rest] + tail
    body = f"{prefix}990000{tail}"
    return body + uscc.calc_check_digit(body)


def make_organisation(**facts: Any) -> Organisation:
    """Create an organisation with a valid code."""
    number = next(numbers)
    values = {"uscc": make_uscc(number), "name": f"示例单位{number}", "region": "320000"}
    return Organisation.objects.create(**(values | facts))


def make_user(**facts: Any) -> User:
    """Create a person who can sign in with PASSWORD and has agreed to the texts in force."""
    number = next(numbers)
    values = {"email": f"person{number}@example.org", "name": f"示例人{number}"}
    user = User.objects.create_user(password=PASSWORD, **(values | facts))
    Consent.objects.bulk_create(
        Consent(
            person=user,
            document=text.document,
            version=text.version,
            sha256=text.sha256(),
            language=user.language,
            way=Consent.Way.REGISTRATION,
        )
        for text in texts_in_force()
    )
    return user


def make_member(role: str, organisation: Organisation | None = None, **facts: Any) -> User:
    """Create a person who holds `role` in the organisation (a new one if none is given)."""
    user = make_user(**facts)
    Membership.objects.create(
        user=user, organisation=organisation or make_organisation(), role=role
    )
    return user


def make_administrator(organisation: Organisation, role: str = Role.APPLICANT) -> User:
    """Create an administrator of the organisation."""
    user = make_member(role, organisation)
    Membership.objects.filter(user=user).update(is_administrator=True)
    return user


def make_secretariat(**facts: Any) -> User:
    """Create a member of the secretariat."""
    return make_member(
        Role.SECRETARIAT, make_organisation(kind=Organisation.Kind.SECRETARIAT), **facts
    )
