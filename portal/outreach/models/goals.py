"""The programme's goals (目标进展): what is aimed at by when, and dated values on the way.

The portal's own counts come through portal.core.home; they are not kept here.
"""

from decimal import Decimal
from typing import Any, ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel

from portal.outreach.models.base import ListPage


class GoalsPage(ListPage):
    """The page that shows every goal against its target, and the live counts of the portal."""

    max_count = 1
    subpage_types: ClassVar[list[str]] = []
    preview_modes: ClassVar[list[tuple[str, str]]] = []

    class Meta:
        verbose_name = _("page of goals")


def in_language(record: Any, field: str) -> str:
    """Return a text of a record in the active language, Chinese where the other is missing."""
    english = (get_language() or "").startswith("en")
    return str((english and getattr(record, f"{field}_en")) or getattr(record, field))


class Goal(ClusterableModel):
    """A goal with its source; without a target it is told in words and never drawn as a bar."""

    key = models.SlugField(_("key"), max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=100)
    title_en = models.CharField(_("English title"), max_length=200, blank=True)
    target = models.DecimalField(
        _("target"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text=_("Empty where the document names no figure."),
    )
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    unit_en = models.CharField(_("unit in English"), max_length=40, blank=True)
    due = models.DateField(_("due"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=200)
    source_en = models.CharField(_("source in English"), max_length=300, blank=True)
    note = models.TextField(_("note"), blank=True)
    note_en = models.TextField(_("note in English"), blank=True)
    position = models.PositiveSmallIntegerField(
        _("place in the list"), default=0, help_text=_("Low numbers come first.")
    )

    panels = [
        FieldPanel("title"),
        FieldPanel("title_en"),
        FieldPanel("key"),
        MultiFieldPanel(
            [
                FieldPanel("target"),
                FieldRowPanel([FieldPanel("unit"), FieldPanel("unit_en")]),
                FieldPanel("due"),
            ],
            heading=_("Target"),
        ),
        FieldPanel("source"),
        FieldPanel("source_en"),
        FieldPanel("note"),
        FieldPanel("note_en"),
        FieldPanel("position"),
        InlinePanel("values", heading=_("Dated values"), label=_("value")),
    ]

    class Meta:
        ordering = ["position", "key"]
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(target=None) | models.Q(target__gt=0),
                name="goal_target_is_positive",
            )
        ]

    def __str__(self) -> str:
        return self.display_title

    @property
    def display_title(self) -> str:
        return in_language(self, "title")

    @property
    def unit_label(self) -> str:
        return in_language(self, "unit")

    @property
    def source_text(self) -> str:
        return in_language(self, "source")

    @property
    def note_text(self) -> str:
        return in_language(self, "note")


class GoalValue(models.Model):
    """What was reached on a day; invented values are marked as examples wherever they show."""

    goal = ParentalKey(Goal, on_delete=models.CASCADE, related_name="values")
    on = models.DateField(_("day"))
    value = models.DecimalField(
        _("value"), max_digits=12, decimal_places=2, validators=[MinValueValidator(Decimal(0))]
    )
    source = models.CharField(_("source"), max_length=200, blank=True)
    is_example = models.BooleanField(
        _("example"), default=False, help_text=_("Invented to show the page; readers are told.")
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    note_en = models.CharField(_("note in English"), max_length=300, blank=True)

    panels = [
        FieldRowPanel([FieldPanel("on"), FieldPanel("value")]),
        FieldPanel("source"),
        FieldPanel("is_example"),
        FieldPanel("note"),
        FieldPanel("note_en"),
    ]

    class Meta:
        ordering = ["on", "pk"]
        verbose_name = _("value of a goal")
        verbose_name_plural = _("values of goals")
        constraints = [
            models.UniqueConstraint(fields=["goal", "on"], name="one_value_a_day"),
            models.CheckConstraint(
                condition=models.Q(value__gte=0), name="goal_value_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.goal} {self.on}: {self.value:f}"

    @property
    def note_text(self) -> str:
        return in_language(self, "note")
