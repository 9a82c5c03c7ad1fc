"""Who may close an account, and who sees another person's telephone number and address."""

from typing import Any

from portal.accounts.enums import Permission, Role
from portal.accounts.models import User
from portal.core import personal
from portal.core.contacts import masked
from portal.core.denials import Denied

# Roles whose work is to reach people.
CALLING = (Role.SECRETARIAT,)


def check_can_close(person: User) -> None:
    """Rule: an account is closed when nothing depends on its person: no organisation without an
    administrator, no review begun and not signed, no course or examination under way.
    """
    reasons = personal.obstacles_of(person)
    if reasons:
        raise Denied(reasons[0], code="account.depended_on")


def may_call(viewer: Any, *organisation_ids: int) -> bool:
    """Rule: telephone numbers and addresses are whole for the secretariat and for the people of the
    organisations named (whose business it is to reach the person); others see them masked, and who
    only observes sees none.
    """
    if any(viewer.has_role(role) for role in CALLING):
        return True
    return bool(set(organisation_ids) & viewer.organisation_ids())


def only_observes(viewer: Any) -> bool:
    """Say whether a person reads by the observer's right alone."""
    reads_all = viewer.may(Permission.SHOWCASE_SUBMISSIONS_READ_ALL)
    return bool(reads_all and not any(viewer.has_role(role) for role in CALLING))


def contact_for(viewer: Any, text: str, *organisation_ids: int) -> str:
    """Return a telephone number or address as `viewer` may see it: whole, masked, or nothing."""
    if may_call(viewer, *organisation_ids):
        return text
    return "" if only_observes(viewer) else masked(text)
