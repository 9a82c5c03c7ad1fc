"""The frame of the training workspaces: what a page belongs to, and the tabs around it."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courses.models import Enrolment, Run
from courses.models.runs import RunQuerySet

Tabs = tuple[tuple[str | Promise, str], ...]
RUN_TABS: Tabs = (
    (_("Overview"), "run_board"),
    (_("Enrolments"), "run_enrolments"),
    (_("Units"), "run_units"),
    (_("Sessions"), "run_sessions"),
    (_("Practice"), "run_practice"),
    (_("Examinations"), "run_exams"),
    (_("Results of the run"), "run_results"),
    (_("Certificates"), "run_certificates"),
)
LEARNER_TABS: Tabs = (
    (_("Learning"), "learning_run"),
    (_("Sessions"), "learning_sessions"),
    (_("Practice"), "learning_practice"),
    (_("Examinations"), "learning_exams"),
)


def runs_of(user: Any) -> RunQuerySet:
    """Return the runs a person works for, with course and lead, and whether they take part."""
    runs = Run.objects.visible_to(user).knowing_learner(user)
    return runs.select_related("course", "lead")


def run_of(request: HttpRequest, public_id: str, *, duties: bool = True) -> Run:
    """Return a run this person works for, with its course, lead and `duties`; else 404."""
    runs = runs_of(request.user)
    if duties:
        runs = runs.prefetch_related("duties")
    return get_object_or_404(runs, public_id=public_id)


def enrolment_of(request: HttpRequest, public_id: str) -> Enrolment:
    """Return one of this person's own enrolments with its run and course; else 404."""
    own = Enrolment.objects.of(request.user).select_related("run__course", "run__lead")
    return get_object_or_404(own, public_id=public_id)


def tabs(pages: Tabs, current: str, public_id: str) -> list[dict[str, Any]]:
    """Return the tabs of a workspace; a page that this site does not have is left out."""
    shown = []
    for label, name in pages:
        try:
            url = reverse(name, args=[public_id])
        except NoReverseMatch:
            continue
        shown.append({"label": label, "url": url, "current": name == current})
    return shown


def run_frame(run: Run, current: str) -> dict[str, Any]:
    """Return what every page of a run's workspace needs."""
    return {"run": run, "course": run.course, "tabs": tabs(RUN_TABS, current, run.public_id)}


def learner_frame(enrolment: Enrolment, current: str) -> dict[str, Any]:
    """Return what every page of a learner's run needs."""
    return {
        "enrolment": enrolment,
        "run": enrolment.run,
        "course": enrolment.run.course,
        "tabs": tabs(LEARNER_TABS, current, enrolment.public_id),
    }
