"""What a learner did in a run: units completed, sessions attended, practical work handed in."""

from django.conf import settings
from django.db import models

from courses.enums import Presence
from courses.models.content import PracticeTask, Unit
from courses.models.enrolments import Enrolment
from courses.models.runs import Session
from portal.core import clock
from portal.core.identifiers import public_id
from portal.core.models import PrivateFile


class UnitCompletion(models.Model):
    """A unit that a learner has completed; `answers` are those of its self-check."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="completions")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="completions")
    completed_at = models.DateTimeField(default=clock.now)
    answers = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "unit"], name="unit_completed_once")
        ]

    def __str__(self) -> str:
        return f"{self.enrolment} {self.unit}"


class Attendance(models.Model):
    """One person on the attendance list of one session; `minutes` are those attended."""

    class Source(models.TextChoices):
        CODE = "code"
        LIST = "list"

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="attendance")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="attendance")
    presence = models.CharField(max_length=8, choices=Presence.choices)
    minutes = models.PositiveSmallIntegerField(default=0)
    source = models.CharField(max_length=4, choices=Source.choices, default=Source.LIST)
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "enrolment"], name="attendance_once"),
            models.CheckConstraint(
                condition=models.Q(presence__in=[Presence.PRESENT, Presence.LATE])
                | models.Q(minutes=0),
                name="attendance_absent_has_no_minutes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session} {self.enrolment}: {self.presence}"


class PracticeWork(models.Model):
    """What a learner handed in for a practical task; handing in again adds a version."""

    public_id = models.CharField(max_length=24, unique=True, default=public_id)
    task = models.ForeignKey(PracticeTask, on_delete=models.PROTECT, related_name="works")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="works")
    version = models.PositiveSmallIntegerField(default=1)
    text = models.TextField(blank=True)
    file = models.ForeignKey(
        PrivateFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    handed_in_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["task", "enrolment", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["task", "enrolment", "version"], name="practice_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment} {self.task} ({self.version})"

    @property
    def audit_chain(self) -> str:
        return self.enrolment.audit_chain


class PracticeRating(models.Model):
    """One examiner's points for one practical work, in the order of the rubric's criteria."""

    work = models.ForeignKey(PracticeWork, on_delete=models.PROTECT, related_name="ratings")
    examiner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    points = models.JSONField()
    comment = models.TextField(blank=True)
    rated_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["work", "examiner"], name="practice_rated_once")
        ]

    def __str__(self) -> str:
        return f"{self.work}: {self.examiner}"
