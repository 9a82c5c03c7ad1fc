"""The formal check (形式审查): fifteen items, one correction."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from showcase.models.applications import Submission


class FormalCheck(models.Model):
    """The check of one application; `corrected` once it has been returned."""

    submission = models.OneToOneField(
        Submission, on_delete=models.CASCADE, related_name="formal_check"
    )
    note = models.TextField(blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField(default=clock.now)
    returned_at = models.DateTimeField(null=True, blank=True)
    resubmitted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_at__isnull=True, decided_by__isnull=True)
                | models.Q(decided_at__isnull=False, decided_by__isnull=False),
                name="formal_check_decided_by_and_at",
            )
        ]

    def __str__(self) -> str:
        return f"{self.submission}"


class CheckItem(models.Model):
    """One of the fifteen items (F1 … F15) with its result."""

    class Result(models.TextChoices):
        OPEN = "open", _("Not checked")
        PASS = "pass", _("Passed")
        CORRECT = "correct", _("To be corrected")
        FAIL = "fail", _("Failed")
        HINT = "hint", _("Hint only")

    check_of = models.ForeignKey(FormalCheck, on_delete=models.CASCADE, related_name="items")
    code = models.CharField(max_length=3)
    result = models.CharField(max_length=8, choices=Result.choices, default=Result.OPEN)
    is_automatic = models.BooleanField(default=False)
    evidence = models.JSONField(default=dict)
    note = models.CharField(max_length=300, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["check_of", "code"], name="check_item_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.result}"
