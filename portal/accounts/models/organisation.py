"""Organisations by their credit code, memberships, invitations."""

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Role
from portal.core import clock
from portal.core.identifiers import public_id, validate_uscc


class Organisation(models.Model):
    """A legal person (or an office) known by its unified social credit code (USCC)."""

    class Kind(models.TextChoices):
        ENTERPRISE = "enterprise", _("Enterprise")
        UNIVERSITY = "university", _("University")
        INSTITUTE = "institute", _("Institute")
        AUTHORITY = "authority", _("Recommending authority")
        SECRETARIAT = "secretariat", _("Secretariat")
        ASSESSMENT = "assessment", _("Assessment body")
        TRAINING = "training", _("Training base")

    public_id = models.CharField(max_length=24, unique=True, default=public_id)
    uscc = models.CharField(
        _("credit code"), max_length=18, unique=True, validators=[validate_uscc]
    )
    name = models.CharField(_("name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=160, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.ENTERPRISE)
    region = models.CharField(_("region"), max_length=6, blank=True)
    industry = models.CharField(_("industry"), max_length=4, blank=True)
    # Of an enterprise: schemes `classes` and `grades` (分类分级) of portal/core/taxonomies.py.
    enterprise_class = models.CharField(_("class of enterprise"), max_length=12, blank=True)
    grade = models.CharField(_("grade"), max_length=1, blank=True)
    # For an authority: a short code (R32) used in imports, and the regions it recommends for.
    code = models.CharField(_("authority code"), max_length=12, unique=True, null=True, blank=True)
    covers = models.JSONField(_("regions covered"), default=list, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["uscc"]

    def __str__(self) -> str:
        return self.name

    @property
    def display_name(self) -> str:
        """The name in the active language, Chinese where no English name is known."""
        english = (get_language() or "").startswith("en")
        return self.name_en if english and self.name_en else self.name


class Membership(models.Model):
    """One role of one person in one organisation."""

    public_id = models.CharField(max_length=24, unique=True, default=public_id)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(max_length=12, choices=Role.choices)
    is_administrator = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role"], name="membership_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.get_role_display()} – {self.organisation}"


class FormerMembership(models.Model):
    """That somebody belonged to an organisation until a moment: it ties them for some years.

    Written when a membership ends; gives no right. Told by credit code, as parties are.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="former_memberships"
    )
    uscc = models.CharField(_("credit code"), max_length=18)
    ended_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "uscc"], name="former_membership_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.uscc} – {self.ended_at:%Y-%m-%d}"


class Invitation(models.Model):
    """A letter to an address: join this organisation with this role. Single use, expires."""

    public_id = models.CharField(max_length=24, unique=True, default=public_id)
    token = models.CharField(max_length=64, unique=True)
    email = models.EmailField()
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="invitations"
    )
    role = models.CharField(max_length=12, choices=Role.choices)
    is_administrator = models.BooleanField(default=False)
    next_url = models.CharField(max_length=200, blank=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | models.Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="invitation_accepted_by_and_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} → {self.organisation}"

    @property
    def is_open(self) -> bool:
        """Whether its link can still be used."""
        return self.accepted_at is None and self.expires_at > clock.now()
