"""The sessions of a run: their list, adding, changing and taking off."""

from decimal import Decimal

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from courses.forms.sessions import SessionForm
from courses.models import Run, Session
from courses.queries.sessions import session_state, teachers_of, with_counts
from courses.rules.people import allows
from courses.rules.sessions import check_can_change, check_can_plan, check_keeps_sessions
from courses.services.scheduling import add_session, change_session, remove_session
from courses.views.frame import run_frame, run_of
from courses.views.sessions.frame import STATES, session_frame, session_of, why_not
from portal.core.denials import Denied


@login_required
@require_safe
def run_sessions(request: HttpRequest, public_id: str) -> HttpResponse:
    run = run_of(request, public_id)
    sessions = with_counts(run.sessions.select_related("teacher"))
    rows = [{"session": one, "pill": STATES[session_state(one)]} for one in sessions]
    context = {
        "rows": rows,
        "keeps": allows(check_keeps_sessions, request.user, run),
        "why_not_plan": why_not(check_can_plan, request.user, run),
        "hours": sum((one.hours for one in sessions), Decimal(0)),
    }
    return render(
        request, "courses/run_sessions.html", {**run_frame(run, "run_sessions"), **context}
    )


def keeps_or_404(request: HttpRequest, run: Run) -> None:
    """Let nobody in who does not keep the run's sessions."""
    if not allows(check_keeps_sessions, request.user, run):
        raise Http404


@login_required
def session_new(request: HttpRequest, public_id: str) -> HttpResponse:
    run = run_of(request, public_id)
    keeps_or_404(request, run)
    form = SessionForm(request.POST or None, teachers=teachers_of(run))
    if request.method == "POST" and form.is_valid():
        try:
            session = add_session(run=run, facts=form.facts(), by=request.user)
        except Denied as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("“%(title)s” is added.") % {"title": session.title})
            return redirect("run_sessions", public_id)
    context = {
        **run_frame(run, "run_sessions"),
        "form": form,
        "why_not": why_not(check_can_plan, request.user, run),
    }
    status = 422 if form.errors else 200
    return render(request, "courses/session_new.html", context, status=status)


@login_required
def session_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    session = session_of(request, public_id)
    keeps_or_404(request, session.run)
    form = SessionForm(
        request.POST if request.method == "POST" else None,
        instance=Session.objects.get(pk=session.pk),
        teachers=teachers_of(session.run),
    )
    if request.method == "POST" and save(request, session, form):
        return redirect("run_sessions", session.run.public_id)
    context = {
        **session_frame(request, session),
        "form": form,
        "why_not": why_not(check_can_change, request.user, session),
    }
    status = 422 if form.errors else 200
    return render(request, "courses/session_edit.html", context, status=status)


def save(request: HttpRequest, session: Session, form: SessionForm) -> bool:
    """Take the session off or change it; put refusals into the form."""
    try:
        if "remove" in request.POST:
            remove_session(session=session, by=request.user)
            messages.success(request, _("“%(title)s” is taken off.") % {"title": session.title})
            return True
        if not form.is_valid():
            return False
        change_session(session=session, facts=form.facts(), by=request.user)
    except Denied as refusal:
        form.full_clean()
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("The session is saved."))
    return True
