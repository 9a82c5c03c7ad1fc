"""Places in a run: asking, taking, leaving, and the organisers' list with their decisions."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from courses.forms.enrolling import DecisionForm, RequestForm, WithdrawForm
from courses.lifecycle import EnrolmentState, RunState
from courses.models import Enrolment, Run
from courses.queries.cooperation import TONES
from courses.queries.enrolments import (
    enrolments_for_staff,
    keeps,
    may_see_learners,
    state_counts,
    waiting_place,
)
from courses.queries.record import enrolment_history
from courses.queries.runs import STATES, public_state, with_seats
from courses.rules.enrolling import can_withdraw, why_not_request
from courses.services import enrolling
from courses.services.seats import OFFER_FOR
from courses.views.frame import enrolment_of, run_frame, run_of
from courses.views.runs import kept_run
from portal.accounts.rules.personal import only_observes
from portal.core.contacts import masked
from portal.core.denials import Denied

PER_PAGE = 50
STATE_TONES = {
    EnrolmentState.REQUESTED: "warn",
    EnrolmentState.DENIED: "bad",
    EnrolmentState.WAITLISTED: "todo",
    EnrolmentState.OFFERED: "warn",
    EnrolmentState.ENROLLED: "good",
    EnrolmentState.WITHDRAWN: "mute",
    EnrolmentState.COMPLETED: "good",
    EnrolmentState.FAILED: "bad",
}


@require_safe
@login_required
def run_enrolments(request: HttpRequest, public_id: str) -> HttpResponse:
    run = run_of(request, public_id)
    if not may_see_learners(request.user, run):
        raise Http404
    state, query = request.GET.get("state", ""), request.GET.get("q", "").strip()[:50]
    counts, is_keeper = state_counts(run), keeps(request.user, run)
    found = enrolments_for_staff(run, state, query)
    shown = contacts_for(request.user, is_keeper)
    page_obj = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page_obj,
        "rows": [row_of(one, run, shown) for one in page_obj],
        "counts": [(s.value, s.label, counts[s]) for s in EnrolmentState if counts[s]],
        "total": sum(counts.values()),
        "taken": sum(counts[s] for s in ("offered", "enrolled", "completed", "failed")),
        "state": state,
        "query": query,
        "is_narrowed": bool(state or query),
        "is_keeper": is_keeper,
        "is_open": run.state == RunState.OPEN,
        **run_frame(run, "run_enrolments"),
    }
    return render(request, "courses/run_enrolments.html", context)


def contacts_for(user: Any, is_keeper: bool) -> Callable[[str], str]:
    """Return how a reader sees contacts: coordinators whole, observers not, others masked."""
    if is_keeper:
        return str
    return (lambda _text: "") if only_observes(user) else masked


def row_of(enrolment: Enrolment, run: Run, shown: Callable[[str], str]) -> dict[str, Any]:
    """Return one line of the list, with contacts as `shown` shows them."""
    state = EnrolmentState(enrolment.state)
    return {
        "one": enrolment,
        "mail": shown(enrolment.learner.email),
        "mobile": shown(enrolment.mobile),
        "pill": (state.label, STATE_TONES[state]),
        "waits": state == EnrolmentState.REQUESTED and run.state == RunState.OPEN,
    }


@login_required
def enrolment_decide(request: HttpRequest, public_id: str, enrolment_id: str) -> HttpResponse:
    run = kept_run(request, public_id)
    rows = run.enrolments.select_related("learner", "organisation")
    enrolment = get_object_or_404(rows, public_id=enrolment_id)
    enrolment.run = run
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            after = decide(enrolment, by=request.user, **form.cleaned_data)
        except Denied as refusal:
            form.add_error(None, str(refusal))
        else:
            told = {"name": enrolment.name, "state": after.get_state_display()}
            messages.success(request, _("%(name)s: %(state)s. They are told.") % told)
            return redirect("run_enrolments", public_id)
    state = EnrolmentState(enrolment.state)
    context = {
        "enrolment": enrolment,
        "pill": (state.label, STATE_TONES[state]),
        "form": form,
        "events": enrolment_history(request.user, enrolment),
        "may_admit": state == EnrolmentState.REQUESTED,
        "may_remove": state in {"waitlisted", "offered", "enrolled"},
        **run_frame(run, "run_enrolments"),
    }
    status = 422 if form.errors else 200
    return render(request, "courses/enrolment_decide.html", context, status=status)


def decide(enrolment: Enrolment, *, decision: str, reason: str, by: Any) -> Enrolment:
    """Call the service for a decision."""
    if decision == "remove":
        return enrolling.remove(enrolment=enrolment, reason=reason, by=by)
    admit = decision == "admit"
    return enrolling.decide_request(enrolment=enrolment, admit=admit, reason=reason, by=by)


# --- learners ------------------------------------------------------------------------------------


def run_request(request: HttpRequest, public_id: str) -> HttpResponse:
    runs = with_seats(Run.objects.public()).select_related("course", "lead")
    run = get_object_or_404(runs.prefetch_related("duties"), public_id=public_id)
    own = Enrolment.objects.of(request.user).filter(run=run).first()
    refusal = why_not_request(request.user, run, own)
    form = RequestForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and request.user.is_authenticated and form.is_valid():
        try:
            made = enrolling.request_place(run=run, by=request.user, **form.cleaned_data)
        except Denied as error:
            refusal = str(error)
        else:
            messages.success(request, said(made))
            return redirect("learning_home")
    state = public_state(run)
    context = {
        "run": run,
        "course": run.course,
        "course_url": run.course.get_url(request),
        "own": own,
        "form": form,
        "refusal": refusal,
        "may_request": not refusal,
        "state": (STATES[state], TONES[RunState(run.state)] or "info"),
        "left": max(0, run.capacity - run.taken),  # type: ignore[attr-defined]
        "offer_hours": int(OFFER_FOR.total_seconds() // 3600),
    }
    status = 422 if form.errors else 409 if request.method == "POST" else 200
    return render(request, "courses/run_request.html", context, status=status)


def said(enrolment: Enrolment) -> str:
    """Return what a person reads after asking for a place."""
    return {
        EnrolmentState.REQUESTED: _("Your request has arrived. The organisers decide on it."),
        EnrolmentState.ENROLLED: _("You are enrolled."),
        EnrolmentState.WAITLISTED: _("All seats are taken: you are on the waiting list."),
        EnrolmentState.OFFERED: _("A seat is offered to you. Take it in time."),
    }.get(EnrolmentState(enrolment.state), enrolment.get_state_display())


@login_required
def enrolment_withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    enrolment = enrolment_of(request, public_id)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            enrolling.withdraw(enrolment=enrolment, by=request.user, **form.cleaned_data)
        except Denied as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("You have withdrawn."))
            return redirect("learning_home")
    context = {
        "enrolment": enrolment,
        "run": enrolment.run,
        "course": enrolment.run.course,
        "form": form,
        "may_withdraw": can_withdraw(request.user, enrolment),
    }
    status = 422 if form.errors else 200
    return render(request, "courses/enrolment_withdraw.html", context, status=status)


@login_required
def enrolment_take(request: HttpRequest, public_id: str) -> HttpResponse:
    enrolment = enrolment_of(request, public_id)
    refusal = ""
    if request.method == "POST":
        try:
            enrolling.take_offer(enrolment=enrolment, by=request.user)
        except Denied as error:
            refusal = str(error)
        else:
            messages.success(request, _("You are enrolled."))
            return redirect("learning_home")
    is_offered = enrolment.state == EnrolmentState.OFFERED
    context = {
        "enrolment": enrolment,
        "run": enrolment.run,
        "course": enrolment.run.course,
        "refusal": refusal,
        "is_offered": is_offered,
        "waiting_place": waiting_place(enrolment)
        if enrolment.state == EnrolmentState.WAITLISTED
        else None,
    }
    status = 409 if refusal else 200
    return render(request, "courses/enrolment_take.html", context, status=status)
