"""A list of organisations and people that was taken in, and what it made, for taking it back."""

from django.conf import settings
from django.db import models

from portal.accounts.models.organisation import Invitation, Organisation
from portal.core import clock
from portal.core.identifiers import public_id
from portal.core.models import PrivateFile


class PeopleList(models.Model):
    """One list taken in by an administrator of the programme or the system.

    `sha256` is the digest of its rows, so that the same list is known however the file was saved.
    `organisations` and `invitations` are what it made; `undone_at` says that they were taken back.
    """

    public_id = models.CharField(max_length=24, unique=True, default=public_id)
    file = models.ForeignKey(PrivateFile, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64, unique=True)
    rows = models.PositiveIntegerField()
    organisations = models.ManyToManyField(Organisation, related_name="+")
    invitations = models.ManyToManyField(Invitation, related_name="lists")
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    taken_at = models.DateTimeField(default=clock.now)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-taken_at", "-pk"]

    def __str__(self) -> str:
        return self.file.name
