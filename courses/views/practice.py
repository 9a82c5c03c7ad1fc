"""Practical work: a learner's tasks and what they hand in; what a run has handed in."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from courses.forms.practice import WorkForm
from courses.models import Enrolment, PracticeTask, PracticeWork, Run
from courses.queries.practice import overview, versions_of, work_digest
from courses.queries.progress import latest_works
from courses.rules.learning import check_can_hand_in
from courses.services.practising import PURPOSE, hand_in, place_of
from courses.views.frame import learner_frame, run_frame, run_of
from courses.views.learner import inside_of
from portal.core.denials import Denied
from portal.core.files import StagedFile, cancel_upload, deliver, staged, ticket, unfinished
from portal.core.models import PrivateFile


@login_required
@require_safe
def learning_practice(request: HttpRequest, public_id: str) -> HttpResponse:
    enrolment = inside_of(request, public_id)
    works = latest_works([enrolment.pk])[enrolment.pk]
    tasks = PracticeTask.objects.filter(course=enrolment.run.course_id)
    rows = [{"task": task, "work": works.get(task.pk)} for task in tasks]
    frame = learner_frame(enrolment, "learning_practice")
    return render(request, "courses/learning_practice.html", {**frame, "rows": rows})


def task_of(enrolment: Enrolment, task_id: str) -> PracticeTask:
    """Return a task of the enrolment's course; else 404."""
    return get_object_or_404(PracticeTask, course=enrolment.run.course_id, public_id=task_id)


@login_required
def learning_practice_task(request: HttpRequest, public_id: str, task_id: str) -> HttpResponse:
    enrolment = inside_of(request, public_id)
    task = task_of(enrolment, task_id)
    place = place_of(enrolment, task)
    pass_on = ticket(by=request.user, place=place, purpose=PURPOSE)
    if request.method != "POST":
        return show_task(request, enrolment, task, WorkForm(ticket=pass_on))
    form = WorkForm(request.POST, request.FILES, ticket=pass_on)
    if form.is_valid():
        try:
            hand_in_form(request.user, enrolment, task, form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        except Denied as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(f"{request.path}#receipt")
    return show_task(request, enrolment, task, form, status=422)


def hand_in_form(
    user: Any, enrolment: Enrolment, task: PracticeTask, given: Mapping[str, Any]
) -> None:
    """Hand in what the form holds, or the file it names. Raises Denied, ValidationError."""
    place = place_of(enrolment, task)
    upload = given["file"] or staged(given["upload"], by=user, place=place)
    if isinstance(upload, PrivateFile):
        return  # the answer was lost and the same form came twice
    try:
        hand_in(enrolment=enrolment, task=task, by=user, text=given["text"], upload=upload)
    except ValidationError as error:
        if isinstance(upload, StagedFile) and "file" in error.message_dict:
            cancel_upload(upload.row, by=user)  # the same bytes would be refused again
        raise


def sent_before(user: Any, form: WorkForm, place: str) -> StagedFile | None:
    """Return the file that came before a form which was refused for something else."""
    try:
        found = staged(form["upload"].value() or "", by=user, place=place)
    except ValidationError:
        return None
    return found if isinstance(found, StagedFile) else None


def show_task(
    request: HttpRequest,
    enrolment: Enrolment,
    task: PracticeTask,
    form: WorkForm,
    status: int = 200,
) -> HttpResponse:
    """Show a task with its rubric, what was handed in, and the form while it may be used."""
    works = versions_of(enrolment, task)
    place = place_of(enrolment, task)
    context = {
        "pending": unfinished(request.user, [place]).get(place),
        "sent": sent_before(request.user, form, place),
        "task": task,
        "form": form,
        "works": works,
        "receipt": work_digest(works[0]) if works else "",
        "why_not": why_not_hand_in(request.user, enrolment, task),
    }
    frame = learner_frame(enrolment, "learning_practice")
    return render(
        request, "courses/learning_practice_task.html", {**frame, **context}, status=status
    )


def why_not_hand_in(user: Any, enrolment: Enrolment, task: PracticeTask) -> str:
    """Return why nothing can be handed in, or nothing."""
    try:
        check_can_hand_in(user, enrolment, task)
    except Denied as refusal:
        return str(refusal)
    return ""


@login_required
@require_safe
def learning_practice_file(request: HttpRequest, public_id: str, work_id: str) -> HttpResponseBase:
    enrolment = inside_of(request, public_id)
    works = PracticeWork.objects.filter(enrolment=enrolment, file__isnull=False)
    work = get_object_or_404(works.select_related("file"), public_id=work_id)
    return deliver(request, work.file)


@login_required
@require_safe
def run_practice(request: HttpRequest, public_id: str) -> HttpResponse:
    run = run_of(request, public_id)
    context = {**run_frame(run, "run_practice"), "groups": by_task(run)}
    return render(request, "courses/run_practice.html", context)


def by_task(run: Run) -> list[dict[str, Any]]:
    """Return what was handed in, grouped by task, with counts."""
    groups: dict[int, dict[str, Any]] = {}
    for row in overview(run):
        group = groups.setdefault(row.task.pk, {"task": row.task, "rows": [], "handed": 0})
        group["rows"].append(row)
        group["handed"] += row.work is not None
    return list(groups.values())


@login_required
@require_safe
def practice_work_file(request: HttpRequest, work_id: str) -> HttpResponseBase:
    works = PracticeWork.objects.filter(
        enrolment__run__in=Run.objects.visible_to(request.user), file__isnull=False
    )
    work = get_object_or_404(works.select_related("file"), public_id=work_id)
    return deliver(request, work.file)
