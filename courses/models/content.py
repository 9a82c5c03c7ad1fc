"""What a course teaches: skills, modules of units, practical tasks."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField

from courses.enums import CompletionWay
from courses.models.pages import CoursePage
from portal.core.blocks import unit_blocks
from portal.core.identifiers import public_id


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


class Module(models.Model):
    """A part of a course (模块) that is done when all its units are."""

    course = models.ForeignKey(CoursePage, on_delete=models.CASCADE, related_name="modules")
    code = models.SlugField(_("code"), max_length=40)
    title = models.CharField(_("title"), max_length=100)
    title_en = models.CharField(_("English title"), max_length=160, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=1)

    class Meta:
        ordering = ["course", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["course", "code"], name="module_code_once_a_course")
        ]

    def __str__(self) -> str:
        return self.title


class Unit(models.Model):
    """One unit (单元): text to read, and a self-check. Hours are class hours.

    `self_check` is a list of {q, options, answer (letter), feedback}.
    """

    module = models.ForeignKey(Module, on_delete=models.CASCADE, related_name="units")
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
        constraints = [
            models.UniqueConstraint(fields=["module", "code"], name="unit_code_once_a_module")
        ]

    def __str__(self) -> str:
        return self.title


class PracticeTask(models.Model):
    """A practical task with the rubric it is judged by; `hours` are its weight.

    `rubric` is a list of {criterion, levels: [{points, descriptor}]}, the lowest level 0.
    """

    public_id = models.CharField(max_length=24, unique=True, default=public_id)
    course = models.ForeignKey(CoursePage, on_delete=models.CASCADE, related_name="practice_tasks")
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

    def __str__(self) -> str:
        return self.title
