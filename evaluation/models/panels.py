"""Criteria, panels, the draw, and who judges what."""

from django.db import models

from evaluation.lifecycle import AssignmentState, DrawState
from evaluation.models.experts import Expert
from portal.core import clock
from portal.core.identifiers import public_id
from showcase.models import Direction, Round, Submission


class CriterionSet(models.Model):
    """Criteria, items, weights and anchors of one round as versioned data.

    `data` is read by `evaluation.scoring.CriterionSet.from_data`; its items' maxima add up
    to 100. Frozen once a ballot exists.
    """

    round = models.OneToOneField(Round, on_delete=models.CASCADE, related_name="criteria")
    version = models.PositiveSmallIntegerField(default=1)
    data = models.JSONField()
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.round} v{self.version}"


class Panel(models.Model):
    """The panel (评审组) of one direction, with its chair."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="panels")
    direction = models.OneToOneField(Direction, on_delete=models.CASCADE, related_name="panel")
    chair = models.ForeignKey(
        Expert, null=True, blank=True, on_delete=models.PROTECT, related_name="chairs"
    )

    def __str__(self) -> str:
        return f"{self.direction}"


class Draw(models.Model):
    """One run of the solver: seed, report, and the pairs it proposed. Replayable."""

    public_id = models.CharField(max_length=24, unique=True, default=public_id)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="draws")
    number = models.PositiveSmallIntegerField()
    seed = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=DrawState.choices, default=DrawState.PROPOSED)
    report = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=clock.now)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["round", "number"], name="draw_once")]

    def __str__(self) -> str:
        return f"{self.round} #{self.number}"

    @property
    def audit_chain(self) -> str:
        return self.round.audit_chain


class Assignment(models.Model):
    """One expert judges one entry. `declared_at`: the conflict declaration before reading."""

    public_id = models.CharField(max_length=24, unique=True, default=public_id)
    draw = models.ForeignKey(
        Draw, null=True, blank=True, on_delete=models.CASCADE, related_name="assignments"
    )
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="assignments")
    expert = models.ForeignKey(Expert, on_delete=models.PROTECT, related_name="assignments")
    state = models.CharField(
        max_length=10, choices=AssignmentState.choices, default=AssignmentState.PROPOSED
    )
    declared_at = models.DateTimeField(null=True, blank=True)
    assigned_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "expert"],
                condition=models.Q(state="active"),
                name="assignment_active_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.expert} × {self.submission}"

    @property
    def audit_chain(self) -> str:
        return self.submission.audit_chain
