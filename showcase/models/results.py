"""After the selection: the demonstration and its term."""

from django.conf import settings
from django.db import models

from showcase.models.applications import Submission


class Demonstration(models.Model):
    """A listed application during its validity term (示范期, 24 months by default)."""

    submission = models.OneToOneField(
        Submission, on_delete=models.PROTECT, related_name="demonstration"
    )
    listed_on = models.DateField()
    valid_until = models.DateField()
    # Revocation needs two: who asked, when and why; another person decides.
    revocation_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    revocation_asked_at = models.DateTimeField(null=True)
    revocation_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    revocation_asked_by__isnull=True, revocation_asked_at__isnull=True
                )
                | models.Q(revocation_asked_by__isnull=False, revocation_asked_at__isnull=False),
                name="demonstration_revocation_asked",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until__gt=models.F("listed_on")),
                name="demonstration_has_term",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission}"
