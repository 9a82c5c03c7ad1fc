"""When a system administrator acted as another person, and why.

What was done meanwhile stands in the record, with both names. Not for roles: those are memberships.
"""

from django.conf import settings
from django.db import models

from portal.core import clock
from portal.core.identifiers import public_id


class Acting(models.Model):
    """One spell of an administrator acting as a person; over at `ends_at` in any case."""

    public_id = models.CharField(max_length=24, unique=True, default=public_id)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="acted_for"
    )
    reason = models.CharField(max_length=300)
    began_at = models.DateTimeField(default=clock.now)
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-began_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(by=models.F("person")), name="acting_as_another"
            )
        ]

    def __str__(self) -> str:
        return f"{self.by} → {self.person}"

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None or clock.now() >= self.ends_at
