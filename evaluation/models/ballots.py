"""Score sheets: the ballot and every version of it."""

from django.conf import settings
from django.db import models

from evaluation.lifecycle import BallotState
from evaluation.models.panels import Assignment
from portal.core import clock


class Ballot(models.Model):
    """One expert's score sheet on one entry.

    `scores` = {"C1a": "13.5", …} as decimal strings, missing = not judged (never zero);
    `comments` = {"C1a": "…"}; `flags` = [{"code": "false_data", "reason": "…"}], veto grounds
    raised; `total` only when complete. `reopened_at` once the chair has given a signed sheet
    back: such a sheet may be signed again after the review has closed.
    """

    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="ballot")
    state = models.CharField(max_length=8, choices=BallotState.choices, default=BallotState.DRAFT)
    scores = models.JSONField(default=dict)
    comments = models.JSONField(default=dict)
    flags = models.JSONField(default=list)
    overall = models.TextField(blank=True)
    total = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    revision = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(default=clock.now)
    signed_at = models.DateTimeField(null=True)
    content_hash = models.CharField(max_length=64, blank=True)
    reopened_at = models.DateTimeField(null=True, blank=True)
    reopen_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(signed_at__isnull=True)
                | models.Q(total__isnull=False, signed_at__isnull=False),
                name="ballot_signed_has_total",
            ),
            models.CheckConstraint(
                condition=models.Q(total__isnull=True) | models.Q(total__gte=0, total__lte=100),
                name="ballot_total_in_range",
            ),
        ]

    def __str__(self) -> str:
        return str(self.assignment)

    @property
    def audit_chain(self) -> str:
        return self.assignment.audit_chain


class BallotVersion(models.Model):
    """One saved version of a score sheet; nothing an expert wrote is overwritten."""

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    scores = models.JSONField()
    comments = models.JSONField()
    flags = models.JSONField()
    overall = models.TextField(blank=True)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    saved_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["ballot", "number"], name="ballot_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.ballot} v{self.number}"
