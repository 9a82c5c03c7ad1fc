"""Who takes part in a run, and what came of it."""

from typing import Any

from django.conf import settings
from django.db import models

from courses.lifecycle import ALIVE, INSIDE, SEATED, EnrolmentState
from courses.models.runs import Run
from portal.accounts.models import Organisation
from portal.core import clock
from portal.core.identifiers import public_id
from portal.core.models import PrivateFile


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    """Enrolments by intent."""

    def of(self, user: Any) -> "EnrolmentQuerySet":
        """A person's own enrolments; the one rule of everything a learner opens."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(learner=user)

    def inside(self) -> "EnrolmentQuerySet":
        """Those who have been let in."""
        return self.filter(state__in=INSIDE)

    def seated(self) -> "EnrolmentQuerySet":
        """Those who hold a seat."""
        return self.filter(state__in=SEATED)

    def on_list(self, session: Any) -> "EnrolmentQuerySet":
        """Who belongs on a session's list: everybody inside the run, and who is on it already."""
        of_run = self.filter(run=session.run_id)
        inside = models.Q(state__in=INSIDE)
        return of_run.filter(inside | models.Q(pk__in=session.attendance.values("enrolment")))

    def alive(self) -> "EnrolmentQuerySet":
        """Those who have a place, wait for one or wait for an answer."""
        return self.filter(state__in=ALIVE)

    def waiting(self) -> "EnrolmentQuerySet":
        """The waiting list in order of arrival."""
        return self.filter(state=EnrolmentState.WAITLISTED).order_by("place")


class Roster(models.Model):
    """A list of participants (花名册) that was taken into a run; its rows are its enrolments.

    `sha256` is the digest of its people, so that the same list is known however the file was saved.
    `undone_at` says that its people
    were taken out again.
    """

    public_id = models.CharField(max_length=24, unique=True, default=public_id)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="rosters")
    file = models.ForeignKey(PrivateFile, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    taken_at = models.DateTimeField(default=clock.now)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-taken_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["run", "sha256"], name="roster_once_a_run")]

    def __str__(self) -> str:
        return f"{self.run.code}: {self.file.name}"

    @property
    def audit_chain(self) -> str:
        return self.run.audit_chain


class Enrolment(models.Model):
    """One learner in one run. `place` is the order of arrival in the run, from 1.

    `listed_name` and `mobile` are what a roster says of the person: whoever sent it learns nothing
    of an account that was there before. `outcome` is frozen when the run's results are settled:
    attendance, modules, scores, band.
    """

    class Source(models.TextChoices):
        OWN = "own"
        ROSTER = "roster"

    public_id = models.CharField(max_length=24, unique=True, default=public_id)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="enrolments")
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments"
    )
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(
        max_length=12,
        choices=EnrolmentState.choices,
        default=EnrolmentState.REQUESTED,
        db_index=True,
    )
    source = models.CharField(max_length=6, choices=Source.choices, default=Source.OWN)
    roster = models.ForeignKey(
        Roster, null=True, blank=True, on_delete=models.PROTECT, related_name="enrolments"
    )
    listed_name = models.CharField(max_length=50, blank=True)
    mobile = models.CharField(max_length=11, blank=True)
    place = models.PositiveIntegerField()
    requested_at = models.DateTimeField(default=clock.now)
    offered_until = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    outcome = models.JSONField(default=dict, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        ordering = ["run", "place"]
        constraints = [
            models.UniqueConstraint(fields=["run", "learner"], name="enrolment_once_a_run"),
            models.UniqueConstraint(fields=["run", "place"], name="enrolment_place_once"),
            models.CheckConstraint(
                condition=models.Q(state=EnrolmentState.OFFERED, offered_until__isnull=False)
                | (~models.Q(state=EnrolmentState.OFFERED) & models.Q(offered_until__isnull=True)),
                name="enrolment_offer_has_an_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run.code}: {self.name}"

    @property
    def name(self) -> str:
        """What the run's organisers call this person."""
        return self.listed_name or str(self.learner)

    @property
    def audit_chain(self) -> str:
        return self.run.audit_chain
