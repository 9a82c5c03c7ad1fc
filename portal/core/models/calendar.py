"""Days that break the weekday rule."""

from django.db import models


class SpecialDay(models.Model):
    """A public holiday, or a weekend day that is worked (调休)."""

    day = models.DateField(unique=True)
    is_working = models.BooleanField(default=False)
    name = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.name}"
