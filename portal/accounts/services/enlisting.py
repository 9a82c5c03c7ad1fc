"""Accounts for people whom others put on a list: made once, without a password.

Whoever sent the list never learns whether an account was there before.
"""

from collections.abc import Mapping
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction

from portal.accounts.models import User
from portal.core import audit


@transaction.atomic
def enlist(*, people: Mapping[str, str], by: Any) -> dict[str, tuple[User, bool]]:
    """Return the person behind each address (`people` is name by address) and whether they are new.

    A new account has the given name, no usable password and an address that is not verified yet:
    its owner gets in by resetting the password. Audited for each new one. Addresses are compared
    in lower case.
    """
    wanted = {address.strip().lower(): name for address, name in people.items()}
    known = {user.email.lower(): user for user in User.objects.filter(email__in=wanted)}
    found: dict[str, tuple[User, bool]] = {}
    for address, name in wanted.items():
        user = known.get(address)
        found[address] = (user, False) if user else (make_account(address, name, by=by), True)
    return found


def make_account(address: str, name: str, *, by: Any) -> User:
    """Create one account that nobody can sign in to before its password is reset."""
    user = User.objects.create_user(email=address, name=name)
    EmailAddress.objects.create(user=user, email=address, primary=True, verified=False)
    audit.record(action="person.enlisted", obj=user, by=by, after={"email": address})
    return user
