"""A person who signs in with an e-mail address."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any, ClassVar

from django.apps import apps
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import (
    FORMER_TIES_YEARS,
    ROLE_PERMISSIONS,
    SYSTEM_PERMISSIONS,
    Permission,
)
from portal.core import clock
from portal.core.statements import Statement


@dataclass(frozen=True)
class Held:
    """One role in one active organisation, with what menus say of it."""

    role: str
    organisation_id: int
    code: str
    public_id: str
    name: str
    name_en: str
    is_administrator: bool

    @property
    def display_name(self) -> str:
        """The organisation's name in the active language."""
        english = (get_language() or "").startswith("en")
        return self.name_en if english and self.name_en else self.name


HELD_COLUMNS = (
    "role",
    "organisation_id",
    "organisation__uscc",
    "organisation__public_id",
    "organisation__name",
    "organisation__name_en",
    "is_administrator",
)


def memberships_held(person: int) -> models.QuerySet[Any, Any]:
    """Return the query of `User.held` for a person's key."""
    rows = apps.get_model("accounts", "Membership").objects.filter(user=person)
    active = rows.filter(organisation__is_active=True)
    return active.order_by("pk").values_list(*HELD_COLUMNS)


HELD = Statement(memberships_held, place=-1)


class UserQuerySet(BaseUserManager["User"]):
    """Creates people by e-mail; there is no user name."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a person; the address is stored in lower case."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a system administrator."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractUser):
    """A person. What they may do comes from their memberships, never from flags here."""

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=50)
    language = models.CharField(
        _("language"),
        max_length=10,
        default="zh-hans",
        choices=[("zh-hans", "简体中文"), ("en", "English")],
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = UserQuerySet()  # type: ignore[assignment, misc]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.name or self.email

    @property
    def audit_label(self) -> str:
        """How the record names this person: name and address, kept even if they change."""
        return f"{self.name} <{self.email}>"

    @cached_property
    def held(self) -> list[Held]:
        """What this person is in every active organisation; one query a request.

        `forget_roles` reads it anew.
        """
        return [Held(*row) for row in HELD.rows(self.pk)]

    def forget_roles(self) -> None:
        """Read the memberships anew at the next question: they have changed."""
        for name in ("held", "roles", "tied_codes"):
            self.__dict__.pop(name, None)

    @cached_property
    def roles(self) -> dict[str, frozenset[int]]:
        """The ids of this person's active organisations by role."""
        found: dict[str, set[int]] = {}
        for one in self.held:
            found.setdefault(one.role, set()).add(one.organisation_id)
        return {role: frozenset(ids) for role, ids in found.items()}

    @cached_property
    def tied_codes(self) -> frozenset[str]:
        """The credit codes of every organisation this person is tied to, whatever the role.

        Rule: tied is who belongs to it, also while it is deactivated, and who belonged to it
        within the last three years (回避期三年). The secretariat, where experts are at home, takes
        part in nothing and is left out. One query a request.
        """
        return frozenset(code for (code,) in self.ties())

    def ties(self) -> models.QuerySet[Any, Any]:
        """Return the query of `tied_codes`, for other queries to ask in one go."""
        since = clock.now() - timedelta(days=365 * FORMER_TIES_YEARS)
        former = self.former_memberships.filter(ended_at__gt=since).values_list("uscc")
        own = self.memberships.exclude(organisation__kind="secretariat")
        return own.values_list("organisation__uscc").union(former)

    def has_role(self, role: str) -> bool:
        """Say whether this person holds the role in any active organisation."""
        return role in self.roles

    def organisation_ids(self, *roles: str) -> frozenset[int]:
        """Return the organisations where this person holds one of the roles (all if none given)."""
        wanted = roles or tuple(self.roles)
        return frozenset().union(*(self.roles.get(role, frozenset()) for role in wanted))

    def may(self, permission: Permission) -> bool:
        """Say whether any of this person's roles, or keeping the system, carries the permission."""
        if not self.is_active:
            return False
        if self.is_superuser and permission in SYSTEM_PERMISSIONS:
            return True
        return any(permission in ROLE_PERMISSIONS[role] for role in self.roles)
