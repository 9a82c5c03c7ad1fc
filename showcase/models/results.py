"""After the selection: the demonstration and its term."""

from django.db import models

from showcase.models.applications import Submission


class Demonstration(models.Model):
    """A listed application during its validity term (示范期, 24 months by default)."""

    submission = models.OneToOneField(
        Submission, on_delete=models.PROTECT, related_name="demonstration"
    )
    listed_on = models.DateField()
    valid_until = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_until__gt=models.F("listed_on")),
                name="demonstration_has_term",
            )
        ]

    def __str__(self) -> str:
        return f"{self.submission}"
