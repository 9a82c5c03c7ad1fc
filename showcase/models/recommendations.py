"""What a recommending authority says of an application."""

from django.conf import settings
from django.db import models

from portal.accounts.models import Organisation
from portal.core import clock
from showcase.models.applications import Submission
from showcase.models.programme import Round


class Recommendation(models.Model):
    """One entry of an authority's list: its priority and reason; `sent_at` when handed over.

    A row may exist before the application is submitted (a priority set from the office's
    spreadsheet); only a sent one counts as recommended.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="recommendations")
    authority = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="recommendations"
    )
    submission = models.OneToOneField(
        Submission, on_delete=models.CASCADE, related_name="recommendation"
    )
    priority = models.PositiveSmallIntegerField()
    reason = models.TextField(max_length=600, blank=True)
    remark = models.CharField(max_length=200, blank=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    updated_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["priority"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "authority", "priority"],
                name="recommendation_priority_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.priority}. {self.submission}"
