"""The secretariat's panel screens: the board with its draws, the ties, the progress."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from evaluation.forms.balloting import ReasonForm
from evaluation.forms.panels import ChairsForm
from evaluation.models import Assignment, ConflictFact
from evaluation.queries.blind import conflicts_of, rounds_for_panels
from evaluation.queries.panels import board_of, panels_of, progress_of
from evaluation.queries.record import panel_history
from evaluation.rules.panels import can_manage_panels
from evaluation.services import conflicting, panelling
from portal.core.denials import Denied
from showcase.models import Round, Stage


def round_of(request: HttpRequest, code: str) -> Round:
    """A round this person may look into; otherwise it does not exist for him."""
    rounds = rounds_for_panels(request.user).with_stages(Stage.Kind.REVIEW)
    return get_object_or_404(rounds, code=code)


def frame(request: HttpRequest, round: Round, current: str) -> dict[str, Any]:
    """What the three screens share: the round, its tabs, its deadline, what one may do."""
    names = {
        "panel_board": _("Panels"),
        "panel_conflicts": _("Ties"),
        "panel_progress": _("Progress"),
    }
    return {
        "round": round,
        "stage": round.stage(Stage.Kind.REVIEW),
        "can_manage": can_manage_panels(request.user, round),
        "tabs": [
            {"label": label, "url": reverse(name, args=[round.code]), "current": name == current}
            for name, label in names.items()
        ],
    }


def tried(request: HttpRequest, done: str, act: Callable[[], Any]) -> None:
    """Run a service and tell what came of it."""
    try:
        act()
    except Denied as denied:
        messages.error(request, str(denied))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, done)


@login_required
@require_GET
def panel_board(request: HttpRequest, code: str) -> HttpResponse:
    round = round_of(request, code)
    board = board_of(round)
    context = frame(request, round, "panel_board") | {
        "board": board,
        "events": panel_history(request.user, round),
        "chairs": ChairsForm(pairs=panels_of(round), experts=[row.expert for row in board.loads]),
    }
    return render(request, "evaluation/panel_board.html", context)


@login_required
@require_POST
def panel_draw(request: HttpRequest, code: str) -> HttpResponse:
    round = round_of(request, code)
    tried(
        request,
        _("Panels are drawn. Look them over, then publish."),
        lambda: panelling.propose_draw(round, by=request.user),
    )
    return redirect("panel_board", code=code)


@login_required
@require_POST
def panel_publish(request: HttpRequest, code: str, public_id: str) -> HttpResponse:
    draw = get_object_or_404(round_of(request, code).draws, public_id=public_id)
    accept = request.POST.get("accept") == "yes"
    tried(
        request,
        _("The panels are published; every expert has been told."),
        lambda: panelling.publish_draw(draw, by=request.user, accept_bent=accept),
    )
    return redirect("panel_board", code=code)


@login_required
@require_POST
def panel_discard(request: HttpRequest, code: str, public_id: str) -> HttpResponse:
    draw = get_object_or_404(round_of(request, code).draws, public_id=public_id)
    tried(
        request,
        _("The proposal was dropped."),
        lambda: panelling.discard_draw(draw, by=request.user),
    )
    return redirect("panel_board", code=code)


@login_required
@require_POST
def panel_replace(request: HttpRequest, code: str, public_id: str) -> HttpResponse:
    seats = Assignment.objects.filter(submission__round=round_of(request, code))
    seat = get_object_or_404(seats, public_id=public_id)
    tried(
        request,
        _("The seat is filled; the new expert has been told."),
        lambda: panelling.replace_expert(seat, by=request.user),
    )
    return redirect("panel_board", code=code)


@login_required
@require_POST
def panel_chairs(request: HttpRequest, code: str) -> HttpResponse:
    round = round_of(request, code)
    experts = [row.expert for row in board_of(round).loads]
    form = ChairsForm(request.POST, pairs=panels_of(round), experts=experts)
    if not form.is_valid():
        messages.error(request, _("Choose chairs from the list of experts."))
        return redirect("panel_board", code=code)
    tried(
        request,
        _("Chairs are set."),
        lambda: [
            panelling.set_chair(direction, expert=expert, by=request.user)
            for direction, expert in form.chosen()
        ],
    )
    return redirect("panel_board", code=code)


@login_required
@require_GET
def panel_conflicts(request: HttpRequest, code: str) -> HttpResponse:
    round = round_of(request, code)
    facts = list(conflicts_of(request.user, round))
    context = frame(request, round, "panel_conflicts") | {
        "doubts": [fact for fact in facts if fact.upheld is None],
        "facts": [fact for fact in facts if fact.upheld is not None],
    }
    return render(request, "evaluation/panel_conflicts.html", context)


@login_required
@require_POST
def panel_detect(request: HttpRequest, code: str) -> HttpResponse:
    round = round_of(request, code)
    tried(
        request,
        _("Ties are up to date."),
        lambda: conflicting.detect_conflicts(round, by=request.user),
    )
    return redirect("panel_conflicts", code=code)


@login_required
@require_POST
def panel_decide(
    request: HttpRequest, code: str, submission: str, expert: str, kind: str
) -> HttpResponse:
    fact = get_object_or_404(
        conflicts_of(request.user, round_of(request, code)),
        submission__public_id=submission,
        expert__public_id=expert,
        kind=kind,
        source=ConflictFact.Source.DECLARED,
    )
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    upheld = request.POST.get("decision") == "uphold"
    tried(
        request,
        _("The decision is on record; the expert has been told."),
        lambda: conflicting.decide_conflict(fact, upheld=upheld, reason=reason, by=request.user),
    )
    return redirect("panel_conflicts", code=code)


@login_required
@require_GET
def panel_progress(request: HttpRequest, code: str) -> HttpResponse:
    round = round_of(request, code)
    rows = progress_of(round)
    context = frame(request, round, "panel_progress") | {
        "rows": rows,
        "assigned": sum(row.assigned for row in rows),
        "signed": sum(row.signed for row in rows),
        "declared": sum(row.declared for row in rows),
        "done": sum(row.is_done for row in rows),
    }
    return render(request, "evaluation/panel_progress.html", context)


@login_required
@require_POST
def panel_remind(request: HttpRequest, code: str) -> HttpResponse:
    round = round_of(request, code)
    tried(
        request,
        _("Reminders are sent to those who have unsigned sheets."),
        lambda: panelling.remind_experts(round, by=request.user),
    )
    return redirect("panel_progress", code=code)
