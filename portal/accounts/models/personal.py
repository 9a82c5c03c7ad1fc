"""A person's rights over their data: what they agreed to, copies asked for, closing the account."""

from django.conf import settings
from django.db import models

from portal.accounts.enums import ClosureState
from portal.core import clock
from portal.core.identifiers import public_id
from portal.core.models import Job, PrivateFile


class Consent(models.Model):
    """That a person agreed to one version of one document, and when; never changed.

    `sha256` is the digest of the text in both languages, so that it can be shown what was agreed.
    """

    class Way(models.TextChoices):
        REGISTRATION = "registration"
        SIGN_IN = "sign_in"

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="consents"
    )
    document = models.CharField(max_length=20)
    version = models.CharField(max_length=20)
    sha256 = models.CharField(max_length=64)
    language = models.CharField(max_length=10)
    way = models.CharField(max_length=12, choices=Way.choices)
    given_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-given_at", "document"]
        constraints = [
            models.UniqueConstraint(fields=["person", "document", "version"], name="consent_once")
        ]

    def __str__(self) -> str:
        return f"{self.document} {self.version}"


class DataCopy(models.Model):
    """A copy of everything held about a person, made by a job for that person alone."""

    public_id = models.CharField(max_length=24, unique=True, default=public_id)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="data_copies"
    )
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    file = models.ForeignKey(PrivateFile, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    made_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]

    def __str__(self) -> str:
        return self.public_id

    @property
    def is_ready(self) -> bool:
        """Whether the file can be fetched now."""
        return bool(self.file_id and self.expires_at and clock.now() < self.expires_at)


class Closure(models.Model):
    """A person's request to close the account; carried out at `due_at` unless taken back."""

    public_id = models.CharField(max_length=24, unique=True, default=public_id)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="closures"
    )
    state = models.CharField(
        max_length=10, choices=ClosureState.choices, default=ClosureState.WAITING
    )
    asked_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(state=ClosureState.WAITING),
                name="closure_waits_once",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id
