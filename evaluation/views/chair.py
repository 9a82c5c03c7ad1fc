"""The chair's page: ties to decide, sheets to give back. No names and no points."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from evaluation.forms.balloting import ReasonForm
from evaluation.queries.blind import doubts_chaired_by, panels_chaired_by, seats_chaired_by
from evaluation.queries.desk import chaired_rows
from evaluation.services import balloting, conflicting
from portal.core.denials import Denied


@login_required
@require_GET
def desk_chair(request: HttpRequest) -> HttpResponse:
    panels = list(panels_chaired_by(request.user))
    if not panels:
        raise Http404
    context = {
        "panels": panels,
        "doubts": doubts_chaired_by(request.user),
        "rows": chaired_rows(request.user),
    }
    return render(request, "evaluation/desk_chair.html", context)


@login_required
@require_POST
def desk_decide(request: HttpRequest, submission: str, expert: str, kind: str) -> HttpResponse:
    fact = get_object_or_404(
        doubts_chaired_by(request.user),
        submission__public_id=submission,
        expert__public_id=expert,
        kind=kind,
    )
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the reason for the decision."))
        return redirect("desk_chair")
    upheld = request.POST.get("decision") == "uphold"
    try:
        conflicting.decide_conflict(
            fact, upheld=upheld, reason=form.cleaned_data["reason"], by=request.user
        )
    except (Denied, ValidationError) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The decision is on record; the expert has been told."))
    return redirect("desk_chair")


@login_required
@require_POST
def desk_reopen(request: HttpRequest, public_id: str) -> HttpResponse:
    seat = get_object_or_404(
        seats_chaired_by(request.user).exclude(ballot=None), public_id=public_id
    )
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the reason for reopening."))
        return redirect("desk_chair")
    try:
        balloting.reopen_ballot(seat.ballot, reason=form.cleaned_data["reason"], by=request.user)
    except (Denied, ValidationError) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The sheet was given back; its expert has been told."))
    return redirect("desk_chair")
