"""Reads for the account's own screens."""

from django.db.models import QuerySet

from portal.accounts.models import Membership, Organisation, User
from portal.core.models import Notification


def organisations_of(user: User) -> QuerySet[Organisation]:
    """Active organisations in which this person holds any role."""
    return Organisation.objects.filter(pk__in=user.organisation_ids()).order_by("name")


def members_of(organisation: Organisation) -> QuerySet[Membership]:
    """The members of an organisation with their people, administrators first."""
    return organisation.memberships.select_related("user").order_by(
        "-is_administrator", "user__name", "pk"
    )


def notices_of(user: User) -> QuerySet[Notification]:
    """This person's notices, newest first."""
    return Notification.objects.filter(recipient=user)
