"""A dated run of a course: who owns it, who answers for what, its seats and its sessions."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.enums import Delivery, DutyKind, SessionMode
from courses.lifecycle import PUBLIC_RUNS, DutyState, RunState
from courses.models.pages import CoursePage
from portal.accounts.enums import TRAINING_ROLES, Permission
from portal.accounts.models import Organisation
from portal.core import clock
from portal.core.identifiers import public_id


class RunQuerySet(models.QuerySet["Run"]):
    """Runs by intent; `visible_to` is the one rule of the training staff's lists."""

    def visible_to(self, user: Any) -> "RunQuerySet":
        """Runs this person works for: their organisation leads it or holds a duty of it.

        The secretariat and observers see all. The public sees announced ones (`public`).
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.may(Permission.COURSES_READ_ALL):
            return self.all()
        own = user.organisation_ids(*TRAINING_ROLES)
        mine = models.Q(lead__in=own) | models.Q(duties__organisation__in=own)
        return self.filter(pk__in=self.model.objects.filter(mine).values("pk"))

    def knowing_learner(self, user: Any) -> "RunQuerySet":
        """Add whether a person has asked for or has a place, for `Run.has_learner` to know."""
        own = self.model.objects.filter(pk=models.OuterRef("pk"), enrolments__learner=user.pk)
        return self.annotate(asked_for=models.Value(user.pk), is_learner=models.Exists(own))

    def knowing_holders(self) -> "RunQuerySet":
        """Add who has accepted each duty, for `holder_of` to know."""
        accepted = Duty.objects.filter(run=models.OuterRef("pk"), state=DutyState.ACCEPTED)
        holders = {
            f"{kind}_holder": models.Subquery(accepted.filter(kind=kind).values("organisation")[:1])
            for kind in DutyKind
        }
        return self.annotate(**holders)

    def knowing_marker(self, user: Any) -> "RunQuerySet":
        """Add whether a person has given points in the run, for `has_marked_in` to know."""
        own = self.model.objects.filter(pk=models.OuterRef("pk"))
        answers = models.Exists(own.filter(exams__attempts__ratings__examiner=user.pk))
        works = models.Exists(own.filter(enrolments__works__ratings__examiner=user.pk))
        return self.annotate(marked_by=models.Value(user.pk), has_marked=answers | works)

    def public(self) -> "RunQuerySet":
        """Runs that anybody may know of."""
        return self.filter(state__in=PUBLIC_RUNS)


class Run(models.Model):
    """One run (开班) of a course, owned by several organisations through their duties.

    `arrivals` numbers the requests in the order they came, under the run's lock; the waiting list
    follows it. Hours are class hours; `capacity` is the number of seats.
    """

    public_id = models.CharField(max_length=24, unique=True, default=public_id)
    code = models.CharField(_("code"), max_length=40, unique=True)
    course = models.ForeignKey(CoursePage, on_delete=models.PROTECT, related_name="runs")
    lead = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="led_runs")
    state = models.CharField(
        max_length=12, choices=RunState.choices, default=RunState.PREPARING, db_index=True
    )
    delivery = models.CharField(
        _("form"), max_length=10, choices=Delivery.choices, default=Delivery.BLENDED
    )
    place = models.CharField(_("place"), max_length=100, blank=True)
    capacity = models.PositiveIntegerField(_("seats"))
    needs_approval = models.BooleanField(_("requests are approved one by one"), default=True)
    enrol_from = models.DateTimeField(_("enrolment opens"))
    enrol_until = models.DateTimeField(_("enrolment closes"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    fee = models.DecimalField(_("fee (yuan)"), max_digits=8, decimal_places=2, default=0)
    contact = models.CharField(_("contact"), max_length=100, blank=True)
    arrivals = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now)

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(enrol_from__lt=models.F("enrol_until")),
                name="run_enrolment_opens_before_it_closes",
            ),
            models.CheckConstraint(
                condition=models.Q(starts_on__lte=models.F("ends_on")),
                name="run_starts_before_it_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.course.title}"

    @property
    def audit_chain(self) -> str:
        return f"run:{self.public_id}"

    @property
    def issues_certificates(self) -> bool:
        """Whether the course ends in a certificate; awareness courses (L0) do not."""
        return self.course.level != CoursePage.Level.L0

    def has_learner(self, user: Any) -> bool:
        """Say whether a person has asked for or has a place; asked once of one object, since
        several rules of a page want to know.
        """
        known: dict[int, bool] = self.__dict__.setdefault("_has_learner", {})
        if user.pk == self.__dict__.get("asked_for"):  # read with the run: `knowing_learner`
            return bool(self.__dict__["is_learner"])
        if user.pk not in known:
            known[user.pk] = self.enrolments.filter(learner=user.pk).exists()
        return known[user.pk]

    def know_learner(self, user: Any, is_learner: bool) -> None:
        """Take up what a query has found out, so that `has_learner` need not ask."""
        self.__dict__.setdefault("_has_learner", {})[user.pk] = is_learner


class DutyManager(models.Manager["Duty"]):
    """Duties with their organisations: whoever asks for a duty asks whose it is."""

    def get_queryset(self) -> models.QuerySet["Duty"]:
        return super().get_queryset().select_related("organisation")


class Duty(models.Model):
    """What one organisation answers for in one run, once it has accepted it."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="duties")
    kind = models.CharField(max_length=10, choices=DutyKind.choices)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="duties")
    state = models.CharField(max_length=10, choices=DutyState.choices, default=DutyState.PROPOSED)
    decided_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    objects = DutyManager()

    class Meta:
        ordering = ["run", "pk"]
        constraints = [models.UniqueConstraint(fields=["run", "kind"], name="duty_once_a_run")]

    def __str__(self) -> str:
        return f"{self.run.code}: {self.get_kind_display()} – {self.organisation}"

    @property
    def audit_chain(self) -> str:
        return self.run.audit_chain


class Session(models.Model):
    """One meeting (课次) of a run; `hours` are class hours, in quarters.

    `code` is what learners type to be counted present between `code_from` and `code_until`.
    """

    public_id = models.CharField(max_length=24, unique=True, default=public_id)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="sessions")
    title = models.CharField(_("title"), max_length=100)
    starts_at = models.DateTimeField(_("starts"))
    hours = models.DecimalField(_("class hours"), max_digits=5, decimal_places=2)
    mode = models.CharField(
        _("kind"), max_length=8, choices=SessionMode.choices, default=SessionMode.THEORY
    )
    place = models.CharField(_("place"), max_length=100, blank=True)
    teacher = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    code = models.CharField(max_length=8, blank=True)
    code_from = models.DateTimeField(null=True, blank=True)
    code_until = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["run", "starts_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(hours__gt=0), name="session_has_hours"),
        ]

    def __str__(self) -> str:
        return f"{self.run.code} {self.title}"

    @property
    def audit_chain(self) -> str:
        return self.run.audit_chain
