"""What courses add to the content management, and who may use it there."""

from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from courses.models import Module, PracticeTask, Skill, Unit
from courses.rules.content import EditorsPolicy
from courses.viewsets import TrainingGroup

for model in (Skill, Module, Unit, PracticeTask):
    register_permission_policy(model, EditorsPolicy(model))
register_snippet(TrainingGroup)
