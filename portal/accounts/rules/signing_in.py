"""Who must prove themselves twice. How signing in works is allauth's."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings

from portal.accounts.enums import SECOND_FACTOR_ROLES

CMS_ACCESS = "wagtailadmin.access_admin"


def must_keep_second_factor(user: Any) -> bool:
    """Rule: the secretariat, chairs, experts, observers, certifiers and whoever may use the
    content management sign in with a second factor (setting MFA_REQUIRED).
    """
    return settings.MFA_REQUIRED and (is_asked_by_role(user) or user.has_perm(CMS_ACCESS))


def is_asked_by_role(user: Any) -> bool:
    """Say whether a role, or being a system administrator, asks for it."""
    by_role = any(role in SECOND_FACTOR_ROLES for role in user.roles)
    return by_role or user.is_staff or user.is_superuser


def has_second_factor(user: Any) -> bool:
    """Say whether a person has an app or a passkey; recovery codes alone are none."""
    own = Authenticator.objects.filter(user=user)
    return own.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


def lacks_second_factor(user: Any, *, in_cms: bool) -> bool:
    """Say whether this person must set up a second factor before going on.

    Rights given past the roles open only the content management: they are looked up there.
    """
    if not settings.MFA_REQUIRED:
        return False
    return has_weighty_role(user, in_cms=in_cms) and not has_second_factor(user)


def has_weighty_role(user: Any, *, in_cms: bool) -> bool:
    """Say whether a person judges, sees all or writes for all, as far as this page shows."""
    return is_asked_by_role(user) or (in_cms and user.has_perm(CMS_ACCESS))
