"""Who edits what a course teaches, as a policy that Wagtail's admin asks."""

from typing import Any

from wagtail.permission_policies.base import BasePermissionPolicy

from portal.accounts.enums import Permission
from portal.accounts.models import User

ACTIONS = frozenset({"add", "change", "delete", "view", "publish", "choose"})


class EditorsPolicy(BasePermissionPolicy):
    """Rule: skills, modules, units and practical tasks are edited by editors."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Say whether this person may do something with any object of the model."""
        return action in ACTIONS and is_editor(user)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)

    def users_with_any_permission(self, actions: Any) -> Any:
        """Return whom Wagtail may name as owner or reviewer: nobody, these models have none."""
        return User.objects.none()

    def users_with_permission(self, action: str) -> Any:
        return User.objects.none()


def is_editor(user: Any) -> bool:
    """Say whether this person edits public pages: an editor, or who keeps the system."""
    return bool(user.may(Permission.CMS_EDIT))
