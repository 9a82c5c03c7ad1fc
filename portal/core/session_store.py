"""Where sessions lie: Django's own table and rules, read by a statement written once.

`SESSION_ENGINE` names this module.
"""

from typing import Any

from django.contrib.sessions.backends import db
from django.utils import timezone

from portal.core.statements import Statement


class SessionStore(db.SessionStore):
    """Django's sessions in the database; only how a row is found is quicker."""

    def _get_session_from_db(self) -> Any:
        row = STATEMENT.first(self.session_key) if self.session_key else None
        if row is None or row.expire_date <= timezone.now():
            self._session_key = None
            return None
        return row


def of_key(key: str) -> Any:
    """Return the query for the session of a key."""
    return SessionStore.get_model_class().objects.filter(session_key=key)


STATEMENT = Statement(of_key, place="-")
