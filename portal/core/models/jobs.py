"""Background work that a person waits for."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.identifiers import public_id


class Job(models.Model):
    """One piece of background work: progress, what failed, a result, a way to cancel.

    `lease` names the worker's run that holds it, renewed at `beat_at`; `runs` counts them.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    public_id = models.CharField(max_length=24, unique=True, default=public_id)
    kind = models.CharField(max_length=60)
    label = models.CharField(max_length=200)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    faults = models.JSONField(default=list)
    result = models.JSONField(default=dict)
    result_file = models.ForeignKey(
        "core.PrivateFile", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    cancel_asked = models.BooleanField(default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="jobs"
    )
    # The administrator who acted as `by`, if one did: what the job records names both.
    behind = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    lease = models.CharField(max_length=16, blank=True)
    beat_at = models.DateTimeField(null=True)
    runs = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.label

    @property
    def is_finished(self) -> bool:
        return self.state in {self.State.DONE, self.State.FAILED, self.State.CANCELLED}

    @property
    def percent(self) -> int:
        """Progress from 0 to 100; a finished job without a count is 100."""
        if self.total:
            return min(100, self.done * 100 // self.total)
        return 100 if self.state == self.State.DONE else 0
