"""A run as its learner sees it: outline and progress, units to read and to complete; the same
units for those who work for the run.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courses.enums import CompletionWay
from courses.models import Enrolment, Unit, UnitCompletion
from courses.queries.content import neighbours, next_unit, outline, units_of
from courses.queries.progress import progress_of
from courses.queries.record import enrolment_history
from courses.rules.learning import check_can_learn, check_can_read_units, units_are_open
from courses.services.learning import complete_unit, letters_of
from courses.views.frame import learner_frame, run_frame, run_of
from courses.views.learner import inside_of
from courses.views.standing import requirements
from portal.core.denials import Denied


@login_required
@require_safe
def learning_run(request: HttpRequest, public_id: str) -> HttpResponse:
    enrolment = inside_of(request, public_id)
    units = units_of(enrolment.run.course)
    progress = progress_of(enrolment)
    following = next_unit(units, progress.units)
    context = {
        "parts": outline(units, progress.units),
        "progress": progress,
        "unit_count": len(units),
        "done_count": sum(unit.pk in progress.units for unit in units),
        "next_unit": following,
        "next_url": unit_url(enrolment, following),
        "is_open": units_are_open(enrolment.run),
        "requirements": requirements(enrolment, progress),
        # Asked for by a link: the page is opened often, its history seldom.
        "asks_history": "history" in request.GET,
        "events": enrolment_history(request.user, enrolment) if "history" in request.GET else [],
    }
    return render(
        request,
        "courses/learning_run.html",
        {**learner_frame(enrolment, "learning_run"), **context},
    )


def unit_url(enrolment: Enrolment, unit: Unit | None, name: str = "learning_unit") -> str:
    """Return the address of a unit in a learner's run, or nothing for no unit."""
    if unit is None:
        return ""
    return reverse(name, args=[enrolment.public_id, unit.module.code, unit.code])


def unit_of(course: Any, module: str, unit: str) -> Unit:
    """Return a unit of a course by the codes of its module and its own; else 404."""
    units = Unit.objects.filter(module__course=course).select_related("module")
    return get_object_or_404(units, module__code=module, code=unit)


@login_required
@require_safe
def learning_unit(request: HttpRequest, public_id: str, module: str, unit: str) -> HttpResponse:
    enrolment = inside_of(request, public_id)
    found = unit_of(enrolment.run.course, module, unit)
    check_can_read_units(request.user, enrolment)
    return show_unit(request, enrolment, found)


@login_required
@require_POST
def learning_unit_complete(
    request: HttpRequest, public_id: str, module: str, unit: str
) -> HttpResponse:
    enrolment = inside_of(request, public_id)
    found = unit_of(enrolment.run.course, module, unit)
    given = [request.POST.get(f"q-{number}", "") for number in range(len(found.self_check))]
    try:
        complete_unit(enrolment=enrolment, unit=found, answers=given, by=request.user)
    except ValidationError as error:
        return show_unit(request, enrolment, found, given, error.message_dict)
    if found.way == CompletionWay.SELF_CHECK:
        return redirect(f"{unit_url(enrolment, found)}#check")
    messages.success(request, _("“%(title)s” is completed.") % {"title": found.display_title})
    _before, after = neighbours(units_of(enrolment.run.course), found)
    return redirect(unit_url(enrolment, after) or reverse("learning_run", args=[public_id]))


@dataclass
class Asked:
    """One question of a self-check on the page: what was chosen, and what is wrong with that."""

    number: int
    data: dict[str, Any]
    chosen: str
    is_answered: bool
    error: str = ""

    @property
    def options(self) -> list[tuple[str, str]]:
        """Letters with their texts."""
        return list(zip(letters_of(self.data), self.data.get("options", ()), strict=True))

    @property
    def is_right(self) -> bool:
        return self.chosen == self.data.get("answer")


def questions(
    unit: Unit, kept: list[str], given: list[str], errors: dict[str, list[str]]
) -> list[Asked]:
    """Return the self-check with what stands (`kept`) or has just been typed (`given`)."""
    asked = []
    for number, data in enumerate(unit.self_check):
        chosen = (given or kept or [""] * (number + 1))[number : number + 1]
        asked.append(
            Asked(
                number,
                data,
                chosen[0] if chosen else "",
                is_answered=bool(kept and not given),
                error=" ".join(str(one) for one in errors.get(str(number), ())),
            )
        )
    return asked


def show_unit(
    request: HttpRequest,
    enrolment: Enrolment,
    unit: Unit,
    given: list[str] | None = None,
    errors: dict[str, list[str]] | None = None,
) -> HttpResponse:
    """Show a unit to its learner; with 422 where something was left open."""
    units = units_of(enrolment.run.course)
    before, after = neighbours(units, unit)
    done = {one.unit_id: one for one in UnitCompletion.objects.filter(enrolment=enrolment)}
    completion = done.get(unit.pk)
    context = {
        **reading(unit),
        "parts": outline(units, done),
        "completion": completion,
        "asked": questions(
            unit, completion.answers if completion else [], given or [], errors or {}
        ),
        "errors": errors,
        "why_not": why_not_learn(request.user, enrolment),
        "complete_url": unit_url(enrolment, unit, "learning_unit_complete"),
        "before": before,
        "before_url": unit_url(enrolment, before),
        "after": after,
        "after_url": unit_url(enrolment, after),
    }
    frame = learner_frame(enrolment, "learning_run")
    return render(
        request, "courses/learning_unit.html", {**frame, **context}, status=422 if errors else 200
    )


def reading(unit: Unit) -> dict[str, Any]:
    """Return what the reading part of a unit needs."""
    return {
        "unit": unit,
        "is_chinese_only": not (get_language() or "").startswith("zh"),
        "by_self_check": unit.way == CompletionWay.SELF_CHECK and bool(unit.self_check),
    }


def why_not_learn(user: Any, enrolment: Enrolment) -> str:
    """Return why nothing can be completed any more, or nothing."""
    try:
        check_can_learn(user, enrolment)
    except Denied as refusal:
        return str(refusal)
    return ""


# --- for those who work for the run --------------------------------------------------------------


@login_required
@require_safe
def run_units(request: HttpRequest, public_id: str) -> HttpResponse:
    run = run_of(request, public_id)
    frame = run_frame(run, "run_units")
    parts = outline(units_of(run.course))
    return render(request, "courses/run_units.html", {**frame, "parts": parts})


@login_required
@require_safe
def run_unit(request: HttpRequest, public_id: str, module: str, unit: str) -> HttpResponse:
    run = run_of(request, public_id)
    found = unit_of(run.course, module, unit)
    asked = questions(found, [one.get("answer", "") for one in found.self_check], [], {})
    context = {**reading(found), "asked": asked}
    return render(request, "courses/run_unit.html", {**run_frame(run, "run_units"), **context})
