"""Lists of organisations and people: what was taken in, and the files somebody may look at."""

from django.db.models import Count, Q, QuerySet

from portal.accounts.models import PeopleList, User
from portal.core.models import PrivateFile


def people_lists() -> QuerySet[PeopleList]:
    """Lists taken in, newest first, with what they made (`people`, `places`)."""
    rows = PeopleList.objects.select_related("file", "taken_by")
    return rows.annotate(
        people=Count("invitations", distinct=True), places=Count("organisations", distinct=True)
    )


def people_files_of(user: User) -> QuerySet[PrivateFile]:
    """Files this person may look at as lists: their own uploads and what was taken in as a list.

    For who may import (rules.roles); nobody else's uploads are among them.
    """
    taken = PeopleList.objects.values("file")
    return PrivateFile.objects.filter(Q(uploaded_by=user) | Q(pk__in=taken))
