"""What a course teaches: skills, modules of units, practical tasks."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField
from wagtail.models import PreviewableMixin

from courses.enums import CompletionWay
from courses.models.pages import CoursePage
from portal.core.blocks import unit_blocks
from portal.core.identifiers import public_id


class Titled:
    """What is called by its title in the reader's language."""

    title: str
    title_en: str

    @property
    def display_title(self) -> str:
        """The title in the active language, Chinese where there is no English one."""
        english = (get_language() or "").startswith("en")
        return str(self.title_en if english and self.title_en else self.title)


class Skill(models.Model):
    """One item of the skill framework that courses, questions and certificates refer to."""

    code = models.CharField(_("code"), max_length=10, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    area = models.CharField(_("area"), max_length=40, blank=True)
    description = models.TextField(_("description"), blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("skill")
        verbose_name_plural = _("skills")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Module(Titled, models.Model):
    """A part of a course (模块) that is done when all its units are."""

    course = models.ForeignKey(
        CoursePage, on_delete=models.CASCADE, related_name="modules", verbose_name=_("course")
    )
    code = models.SlugField(_("code"), max_length=40)
    title = models.CharField(_("title"), max_length=100)
    title_en = models.CharField(_("English title"), max_length=160, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=1)

    class Meta:
        ordering = ["course", "position", "pk"]
        verbose_name = _("module")
        verbose_name_plural = _("modules")
        constraints = [
            models.UniqueConstraint(fields=["course", "code"], name="module_code_once_a_course")
        ]

    def __str__(self) -> str:
        return self.title


class Unit(Titled, PreviewableMixin, models.Model):
    """One unit (单元): text to read, and a self-check. Hours are class hours.

    `self_check` is a list of {q, options, answer (letter), feedback}.
    """

    module = models.ForeignKey(
        Module, on_delete=models.CASCADE, related_name="units", verbose_name=_("module")
    )
    code = models.SlugField(_("code"), max_length=60)
    title = models.CharField(_("title"), max_length=100)
    title_en = models.CharField(_("English title"), max_length=160, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    hours = models.DecimalField(_("class hours"), max_digits=5, decimal_places=2, default=0)
    hours_practice = models.DecimalField(
        _("of which practice"), max_digits=5, decimal_places=2, default=0
    )
    skills = models.JSONField(_("skills"), default=list, blank=True)
    body = StreamField(unit_blocks(), verbose_name=_("text"), blank=True)
    self_check = models.JSONField(_("self-check"), default=list, blank=True)
    way = models.CharField(
        _("completed by"), max_length=10, choices=CompletionWay.choices, default=CompletionWay.READ
    )

    class Meta:
        ordering = ["module", "position", "pk"]
        verbose_name = _("course unit")
        verbose_name_plural = _("units")
        constraints = [
            models.UniqueConstraint(fields=["module", "code"], name="unit_code_once_a_module")
        ]

    def __str__(self) -> str:
        return self.title

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        """The page that editors look at while they write."""
        return "courses/unit_preview.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        """Give the unit to its preview."""
        return {**super().get_preview_context(request, mode_name), "unit": self}


class PracticeTask(Titled, models.Model):
    """A practical task with the rubric it is judged by; `hours` are its weight.

    `rubric` is a list of {criterion, levels: [{points, descriptor}]}, the lowest level 0.
    """

    public_id = models.CharField(max_length=24, unique=True, default=public_id)
    course = models.ForeignKey(
        CoursePage,
        on_delete=models.CASCADE,
        related_name="practice_tasks",
        verbose_name=_("course"),
    )
    title = models.CharField(_("title"), max_length=100)
    title_en = models.CharField(_("English title"), max_length=160, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    hours = models.DecimalField(_("class hours"), max_digits=5, decimal_places=2)
    brief = models.TextField(_("task"))
    environment = models.TextField(_("environment"), blank=True)
    evidence = models.TextField(_("what to hand in"), blank=True)
    rubric = models.JSONField(_("rubric"), default=list)

    class Meta:
        ordering = ["course", "position", "pk"]
        verbose_name = _("practical task")
        verbose_name_plural = _("practical tasks")

    def __str__(self) -> str:
        return self.title
