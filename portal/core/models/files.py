"""Private files: stored outside any public folder, named by us, delivered through a rule."""

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models

from portal.core import clock
from portal.core.identifiers import public_id


def private_storage() -> Storage:
    """Return the storage named `private`; a callable so that settings may change it."""
    return storages["private"]


def stored_name(file: "PrivateFile", _name: str) -> str:
    """Return our own path; the uploader's name is never used on disk."""
    return f"{file.uploaded_at:%Y/%m}/{file.public_id}"


class PrivateFile(models.Model):
    """One uploaded file with its digest. Who may read it is decided by what it hangs on."""

    class Scan(models.TextChoices):
        NOT_SCANNED = "not_scanned"
        CLEAN = "clean"
        INFECTED = "infected"

    public_id = models.CharField(max_length=24, unique=True, default=public_id)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(storage=private_storage, upload_to=stored_name, max_length=200)
    scan = models.CharField(max_length=12, choices=Scan.choices, default=Scan.NOT_SCANNED)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.name
