"""The ranking board, one entry of it, the workbook, and the way to publication."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from evaluation.exports import ranking_workbook
from evaluation.forms.talking import FORMS
from evaluation.lifecycle import RankingState
from evaluation.models import Ranking, RankingRow, Talk
from evaluation.queries.blocking import missing_ballots
from evaluation.queries.rankings import board_of, current_ranking, record_check, round_for
from evaluation.queries.snapshots import stored_inputs
from evaluation.rules.rankings import (
    check_can_freeze_ranking,
    check_can_publish_notice,
    check_can_write_rankings,
)
from evaluation.services import publishing, ranking
from evaluation.views.board import board_context, entry_context
from portal.core.denials import Denied
from showcase.models import Round

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def refusal(check: Any, *args: Any) -> str:
    """Return why a rule refuses, or nothing where it allows."""
    try:
        check(*args)
    except Denied as denied:
        return str(denied.reason)
    return ""


def ranking_in_force(round: Round) -> Ranking:
    """Return the round's frozen or published ranking; 404 before there is one."""
    found = current_ranking(round)
    if found is None:
        raise Http404
    return found


@login_required
def ranking_board(request: HttpRequest, code: str) -> HttpResponse:
    round = round_for(request.user, code)
    snapshot = current_ranking(round)
    context: dict[str, Any] = {
        "round": round,
        "may_write": not refusal(check_can_write_rankings, request.user),
    }
    if snapshot is None:
        context["why_not_freeze"] = refusal(check_can_freeze_ranking, request.user, round)
        context["missing"] = missing_ballots(round)
        return render(request, "evaluation/ranking_none.html", context)
    board = board_of(snapshot, request.GET.get("direction", ""))
    context |= board_context(board, record_check(round))
    return render(request, "evaluation/ranking_board.html", context)


@login_required
@require_POST
def ranking_freeze(request: HttpRequest, code: str) -> HttpResponse:
    round = round_for(request.user, code)
    try:
        frozen = ranking.freeze_ranking(round, by=request.user)
    except Denied as denied:
        messages.error(request, denied.reason)
    else:
        messages.success(request, _("Ranking %(number)s is frozen.") % {"number": frozen.number})
    return redirect("ranking_board", code)


@login_required
@require_POST
def ranking_verify(request: HttpRequest, code: str) -> HttpResponse:
    snapshot = ranking_in_force(round_for(request.user, code))
    faults = ranking.verify_ranking(snapshot)
    if faults:
        messages.error(request, _("The ranking does not hold: %(fault)s") % {"fault": faults[0]})
    else:
        messages.success(
            request,
            _("Recomputed from the ballots: every byte agrees with the snapshot (%(digest)s).")
            % {"digest": snapshot.results_digest[:16]},
        )
    return redirect("ranking_board", code)


@login_required
def ranking_workbook_download(request: HttpRequest, code: str) -> HttpResponse:
    snapshot = ranking_in_force(round_for(request.user, code))
    response = HttpResponse(ranking_workbook(snapshot), content_type=XLSX)
    name = f"ranking-{code}-{snapshot.number}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
def ranking_entry(request: HttpRequest, code: str, public_id: str) -> HttpResponse:
    round = round_for(request.user, code)
    snapshot = ranking_in_force(round)
    rows = snapshot.rows.select_related("submission__applicant", "direction")
    row = get_object_or_404(rows, submission__public_id=public_id)
    bound = talk_form(request)
    if bound is not None and bound.is_valid() and saved_talk(request, row, bound):
        return redirect("ranking_entry", code, public_id)
    may_write = not refusal(check_can_write_rankings, request.user)
    context = {
        "round": round,
        "ranking": snapshot,
        "row": row,
        "bound": bound,
        "may_write": may_write and snapshot.state == RankingState.FROZEN,
        **entry_context(row, stored_inputs(snapshot), bound),
    }
    status = 422 if bound is not None else 200
    return render(request, "evaluation/ranking_entry.html", context, status=status)


def talk_form(request: HttpRequest) -> Any:
    """Return the bound form of the kind that was sent, or nothing on a plain visit."""
    if request.method != "POST":
        return None
    form_class = FORMS.get(request.POST.get("kind", ""))
    if form_class is None:
        raise Http404
    return form_class(request.POST, prefix=form_class.kind.value)


def saved_talk(request: HttpRequest, row: RankingRow, form: Any) -> bool:
    """Record what the panel settled; a refusal stays on the form."""
    services: dict[str, Any] = {
        Talk.Kind.SPREAD: ranking.record_talk,
        Talk.Kind.VOTE: ranking.record_vote,
        Talk.Kind.VETO: ranking.record_veto,
    }
    try:
        services[form.kind](row.submission, by=request.user, **form.cleaned_data)
    except Denied as denied:
        form.add_error(None, str(denied.reason))
        return False
    messages.success(request, _("Recorded."))
    return True


@login_required
def ranking_publish(request: HttpRequest, code: str) -> HttpResponse:
    round = round_for(request.user, code)
    snapshot = ranking_in_force(round)
    if request.method == "POST":
        try:
            notice = publishing.publish_notice(snapshot, by=request.user)
        except Denied:
            return redirect("ranking_publish", code)  # the page itself says why
        messages.success(request, _("The public notice is online."))
        return redirect("notice_admin", notice.public_id)
    proposed = snapshot.rows.filter(is_proposed=True).select_related(
        "submission__applicant", "submission__direction"
    )
    submissions = [row.submission for row in proposed.prefetch_related("submission__partners")]
    context = {
        "round": round,
        "ranking": snapshot,
        "entries": publishing.public_entries(submissions),
        "closes_at": publishing.closing_time(round),
        "why_not": refusal(check_can_publish_notice, request.user, snapshot),
    }
    return render(request, "evaluation/ranking_publish.html", context)
