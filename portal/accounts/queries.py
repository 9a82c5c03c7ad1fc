"""Reads for the account's own screens."""

from django.db.models import Q, QuerySet

from portal.accounts.enums import Role
from portal.accounts.models import Membership, Organisation, User
from portal.core.models import Notification


def organisations_of(user: User) -> QuerySet[Organisation]:
    """Active organisations in which this person holds any role."""
    return Organisation.objects.filter(pk__in=user.organisation_ids()).order_by("name")


def members_of(organisation: Organisation, user: User) -> QuerySet[Membership]:
    """The members of an organisation as this person may see them, administrators first.

    Rule: experts never learn of one another, and they all belong to the secretariat; there
    only the secretariat's own people and administrators see others than themselves.
    """
    members = organisation.memberships.select_related("user").order_by(
        "-is_administrator", "user__name", "pk"
    )
    if organisation.kind != Organisation.Kind.SECRETARIAT:
        return members
    seeing = Q(role=Role.SECRETARIAT) | Q(is_administrator=True)
    sees_all = organisation.memberships.filter(seeing, user=user).exists()
    return members if sees_all else members.filter(user=user)


def notices_of(user: User) -> QuerySet[Notification]:
    """This person's notices, newest first."""
    return Notification.objects.filter(recipient=user)
