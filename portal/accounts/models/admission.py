"""What somebody asks for: to register an organisation, or to work for one that is there.

A wish, not a right: while it waits there is neither organisation nor membership, so nothing that
names the code can be seen by its sender. Not for invitations: those are asked by the organisation.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import AdmissionState
from portal.accounts.models.organisation import Organisation
from portal.core import clock
from portal.core.identifiers import public_id, validate_uscc


class AdmissionQuerySet(models.QuerySet["Admission"]):
    """Admissions by what is to be done with them."""

    def waiting(self) -> "AdmissionQuerySet":
        """Those that nobody has decided yet."""
        return self.filter(state=AdmissionState.WAITING)


class Admission(models.Model):
    """One person's wish to work for the organisation of a credit code, and its decision."""

    public_id = models.CharField(max_length=24, unique=True, default=public_id)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="admissions"
    )
    uscc = models.CharField(_("credit code"), max_length=18, validators=[validate_uscc])
    name = models.CharField(_("name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=160, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Organisation.Kind.choices)
    region = models.CharField(_("region"), max_length=6, blank=True)
    industry = models.CharField(_("industry"), max_length=4, blank=True)
    enterprise_class = models.CharField(_("class of enterprise"), max_length=12, blank=True)
    grade = models.CharField(_("grade"), max_length=1, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    state = models.CharField(
        max_length=12, choices=AdmissionState.choices, default=AdmissionState.WAITING
    )
    created_at = models.DateTimeField(default=clock.now)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    objects = AdmissionQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        indexes = [models.Index(fields=["state", "uscc"], name="admission_state_uscc")]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "uscc"],
                condition=models.Q(state=AdmissionState.WAITING),
                name="admission_waits_once",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_at__isnull=True, decided_by__isnull=True)
                | models.Q(decided_at__isnull=False, decided_by__isnull=False),
                name="admission_decided_by_and_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.uscc})"
