"""The expert pool and what may bias an expert."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core import clock
from portal.core.identifiers import public_id, validate_uscc
from showcase.models import Submission


class Expert(models.Model):
    """A person of the pool. Affinity comes from `directions`; load limits from `load_max`."""

    class Kind(models.TextChoices):
        INDUSTRY = "industry", pgettext_lazy("kind of expert", "Industry")
        ACADEMIA = "academia", pgettext_lazy("kind of expert", "Academia")
        TESTING = "testing", pgettext_lazy("kind of expert", "Testing body")

    public_id = models.CharField(max_length=24, unique=True, default=public_id)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="expert"
    )
    title = models.CharField(max_length=60)
    title_en = models.CharField(max_length=100, blank=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    region = models.CharField(max_length=6)
    directions = models.JSONField(default=list)
    load_max = models.PositiveSmallIntegerField(default=20)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.user)


class Employment(models.Model):
    """A present (`ended_on` empty) or past employer of an expert, by credit code."""

    expert = models.ForeignKey(Expert, on_delete=models.CASCADE, related_name="employments")
    uscc = models.CharField(max_length=18, validators=[validate_uscc])
    name = models.CharField(max_length=100)
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-started_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_on__isnull=True)
                | models.Q(ended_on__gte=models.F("started_on")),
                name="employment_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.expert} – {self.name}"


class ConflictFact(models.Model):
    """A fact that speaks against an expert judging an entry (回避).

    Detected facts come from credit codes, declared ones from the expert. `upheld` is None
    until the chair decides a declared doubt; detected employment is upheld by rule.
    """

    class Kind(models.TextChoices):
        EMPLOYER = "employer", _("Employer of the applicant or a partner")
        FORMER_EMPLOYER = "former_employer", _("Employer within the last three years")
        KIN = "kin", _("Kinship")
        EQUITY = "equity", _("Equity")
        ADVISER = "adviser", _("Paid adviser")
        CO_PROJECT = "co_project", _("Joint project or paper within three years")
        TEACHER = "teacher", _("Teacher and student")
        COMPETITOR = "competitor", _("Competitor")
        OTHER = "other", _("Other")

    class Source(models.TextChoices):
        DETECTED = "detected", _("Found by credit code")
        DECLARED = "declared", _("Declared by the expert")

    expert = models.ForeignKey(Expert, on_delete=models.CASCADE, related_name="conflicts")
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="conflicts")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    source = models.CharField(max_length=8, choices=Source.choices)
    note = models.CharField(max_length=300, blank=True)
    upheld = models.BooleanField(null=True)
    found_at = models.DateTimeField(default=clock.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["expert", "submission", "kind", "source"], name="conflict_fact_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.expert} × {self.submission}: {self.get_kind_display()}"
