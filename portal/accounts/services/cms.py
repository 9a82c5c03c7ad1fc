"""Editors' access to the content management follows from their memberships.

Wagtail asks Django's groups; this module keeps the one group in step with the role. Publishing
in three reviews belongs to Wagtail's own workflows, not here.
"""

from django.contrib.auth.models import Group
from django.contrib.auth.models import Permission as ModelPermission
from django.db import transaction
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from portal.accounts.enums import Permission
from portal.accounts.models import User

GROUP = "Editors"
PAGE_RIGHTS = ("add_page", "change_page", "publish_page")
# The goals with their dated values are no pages; editors keep them all the same.
GOAL_RIGHTS = ("add_goal", "change_goal", "delete_goal", "view_goal")
COLLECTION_RIGHTS = ("add_image", "change_image", "choose_image", "add_document", "choose_document")


def editors_group() -> Group:
    """Return the editors' group with its rights; creates what is missing, takes nothing away."""
    group, _created = Group.objects.get_or_create(name=GROUP)
    group.permissions.add(
        ModelPermission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    )
    group.permissions.add(
        *ModelPermission.objects.filter(
            content_type__app_label="outreach", codename__in=GOAL_RIGHTS
        )
    )
    root = Page.objects.get(depth=1)
    for right in ModelPermission.objects.filter(
        content_type__app_label="wagtailcore", codename__in=PAGE_RIGHTS
    ):
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=right)
    shelf = Collection.objects.get(depth=1)
    for right in ModelPermission.objects.filter(
        content_type__app_label__in=("wagtailimages", "wagtaildocs"), codename__in=COLLECTION_RIGHTS
    ):
        GroupCollectionPermission.objects.get_or_create(
            group=group, collection=shelf, permission=right
        )
    return group


@transaction.atomic
def sync_cms_access(*, user: User) -> bool:
    """Put the person into the editors' group, or take them out; return whether they are in it.

    Rule: who holds a role with `cms:edit` in an active organisation may use /admin/. Call it
    after a membership is granted or removed; calling it again changes nothing.
    """
    user.forget_roles()
    allowed = user.may(Permission.CMS_EDIT)
    group = editors_group()
    if allowed:
        user.groups.add(group)
    else:
        user.groups.remove(group)
    return allowed
