"""Who is behind a session: allauth's way of signing in, with the person read by one statement."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from portal.accounts.models import User
from portal.core.statements import Statement


def of_key(key: int) -> Any:
    """Return the query for the person of a key."""
    return User.objects.filter(pk=key)


PERSON = Statement(of_key, place=-1)


class Backend(AuthenticationBackend):
    """Reads at every request whom a session belongs to; all else is allauth's."""

    def get_user(self, user_id: int) -> User | None:
        user = PERSON.first(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None
