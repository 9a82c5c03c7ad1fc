"""What a person does with their notices: ticking off, and how they are to come."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from portal.accounts.models import User
from portal.core import audit, clock
from portal.core.models import NoticeChoice, Notification
from portal.core.notice_groups import GROUPS


def mark_read(*, notices: QuerySet[Notification], by: User) -> int:
    """Mark those of one's own notices as read that are not; return how many. Not audited."""
    return notices.filter(recipient=by, read_at=None).update(read_at=clock.now())


@transaction.atomic
def choose_manners(*, by: User, manners: Mapping[str, str]) -> None:
    """Keep how each group of notices is to reach a person; unknown and fixed ones are passed over.

    What is as the group has it by itself needs no row. Audited when something changed.
    """
    User.objects.select_for_update().get(pk=by.pk)
    before = chosen(by)
    for code, manner in manners.items():
        group = GROUPS.get(code)
        if group is None or group.fixed or manner not in group.manners:
            continue
        if manner == group.manners[0]:
            NoticeChoice.objects.filter(person=by, group=code).delete()
        else:
            NoticeChoice.objects.update_or_create(
                person=by, group=code, defaults={"manner": manner}
            )
    after = chosen(by)
    if after != before:
        audit.record(action="notices.chosen", obj=by, by=by, before=before, after=after)


def chosen(person: User) -> dict[str, Any]:
    """Return a person's stored choices by group."""
    return dict(NoticeChoice.objects.filter(person=person).values_list("group", "manner"))
