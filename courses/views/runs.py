"""A run's workspace: its board with sign-offs, setting it up, its steps, its duties."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from courses.enums import DutyKind
from courses.forms.running import (
    AnswerForm,
    DutyForm,
    NewRunForm,
    OpenRunForm,
    ReasonForm,
    RunForm,
)
from courses.lifecycle import RUN, DutyState, RunState
from courses.models import CoursePage, Run
from courses.queries.cooperation import (
    TONES,
    duties_to_answer,
    known_organisations,
    next_step,
    run_steps,
    sign_offs,
)
from courses.queries.enrolments import keeps, may_see_learners, seats_taken, state_counts
from courses.queries.record import run_history
from courses.rules.running import announcing_faults, why_not
from courses.services import running
from courses.views.frame import run_frame, run_of
from portal.accounts.enums import Role
from portal.accounts.models import Organisation
from portal.core.denials import Denied
from portal.core.searchable import open_to_all

VERBS = {
    "announce": gettext_lazy("Announce the run"),
    "start": gettext_lazy("Start the run"),
    "close": gettext_lazy("Close the run"),
    "cancel": gettext_lazy("Cancel the run"),
}


def kept_run(request: HttpRequest, public_id: str) -> Run:
    """Return a run whose coordinator this person is, with what `run_of` brings; else 404."""
    run = run_of(request, public_id)
    if not keeps(request.user, run):
        raise Http404
    return run


def add_refusal(form: Any, error: Denied | ValidationError) -> None:
    """Put a service's refusal beside the field it belongs to, or above the form."""
    if isinstance(error, Denied):
        form.add_error(None, str(error))
        return
    known = getattr(error, "error_dict", None)
    if known is None:
        form.add_error(None, error)
        return
    for name, faults in known.items():
        form.add_error(name if name in form.fields else None, faults)


@require_safe
@login_required
def run_board(request: HttpRequest, public_id: str) -> HttpResponse:
    run = run_of(request, public_id)
    counts, is_keeper = state_counts(run), keeps(request.user, run)
    signing = set(
        duties_to_answer(request.user)
        .filter(run=run, state=DutyState.PROPOSED)
        .values_list("kind", flat=True)
    )
    rows = [{"sign": row, "may_answer": row.kind in signing} for row in sign_offs(run)]
    context = {
        "pill": (run.get_state_display(), TONES[RunState(run.state)]),
        "steps": run_steps(run),
        "next": next_step(run, counts),
        "rows": rows,
        "counts": counts,
        "taken": sum(counts[state] for state in ("offered", "enrolled", "completed", "failed")),
        "events": run_history(request.user, run),
        "may_see_learners": may_see_learners(request.user, run),
        "is_keeper": is_keeper,
        "is_preparing": run.state == RunState.PREPARING,
        "may_edit": is_keeper and run.state in {RunState.PREPARING, RunState.OPEN},
        "faults": announcing_faults(run) if run.state == RunState.PREPARING else [],
        "verbs": verbs_of(request.user, run) if is_keeper else [],
        **run_frame(run, "run_board"),
    }
    return render(request, "courses/run_board.html", context)


def verbs_of(user: Any, run: Run) -> list[dict[str, Any]]:
    """Return the steps that start from the run's state, each with why it cannot be taken now."""
    return [
        {
            "verb": verb,
            "label": label,
            "why": why_not(verb, user, run),
            "url": reverse("run_step", args=[run.public_id, verb]),
        }
        for verb, label in VERBS.items()
        if RUN.allows(run, verb)
    ]


@login_required
def run_new(request: HttpRequest) -> HttpResponse:
    user = request.user
    leads = Organisation.objects.filter(pk__in=user.organisation_ids(Role.COORDINATOR))
    if not leads:
        raise Http404
    courses = open_to_all(CoursePage.objects.live()).order_by("level", "code")
    first = {"course": courses.filter(code=request.GET.get("course", "")).first()}
    form = NewRunForm(request.POST or None, courses=courses, leads=leads, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            run = running.create_run(by=user, **form.cleaned_data)
        except (Denied, ValidationError) as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("The run is set up. Now ask organisations for its duties."))
            return redirect("run_board", run.public_id)
    status = 422 if form.errors else 200
    return render(request, "courses/run_new.html", {"form": form}, status=status)


