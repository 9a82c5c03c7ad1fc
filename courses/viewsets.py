"""Editing what courses teach in the content management: skills, modules, units, practical tasks."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from courses.forms.content import PracticeTaskForm, UnitForm
from courses.models import Module, PracticeTask, Skill, Unit


def panels(*names: str) -> list[Any]:
    """Return a plain panel for each field."""
    return [FieldPanel(name) for name in names]


class SkillViewSet(SnippetViewSet):
    """The skill framework."""

    model = Skill
    icon = "tag"
    list_display = ["code", "name", "area"]
    search_fields = ["code", "name", "name_en"]
    ordering = ["code"]
    panels = panels("code", "name", "name_en", "area", "description")


class ModuleViewSet(SnippetViewSet):
    """The modules of courses."""

    model = Module
    icon = "folder-open-1"
    list_display = ["title", "course", "position", "code"]
    list_filter = ["course"]
    search_fields = ["title", "title_en", "code"]
    panels = panels("course", "title", "title_en", "code", "position")


class UnitViewSet(SnippetViewSet):
    """The units of modules, with a preview of the reading page."""

    model = Unit
    icon = "doc-full"
    list_display = ["title", "module", "position", "hours", "way"]
    list_filter = ["module__course", "module", "way"]
    search_fields = ["title", "title_en", "code"]
    edit_handler = ObjectList(
        panels(
            "module",
            "title",
            "title_en",
            "code",
            "position",
            "hours",
            "hours_practice",
            "body",
            "way",
            "self_check",
            "skills",
        ),
        base_form_class=UnitForm,
    )


class PracticeTaskViewSet(SnippetViewSet):
    """The practical tasks of courses."""

    model = PracticeTask
    icon = "clipboard-list"
    list_display = ["title", "course", "position", "hours"]
    list_filter = ["course"]
    search_fields = ["title", "title_en"]
    edit_handler = ObjectList(
        panels(
            "course",
            "title",
            "title_en",
            "position",
            "hours",
            "brief",
            "environment",
            "evidence",
            "rubric",
        ),
        base_form_class=PracticeTaskForm,
    )


class TrainingGroup(SnippetViewSetGroup):
    """The menu of what courses teach."""

    menu_label = _("Training")
    menu_icon = "openquote"
    menu_order = 300
    items = (UnitViewSet, ModuleViewSet, PracticeTaskViewSet, SkillViewSet)
