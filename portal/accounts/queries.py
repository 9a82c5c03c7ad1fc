"""Reads for the screens of accounts, and for the secretariat's screens of organisations."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from portal.accounts.enums import AdmissionState, Capacity, Permission
from portal.accounts.models import Admission, Membership, Organisation, PeopleList, User
from portal.core.identifiers import normalise_uscc
from portal.core.models import Notification, PrivateFile

COMMON_WORDS = (
    "有限责任公司",
    "股份有限公司",
    "有限公司",
    "集团",
    "股份",
    "科技",
    "技术",
    "（集团）",
)


def organisations_of(user: User) -> QuerySet[Organisation]:
    """Active organisations in which this person holds any role."""
    return Organisation.objects.filter(pk__in=user.organisation_ids()).order_by("name")


def organisations_visible_to(user: User) -> QuerySet[Organisation]:
    """Organisations whose page this person may open: their own; the secretariat, all."""
    if user.may(Permission.ACCOUNTS_ORGANISATIONS_MANAGE):
        return Organisation.objects.all()
    return organisations_of(user)


def organisations_found(words: str, state: str) -> QuerySet[Organisation]:
    """Organisations whose name or code holds `words`, active or not by `state`, with the number
    of their people (`people`), by name.
    """
    found = Organisation.objects.annotate(people=Count("memberships__user", distinct=True))
    if words:
        wanted = Q(name__icontains=words) | Q(name_en__icontains=words)
        found = found.filter(wanted | Q(uscc__icontains=normalise_uscc(words)))
    if state in {"active", "inactive"}:
        found = found.filter(is_active=state == "active")
    return found.order_by("name", "pk")


def admissions_visible_to(user: User) -> QuerySet[Admission]:
    """Requests this person may read: their own, those for organisations they administer, and
    for the secretariat all.
    """
    rows = Admission.objects.select_related("user", "decided_by")
    if user.may(Permission.ACCOUNTS_ORGANISATIONS_MANAGE):
        return rows
    codes = [one.code for one in user.held if one.is_administrator]
    return rows.filter(Q(user=user) | Q(uscc__in=codes))


def own_admissions(user: User) -> QuerySet[Admission]:
    """A person's own requests that wait or were refused, newest first."""
    hidden = (AdmissionState.CONFIRMED, AdmissionState.WITHDRAWN)
    return user.admissions.exclude(state__in=hidden).order_by("-created_at", "-pk")


@dataclass(frozen=True)
class Alike:
    """An organisation whose name resembles another, and by how much (0 to 1)."""

    organisation: Organisation
    part: float


def grams(name: str) -> frozenset[str]:
    """Return the pairs of neighbouring characters of a name, without the words all names share."""
    for word in COMMON_WORDS:
        name = name.replace(word, "")
    text = "".join(name.split())
    return frozenset(text[i : i + 2] for i in range(len(text) - 1)) or frozenset({text})


def similar_names(name: str, *, but: str, number: int = 5) -> list[Alike]:
    """Return registered organisations with a name like `name` and another code than `but`.

    Likeness is the share of common character pairs (Jaccard), from 0.5 on, the likest first.
    """
    wanted = grams(name)
    found: list[tuple[float, int]] = []
    for pk, other in Organisation.objects.exclude(uscc=but).values_list("pk", "name"):
        pairs = grams(other)
        part = len(wanted & pairs) / len(wanted | pairs)
        if part >= 0.5:
            found.append((part, pk))
    best = sorted(found, reverse=True)[:number]
    rows = Organisation.objects.in_bulk([pk for _part, pk in best])
    return [Alike(rows[pk], part) for part, pk in best]


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
    if user.may(Permission.ACCOUNTS_ORGANISATIONS_MANAGE):
        return members
    sees_all = organisation.memberships.filter(is_administrator=True, user=user).exists()
    return members if sees_all else members.filter(user=user)


def notices_of(user: User) -> QuerySet[Notification]:
    """This person's notices, newest first."""
    return Notification.objects.filter(recipient=user)


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
        everybody = User.objects.filter(is_active=True)
        found["learner"] = everybody.count()
        found["system"] = everybody.filter(is_superuser=True).count()
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