@login_required
def run_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    run = kept_run(request, public_id)
    kind = RunForm if run.state == RunState.PREPARING else OpenRunForm
    form = kind(request.POST or None, instance=run)
    if request.method == "POST" and form.is_valid():
        try:
            running.change_run(run=run, by=request.user, **form.cleaned_data)
        except (Denied, ValidationError) as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("The run is changed."))
            return redirect("run_board", public_id)
    context = {"form": form, "taken": seats_taken(run), **run_frame(run, "run_board")}
    status = 422 if form.errors else 200
    return render(request, "courses/run_edit.html", context, status=status)


@login_required
def run_step(request: HttpRequest, public_id: str, verb: str) -> HttpResponse:
    run = kept_run(request, public_id)
    if verb not in VERBS:
        raise Http404
    refusal = why_not(verb, request.user, run)
    form = ReasonForm(request.POST or None) if verb == "cancel" else None
    if request.method == "POST" and (form is None or form.is_valid()):
        reason = form.cleaned_data["reason"] if form else ""
        try:
            running.take_step(run=run, verb=verb, by=request.user, reason=reason)
        except Denied as error:
            refusal = str(error)
        else:
            messages.success(request, done_text(verb))
            return redirect("run_board", public_id)
    counts = state_counts(run)
    context = {
        "verb": verb,
        "label": VERBS[verb],
        "refusal": refusal,
        "form": form,
        "counts": counts,
        "unreached": counts["requested"] + counts["waitlisted"] + counts["offered"],
        **run_frame(run, "run_board"),
    }
    status = 422 if form and form.errors else 409 if request.method == "POST" else 200
    return render(request, "courses/run_step.html", context, status=status)


def done_text(verb: str) -> str:
    """Return what is said when a step was taken."""
    return {
        "announce": _("The run is announced. The public sees it on the course page."),
        "start": _("The run has started. Everybody concerned is told."),
        "close": _("The run is closed."),
        "cancel": _("The run is cancelled. Everybody concerned is told."),
    }[verb]


@login_required
def duty_assign(request: HttpRequest, public_id: str, kind: str) -> HttpResponse:
    run = kept_run(request, public_id)
    if kind not in DutyKind.values:
        raise Http404
    present = next((duty for duty in run.duties.all() if duty.kind == kind), None)
    form = DutyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            duty = running.assign_duty(run=run, kind=kind, by=request.user, **form.cleaned_data)
        except Denied as error:
            add_refusal(form, error)
        else:
            asked = duty.state == DutyState.PROPOSED
            text = _("%(name)s is asked.") if asked else _("%(name)s has this duty.")
            messages.success(request, text % {"name": duty.organisation.display_name})
            return redirect("run_board", public_id)
    context = {
        "form": form,
        "duty": present,
        "label": DutyKind(kind).label,
        "suggestions": known_organisations(request.user),
        **run_frame(run, "run_board"),
    }
    status = 422 if form.errors else 200
    return render(request, "courses/duty_assign.html", context, status=status)


@login_required
def duty_decide(request: HttpRequest, public_id: str, kind: str) -> HttpResponse:
    mine = duties_to_answer(request.user)
    duty = get_object_or_404(mine, run__public_id=public_id, kind=kind)
    form = AnswerForm(request.POST or None)
    waits = duty.state == DutyState.PROPOSED and duty.run.state == RunState.PREPARING
    if request.method == "POST" and form.is_valid():
        accept = form.cleaned_data["answer"] == "accept"
        try:
            running.decide_duty(
                duty=duty, accept=accept, reason=form.cleaned_data["reason"], by=request.user
            )
        except Denied as error:
            add_refusal(form, error)
        else:
            text = _("The duty is accepted.") if accept else _("The duty is declined.")
            messages.success(request, text)
            return redirect("duty_decide", public_id, kind)
    context = {
        "duty": duty,
        "run": duty.run,
        "course": duty.run.course,
        "form": form,
        "waits": waits,
        "may_open_board": Run.objects.visible_to(request.user).filter(pk=duty.run_id).exists(),
    }
    status = 422 if form.errors else 200
    return render(request, "courses/duty_decide.html", context, status=status)
