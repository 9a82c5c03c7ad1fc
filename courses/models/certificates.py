"""The hours ledger and the register of certificates."""

import uuid
from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.enums import SessionMode
from courses.lifecycle import CertificateState
from courses.models.enrolments import Enrolment
from courses.models.runs import Run
from portal.accounts.models import Organisation
from portal.core import clock
from portal.core.identifiers import public_id


class HoursEntry(models.Model):
    """One line of the hours ledger (学时账): added, never changed (certification.HoursEntry).

    `key` is what the line stands for, once ("attendance:17"); a counter-entry names its entry.
    """

    class Field(models.TextChoices):
        PUBLIC = "public", _("Public subjects")
        PROFESSIONAL = "professional", _("Professional subjects")

    public_id = models.CharField(max_length=24, unique=True, default=public_id)
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="hours_entries"
    )
    enrolment = models.ForeignKey(
        Enrolment, null=True, blank=True, on_delete=models.PROTECT, related_name="hours_entries"
    )
    day = models.DateField()
    hours = models.DecimalField(max_digits=6, decimal_places=2)
    mode = models.CharField(max_length=8, choices=SessionMode.choices)
    field = models.CharField(max_length=12, choices=Field.choices, default=Field.PROFESSIONAL)
    source = models.CharField(max_length=200)
    key = models.CharField(max_length=80, unique=True)
    counters = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="countered_by"
    )
    reason = models.CharField(max_length=300, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["day", "pk"]

    def __str__(self) -> str:
        return f"{self.learner} {self.day} {self.hours}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only: a mistake is taken back by a counter-entry."""
        if self.pk:
            raise TypeError("a line of the hours ledger is never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: the ledger only grows."""
        raise TypeError("a line of the hours ledger is never deleted")

    @property
    def audit_chain(self) -> str:
        return self.enrolment.audit_chain if self.enrolment else "site"


class Issuer(models.Model):
    """An organisation's key in certificate numbers: four characters of the code's alphabet."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.PROTECT, related_name="issuer"
    )
    key = models.CharField(max_length=4, unique=True)

    def __str__(self) -> str:
        return f"{self.key} {self.organisation}"


class Serial(models.Model):
    """The last serial an issuer gave in a year; numbers are taken under this row's lock."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="serials")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "year"], name="serial_once")]

    def __str__(self) -> str:
        return f"{self.issuer.key} {self.year}: {self.last}"


class Holder(models.Model):
    """The opaque name of a person in credentials: random, and the same in all of theirs."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="holder"
    )
    key = models.UUIDField(unique=True, default=uuid.uuid4)

    def __str__(self) -> str:
        return self.urn

    @property
    def urn(self) -> str:
        return f"urn:uuid:{self.key}"


class CertificateQuerySet(models.QuerySet["Certificate"]):
    """Certificates by intent."""

    def of(self, user: Any) -> "CertificateQuerySet":
        """A person's own; the one rule of what a holder opens."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(holder=user)

    def visible_to(self, user: Any) -> "CertificateQuerySet":
        """Those of the runs that this person works for or may watch."""
        return self.filter(enrolment__run__in=Run.objects.visible_to(user))


class Certificate(models.Model):
    """One certificate of training (培训合格证书): frozen facts, their hash, and its state.

    `facts` is certification.CertificateFacts as data and is never edited: a correction is a new
    certificate that supersedes this one. `list_number` and `status_index` are its place in the
    published status lists, random and never used again.
    """

    public_id = models.CharField(max_length=24, unique=True, default=public_id)
    number = models.CharField(max_length=24, unique=True)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="certificates")
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="certificates"
    )
    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="certificates")
    facts = models.JSONField()
    content_hash = models.CharField(max_length=64)
    state = models.CharField(
        max_length=12,
        choices=CertificateState.choices,
        default=CertificateState.ISSUED,
        db_index=True,
    )
    issued_on = models.DateField()
    expires_on = models.DateField()
    issued_at = models.DateTimeField(default=clock.now)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    supersedes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    superseded_on = models.DateField(null=True, blank=True)
    revoked_on = models.DateField(null=True, blank=True)
    revoked_reason = models.CharField(max_length=300, blank=True)
    revocation_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    revocation_asked_at = models.DateTimeField(null=True, blank=True)
    list_number = models.PositiveSmallIntegerField(default=1)
    status_index = models.PositiveIntegerField()

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_on", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=models.Q(supersedes__isnull=True),
                name="certificate_first_once_an_enrolment",
            ),
            models.UniqueConstraint(
                fields=["list_number", "status_index"], name="certificate_status_place_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state=CertificateState.REVOKED, revoked_on__isnull=False)
                | (~models.Q(state=CertificateState.REVOKED) & models.Q(revoked_on__isnull=True)),
                name="certificate_revoked_has_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(state=CertificateState.SUPERSEDED, superseded_on__isnull=False)
                | (
                    ~models.Q(state=CertificateState.SUPERSEDED)
                    & models.Q(superseded_on__isnull=True)
                ),
                name="certificate_superseded_has_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def audit_chain(self) -> str:
        return self.enrolment.audit_chain


class Credential(models.Model):
    """A certificate as the text that was signed: made once, never signed again.

    `key_id` is the thumbprint of the key; the text names the status lists of the certificate.
    """

    certificate = models.OneToOneField(
        Certificate, on_delete=models.PROTECT, related_name="credential"
    )
    text = models.TextField()
    key_id = models.CharField(max_length=64)
    signed_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.certificate}"


class Suspension(models.Model):
    """A suspension of a certificate from its first day up to the day it is lifted."""

    certificate = models.ForeignKey(
        Certificate, on_delete=models.PROTECT, related_name="suspensions"
    )
    since = models.DateField()
    lifted_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ["certificate", "since", "pk"]

    def __str__(self) -> str:
        return f"{self.certificate} {self.since}"
