"""Who holds what: numbers and names for "who can do what", as far as the reader may know them."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from portal.accounts.enums import Capacity, Permission
from portal.accounts.models import Membership, User


@dataclass(frozen=True)
class Holder:
    """One person who is something here: shown by name and organisation, never with a contact."""

    name: str
    organisation: str
    is_administrator: bool = False


def memberships_shown_to(user: User) -> QuerySet[Membership]:
    """Memberships whose holders this person may see by name on "who can do what".

    Rule: who manages organisations sees all; an administrator those of the organisations they
    administer; an observer and everybody else none, since experts stay unknown.
    """
    rows = Membership.objects.filter(organisation__is_active=True, user__is_active=True)
    if user.may(Permission.ACCOUNTS_ORGANISATIONS_MANAGE):
        return rows
    own = [one.organisation_id for one in user.held if one.is_administrator]
    return rows.filter(organisation__in=own)


def memberships_counted_for(user: User) -> QuerySet[Membership]:
    """Memberships that enter the numbers this person sees: all for who reads the roles by their
    own role, those of the own organisations for its administrators.
    """
    if user.may(Permission.ACCOUNTS_ROLES_READ):
        return Membership.objects.filter(organisation__is_active=True, user__is_active=True)
    return memberships_shown_to(user)


def numbers_of_holders(user: User) -> dict[str, int]:
    """Return how many people hold each capacity, by its key, as far as this person may know."""
    rows = memberships_counted_for(user)
    counts = rows.values_list("role").annotate(people=Count("user", distinct=True)).order_by()
    heads = rows.filter(is_administrator=True).values("user").distinct().count()
    found = {str(role): number for role, number in counts} | {"administrator": heads}
    if user.may(Permission.ACCOUNTS_ROLES_READ):
        found |= User.objects.filter(is_active=True).aggregate(
            learner=Count("pk"), system=Count("pk", filter=Q(is_superuser=True))
        )
    return found


def holders_of(capacity: Capacity, user: User) -> QuerySet[Membership] | QuerySet[User]:
    """Return who holds a capacity, as far as this person may see them by name.

    Memberships, or people for the system administrators; learners are never listed.
    """
    rows = memberships_shown_to(user).select_related("user", "organisation")
    ordered = rows.order_by("user__name", "user_id", "organisation__name", "pk")
    if capacity.key == "administrator":
        return ordered.filter(is_administrator=True)
    if capacity.role:
        return ordered.filter(role=capacity.role)
    may_see = user.may(Permission.ACCOUNTS_ORGANISATIONS_MANAGE)
    if capacity.key == "system" and may_see:
        return User.objects.filter(is_active=True, is_superuser=True).order_by("name", "pk")
    return rows.none()


def as_holder(row: Membership | User) -> Holder:
    """Return one row of `holders_of` as what a page shows."""
    if isinstance(row, User):
        return Holder(row.name, "")
    return Holder(row.user.name, row.organisation.display_name, row.is_administrator)
