"""What a person changes about themselves."""

from django.db import transaction

from portal.accounts.models import User
from portal.core import audit


@transaction.atomic
def change_profile(*, by: User, name: str, language: str) -> None:
    """Change one's own name and language of mails. Audited."""
    before = {"name": by.name, "language": by.language}
    by.name, by.language = name, language
    by.save(update_fields=["name", "language"])
    audit.record(
        action="profile.changed",
        obj=by,
        by=by,
        before=before,
        after={"name": name, "language": language},
    )
