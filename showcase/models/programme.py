"""The programme, its rounds, and what a round is made of. Frozen when the round opens."""

from datetime import datetime

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Organisation
from portal.core import clock
from showcase.lifecycle import RoundState


def in_language(zh: str, en: str) -> str:
    """Return the text of the active language, Chinese where the other is missing."""
    return en if en and (get_language() or "").startswith("en") else zh


class Programme(models.Model):
    """A selection programme that holds rounds year after year."""

    code = models.SlugField(max_length=20, unique=True)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=160, blank=True)

    def __str__(self) -> str:
        return self.name


class FormVersion(models.Model):
    """The application form as versioned data: sections, fields, attachments, pledges.

    `schema` = {"sections": [{"key", "zh", "en", "fields": [...], "attachments": [codes]}],
    "attachments": [{"code", "zh", "en", "required": "always|joint|no", "min", "max",
    "types": [...], "megabytes"}]}. A version that a round uses never changes.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="forms")
    number = models.PositiveSmallIntegerField()
    schema = models.JSONField()
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="form_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.programme} v{self.number}"


class RoundQuerySet(models.QuerySet["Round"]):
    """Rounds by intent."""

    def published(self) -> "RoundQuerySet":
        """Rounds the public may know of."""
        return self.exclude(state=RoundState.SETUP)

    def open_for_applications(self) -> "RoundQuerySet":
        """Rounds in which drafts may be started now."""
        return self.filter(state=RoundState.APPLYING)

    def with_stages(self, *kinds: str) -> "RoundQuerySet":
        """Read these stages with the rounds, for `Round.stage` to know."""
        near = {
            f"stage_{kind}": models.FilteredRelation(
                "stages", condition=models.Q(stages__kind=kind)
            )
            for kind in kinds
        }
        return self.annotate(**near).select_related(*near)


class Round(models.Model):
    """One selection round (批次)."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="rounds")
    code = models.SlugField(max_length=20, unique=True)
    year = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=100)
    title_en = models.CharField(max_length=160, blank=True)
    state = models.CharField(
        max_length=14, choices=RoundState.choices, default=RoundState.SETUP, db_index=True
    )
    form = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="rounds")
    # Numbers of the rules: partners, projects per entity, panel size, pass mark, trims, days.
    rules = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=clock.now)

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-code"]

    def __str__(self) -> str:
        return self.title

    @property
    def display_title(self) -> str:
        return in_language(self.title, self.title_en)

    @property
    def audit_chain(self) -> str:
        return f"round:{self.code}"

    def stage(self, kind: str) -> "Stage | None":
        """Return the stage of this kind; uses what was read with the round where it was."""
        known = self.__dict__
        if f"stage_{kind}" in known:  # `with_stages`
            return known[f"stage_{kind}"]
        return next((stage for stage in self.stages.all() if stage.kind == kind), None)


class Stage(models.Model):
    """A window of a round, to the minute. Open at `opens_at`, closed from `closes_at` on."""

    class Kind(models.TextChoices):
        APPLY = "apply", _("Application")
        RECOMMEND = "recommend", _("Recommendation")
        CHECK = "check", _("Formal check")
        CORRECT = "correct", _("Correction")
        REVIEW = "review", _("Expert review")
        PUBLICITY = "publicity", _("Public notice")

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="stages")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()

    class Meta:
        ordering = ["opens_at"]
        constraints = [
            models.UniqueConstraint(fields=["round", "kind"], name="stage_once"),
            models.CheckConstraint(
                condition=models.Q(closes_at__gt=models.F("opens_at")), name="stage_has_length"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round} {self.get_kind_display()}"

    def is_open(self, moment: datetime | None = None) -> bool:
        """Say whether `moment` (now by default) lies in the window; the end is excluded."""
        return self.opens_at <= (moment or clock.now()) < self.closes_at


class Direction(models.Model):
    """A direction (申报方向) of a round, with the number of places to be selected."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="directions")
    code = models.SlugField(max_length=20)
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=80)
    order = models.PositiveSmallIntegerField(default=0)
    places = models.PositiveSmallIntegerField(default=3)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["round", "code"], name="direction_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def display_name(self) -> str:
        return in_language(self.name, self.name_en)


class Quota(models.Model):
    """How many entries one authority may recommend in a round (推荐名额)."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="quotas")
    authority = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="quotas")
    places = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "authority"], name="quota_once")]

    def __str__(self) -> str:
        return f"{self.authority}: {self.places}"
