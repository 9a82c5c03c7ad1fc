"""Who sees who can do what, and who takes lists of people in. Every refusal says why."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Permission
from portal.core.denials import Denied


def check_can_read_roles(user: Any) -> None:
    """Rule: the secretariat, observers and administrators see who can do what, each of them only
    the people they may know of.
    """
    if not (user.may(Permission.ACCOUNTS_ROLES_READ) or is_head(user)):
        raise Denied(
            _("Only administrators, the secretariat and observers see who can do what."),
            code="roles.read",
        )


def is_head(user: Any) -> bool:
    """Say whether this person administers any active organisation."""
    return user.is_active and any(one.is_administrator for one in user.held)


def can_read_roles(user: Any) -> bool:
    try:
        check_can_read_roles(user)
    except Denied:
        return False
    return True


def check_can_import(user: Any) -> None:
    """Rule: organisations and people are imported by administrators of the programme or of the
    system.
    """
    if not user.may(Permission.ACCOUNTS_PEOPLE_IMPORT):
        raise Denied(
            _("Only an administrator of the programme or of the system imports people."),
            code="import.role",
        )
