"""Where training staff and learners begin."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from courses.lifecycle import ALIVE, INSIDE, EnrolmentState, RunState
from courses.models import Enrolment, Run
from courses.queries.cooperation import TONES, duties_waiting_for, parts_of, runs_for_home
from courses.queries.enrolments import own_with_waiting_place
from courses.queries.runs import duties_needed
from courses.rules.enrolling import can_withdraw
from courses.views.enrolling import STATE_TONES
from courses.views.learner import own_frame
from portal.accounts.enums import TRAINING_ROLES, Permission, Role
from portal.core.templatetags.formatting import day

PER_PAGE = 30


@login_required
def training_home(request: HttpRequest) -> HttpResponse:
    user = request.user
    works_here = any(user.has_role(role) for role in TRAINING_ROLES)
    if not (works_here or user.may(Permission.COURSES_READ_ALL)):
        raise Http404
    page_obj = Paginator(runs_for_home(user), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page_obj,
        "rows": [run_row(user, run) for run in page_obj],
        "duties": duties_waiting_for(user)[:PER_PAGE],
        "may_open": user.has_role(Role.COORDINATOR),
    }
    return render(request, "courses/training_home.html", context)


def run_row(user: Any, run: Run) -> dict[str, Any]:
    """Return one line of the list of runs."""
    state = RunState(run.state)
    signed = {duty.kind for duty in run.duties.all() if duty.state == "accepted"}
    unsigned = set(duties_needed(run)) - signed if state == RunState.PREPARING else set()
    return {
        "run": run,
        "parts": parts_of(user, run),
        "pill": (state.label, TONES[state]),
        "unsigned": len(unsigned),
    }


@login_required
def learning_home(request: HttpRequest) -> HttpResponse:
    own = own_with_waiting_place(request.user)
    rows = [learning_row(request.user, one) for one in own]
    context = {
        "current": [row for row in rows if row["is_current"]],
        "past": [row for row in rows if not row["is_current"]],
        **own_frame("learning_home"),
    }
    return render(request, "courses/learning_home.html", context)


def learning_row(user: Any, one: Any) -> dict[str, Any]:
    """Return one of a learner's runs: its state, what happens next, until when, what to press."""
    state, run = EnrolmentState(one.state), one.run
    return {
        "one": one,
        "pill": (state.label, STATE_TONES[state]),
        "next": what_next(one),
        "until": one.offered_until,
        "url": lessons_url(one),
        "may_withdraw": can_withdraw(user, one),
        "again": state not in ALIVE and state not in INSIDE and run.state == RunState.OPEN,
        "is_current": state in ALIVE and run.state != RunState.CLOSED,
    }


def what_next(one: Any) -> str:
    """Return what happens next to a learner's place."""
    run, starts = one.run, day(one.run.starts_on)
    texts = {
        EnrolmentState.REQUESTED: _("%(name)s decides on your request, before %(day)s.")
        % {"name": run.lead.display_name, "day": starts},
        EnrolmentState.WAITLISTED: _(
            "You are number %(n)d on the waiting list. A seat that becomes free is offered in "
            "this order; the waiting ends on %(day)s."
        )
        % {"n": one.ahead + 1, "day": starts},
        EnrolmentState.OFFERED: _("A seat is yours if you take it in time."),
        EnrolmentState.ENROLLED: _("The first day is %(day)s.") % {"day": starts},
    }
    if one.state == EnrolmentState.ENROLLED and run.state == RunState.RUNNING:
        return _("The run lasts until %(day)s.") % {"day": day(run.ends_on)}
    return texts.get(one.state, "")


def lessons_url(one: Enrolment) -> str:
    """Return the address of the lessons for who has been let in, where this site has them."""
    if one.state not in INSIDE or one.run.state == RunState.OPEN:
        return ""
    try:
        return reverse("learning_run", args=[one.public_id])
    except NoReverseMatch:
        return ""
