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
    """One uploaded file with its digest. Who may read it is decided by what it hangs on.

    While `scan` is `waiting` it is in quarantine: kept, and delivered to nobody. `infected` stays
    so for ever; `scan_note` then names what was found, and while waiting why it takes so long.
    """

    class Scan(models.TextChoices):
        NOT_SCANNED = "not_scanned"
        WAITING = "waiting"
        CLEAN = "clean"
        INFECTED = "infected"

    public_id = models.CharField(max_length=24, unique=True, default=public_id)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(storage=private_storage, upload_to=stored_name, max_length=200)
    purpose = models.CharField(max_length=40, blank=True)
    scan = models.CharField(max_length=12, choices=Scan.choices, default=Scan.NOT_SCANNED)
    scan_note = models.CharField(max_length=200, blank=True)
    scan_tries = models.PositiveIntegerField(default=0)
    scanned_at = models.DateTimeField(null=True, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [
            models.Index(fields=["uploaded_by", "uploaded_at"], name="privatefile_volume"),
            models.Index(
                fields=["uploaded_at"],
                name="privatefile_waiting",
                condition=models.Q(scan="waiting"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_held(self) -> bool:
        """Whether it is in quarantine or locked for good."""
        return self.scan in {self.Scan.WAITING, self.Scan.INFECTED}


class Upload(models.Model):
    """A file that arrives in parts, so that a dropped connection costs only the last of them.

    It belongs to one person and one place of a page (`place`); `received` bytes are there, in
    order. It becomes a PrivateFile when the form is sent, or is swept after a day.
    """

    public_id = models.CharField(max_length=24, unique=True, default=public_id)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    place = models.CharField(max_length=120)
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    received = models.PositiveBigIntegerField(default=0)
    begun_at = models.DateTimeField(default=clock.now)
    file = models.ForeignKey(
        PrivateFile, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    is_over = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["by", "begun_at"], name="upload_volume")]

    def __str__(self) -> str:
        return self.name

    @property
    def percent(self) -> int:
        """How much has arrived, rounded down."""
        return 100 * self.received // self.size if self.size else 0


class UploadPart(models.Model):
    """One received part of an upload; the same part sent again is known by its digest."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="parts")
    offset = models.PositiveBigIntegerField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["offset"]
        constraints = [
            models.UniqueConstraint(fields=["upload", "offset"], name="one_part_at_an_offset")
        ]

    def __str__(self) -> str:
        return f"{self.upload_id}@{self.offset}"
