"""Reads for the screens of accounts, and for the secretariat's screens of organisations."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import AdmissionState, Permission, Role
from portal.accounts.models import Admission, Membership, Organisation, User
from portal.core.audit.timeline import OFFICE_ONLY, Line, Reader, Telling, history, tells
from portal.core.identifiers import normalise_uscc
from portal.core.models import Notification
from portal.core.notice_groups import OTHER, group_of, groups_in_order

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


def secretariat() -> QuerySet[User]:
    """People of the secretariat: they hear of what no single round is responsible for."""
    return User.objects.filter(
        memberships__role=Role.SECRETARIAT, memberships__organisation__is_active=True
    ).distinct()


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


tells(
    "admission",
    "accounts.admission",
    {
        "admission.asked": Telling(_("Asked"), named=OFFICE_ONLY),
        "admission.confirmed": Telling(_("Confirmed"), named=OFFICE_ONLY),
        "admission.refused": Telling(_("Refused"), named=OFFICE_ONLY, note="reason", tone="bad"),
        "admission.withdrawn": Telling(_("Withdrawn by the sender"), tone="mute"),
    },
)


def admission_history(user: User, admission: Admission) -> list[Line]:
    """What became of a request, as this person may read it: only who decides reads names."""
    reader = Reader.PARTY if admission.user_id == user.pk else Reader.OFFICE
    return history("admission", reader, objects=[admission])


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
class Inbox:
    """One screen of the inbox: the notices, how they can be narrowed, and by what they are."""

    notices: QuerySet[Notification]
    groups: list[dict[str, Any]]
    group: str
    only_unread: bool
    unread: int
    total: int


def inbox_of(user: User, group: str, only: str) -> Inbox:
    """Return a person's inbox, narrowed to a group and to what is unread (`only` is "unread")."""
    kinds = (
        notices_of(user)
        .order_by()
        .values_list("kind")
        .annotate(n=Count("pk"), new=Count("pk", filter=Q(read_at__isnull=True)))
    )
    members: dict[str, list[str]] = {}
    numbers: dict[str, int] = {}
    total = unread = 0
    for kind, number, new in kinds:
        code = group_of(kind).code
        members.setdefault(code, []).append(kind)
        numbers[code] = numbers.get(code, 0) + number
        total, unread = total + number, unread + new
    found = notices_of(user)
    if group in members:
        found = found.filter(kind__in=members[group])
    if only == "unread":
        found = found.unread()  # type: ignore[attr-defined]
    named = [
        {
            "code": one.code,
            "name": one.name,
            "count": numbers[one.code],
            "current": one.code == group,
        }
        for one in [*groups_in_order(), OTHER]
        if one.code in members
    ]
    return Inbox(found, named, group if group in members else "", only == "unread", unread, total)


UNREAD_MAX = 100


def unread_count(user: User) -> int:
    """Return how many notices are unread, at most 100; one query over an index."""
    own = Notification.objects.filter(recipient=user, read_at__isnull=True).order_by()
    return own.values("pk")[:UNREAD_MAX].count()
