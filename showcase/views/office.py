"""The secretariat's and the observers' workspace: rounds, entries, and moving a round on."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.accounts.enums import Permission
from portal.accounts.views.frame import office_pages
from portal.core.denials import Denied
from portal.core.taxonomies import region_name
from showcase.exports.submission_list import submission_workbook
from showcase.lifecycle import RoundState, SubmissionState
from showcase.models import Round, Stage
from showcase.queries.office import NEXT, RoundLine, line_of, office_entries, round_lines
from showcase.queries.recommendations import directions_in, narrowed, regions_in, state_counts
from showcase.queries.record import round_history
from showcase.rules.rounds import check_can_advance_round
from showcase.services import checking
from showcase.services.rounds import advance_round
from showcase.views.applying.frame import TONES
from showcase.views.sheets import workbook_response

PAGE = 50
CONDITIONS = ("q", "state", "direction", "region", "authority", "sort")
VERBS = {
    "open": gettext_lazy("Open the round"),
    "close_applications": gettext_lazy("Close applications"),
    "start_checks": gettext_lazy("Start the formal check"),
    "start_review": gettext_lazy("Start the expert review"),
    "start_ranking": gettext_lazy("Start the ranking"),
}
EFFECTS = {
    "open": gettext_lazy(
        "The round becomes public and organisations may start applications. "
        "Stages, directions, form and quotas are frozen."
    ),
    "close_applications": gettext_lazy(
        "No application can be submitted any more. The authorities may send their lists."
    ),
    "start_checks": gettext_lazy(
        "The authorities can no longer change their lists. Applications that none has "
        "recommended end here, and their applicants are told. "
        "The automatic items of every recommended one are checked at once."
    ),
    "start_review": gettext_lazy(
        "The formal check ends. Accepted applications go to the panels of experts."
    ),
    "start_ranking": gettext_lazy("The experts' desks close. The ranking can be made."),
}
ROUND_TONES = {RoundState.SETUP: "todo", RoundState.ANNOUNCED: "good"}


def check_in_office(user: Any) -> None:
    """Answer 404 to who has no business in the office: the address tells nothing."""
    if not user.may(Permission.SHOWCASE_SUBMISSIONS_READ_ALL):
        raise Http404


def find_round(request: HttpRequest, code: str) -> Round:
    """Return the round asked for, or 404."""
    check_in_office(request.user)
    rounds = Round.objects.select_related("programme").prefetch_related("stages", "directions")
    return get_object_or_404(rounds, code=code)


def office_frame(request: HttpRequest) -> dict[str, Any]:
    """Return the workspace's name and navigation."""
    may_act = request.user.may(Permission.SHOWCASE_ROUNDS_MANAGE)
    return {
        "workspace": _("Secretariat") if may_act else _("Observer"),
        "role_name": _("Secretariat") if may_act else _("Observer"),
        "may_act": may_act,
        "work_nav": office_pages(request),
    }


@login_required
def office_home(request: HttpRequest) -> HttpResponse:
    check_in_office(request.user)
    lines = round_lines()
    context = {
        "rows": [round_row(line) for line in lines],
        "todos": [todo for line in lines for todo in todos_of(line)],
    }
    return render(request, "showcase/office_home.html", context | office_frame(request))


def round_row(line: RoundLine) -> dict[str, Any]:
    """Return one round as a row: state, what closes next, counts by state."""
    state = RoundState(line.round.state)
    return {
        "line": line,
        "round": line.round,
        "url": reverse("office_round", args=[line.round.code]),
        "pill": (state.label, ROUND_TONES.get(state, "")),
        "counts": [(s.label, line.counts[s]) for s in SubmissionState if line.counts[s]],
    }


def todos_of(line: RoundLine) -> list[dict[str, str]]:
    """Return what needs somebody in a round, as items of the checks component."""
    title, code = line.round.display_title, line.round.code
    url = reverse("office_round", args=[code])
    found = []
    if line.waiting:
        text = ngettext(
            "%(n)d application waits for the formal check",
            "%(n)d applications wait for the formal check",
            line.waiting,
        )
        found.append((text % {"n": line.waiting}, f"{url}?state=recommended"))
    if line.overdue:
        text = ngettext(
            "%(n)d correction is overdue", "%(n)d corrections are overdue", line.overdue
        )
        found.append((text % {"n": line.overdue}, f"{url}?state=correction"))
    if line.is_over and line.round.state in NEXT:
        step = VERBS[NEXT[RoundState(line.round.state)]]
        text = _("%(stage)s has closed. Next step: %(step)s") % {
            "stage": line.stage.get_kind_display() if line.stage else "",
            "step": step,
        }
        found.append((text, reverse("office_advance", args=[code])))
    return [
        {"tone": "warn", "text": text, "note": title, "url": where, "action": _("Go there")}
        for text, where in found
    ]


@login_required
def office_round(request: HttpRequest, code: str) -> HttpResponse:
    round = find_round(request, code)
    entries = list(office_entries(round, request.user))
    conditions = {key: request.GET.get(key, "") for key in CONDITIONS}
    shown = narrowed(entries, conditions, "number")
    page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    counts = state_counts(entries)
    authorities = {one.authority.public_id: one.authority for one in entries if one.authority}
    verb = NEXT.get(RoundState(round.state), "")
    context = {
        "round": round,
        "line": line_of(round),
        "page_obj": page,
        "rows": [entry_row(one) for one in page],
        "shown": len(shown),
        "total": len(entries),
        "conditions": conditions,
        "is_narrowed": any(conditions[key] for key in CONDITIONS if key != "sort"),
        "states": [(s.value, s.label, counts[s]) for s in SubmissionState if counts[s]],
        "directions": directions_in(entries),
        "regions": regions_in(entries),
        "authorities": sorted((key, one.display_name) for key, one in authorities.items()),
        "stages": stage_steps(round),
        "verb": VERBS.get(verb, ""),
        "events": round_history(request.user, round),
    }
    return render(request, "showcase/office_round.html", context | office_frame(request))


def entry_row(entry: Any) -> dict[str, Any]:
    """Return one entry as a row."""
    return {
        "entry": entry,
        "recommendation": getattr(entry, "recommendation", None),
        "has_check": hasattr(entry, "formal_check"),
        "region": region_name(entry.region),
        "pill": (entry.get_state_display(), TONES.get(SubmissionState(entry.state), "mute")),
    }


def stage_steps(round: Round) -> list[dict[str, Any]]:
    """Return the round's stages as steps with their windows."""
    return [
        {"stage": stage, "is_now": stage.is_open(), "label": Stage.Kind(stage.kind).label}
        for stage in round.stages.all()
    ]


@login_required
def office_export(request: HttpRequest, code: str) -> HttpResponse:
    """The rows of the office's list, as filtered and sorted in the address."""
    round = find_round(request, code)
    conditions = {key: request.GET.get(key, "") for key in CONDITIONS}
    shown = narrowed(office_entries(round, request.user), conditions, "number")
    applied = _(", ").join(f"{key}={value}" for key, value in conditions.items() if value)
    return workbook_response(submission_workbook(round, shown, applied), f"{round.code}.xlsx")


@login_required
def office_advance(request: HttpRequest, code: str) -> HttpResponse:
    round = find_round(request, code)
    verb = NEXT.get(RoundState(round.state))
    if not request.user.may(Permission.SHOWCASE_ROUNDS_MANAGE):
        raise Http404
    if request.method == "POST" and request.POST.get("verb") != verb:
        return redirect("office_round", code)  # a second click: the step has been taken
    if verb is None:
        raise Http404
    refusal = why_not_advance(request.user, round, verb)
    if request.method == "POST":
        refusal = advance(request, round, verb)
        if not refusal:
            messages.success(request, _("Done: %(step)s.") % {"step": VERBS[verb]})
            return redirect("office_round", code)
    context = {
        "round": round,
        "line": line_of(round),
        "verb": verb,
        "step": VERBS[verb],
        "effect": EFFECTS[verb],
        "refusal": refusal,
    }
    status = 409 if request.method == "POST" else 200
    context |= office_frame(request)
    return render(request, "showcase/office_advance.html", context, status=status)


def why_not_advance(user: Any, round: Round, verb: str) -> str:
    """Return why the round cannot move on now, or nothing."""
    try:
        check_can_advance_round(user, round, verb)
    except Denied as refusal:
        return str(refusal)
    return ""


def advance(request: HttpRequest, round: Round, verb: str) -> str:
    """Move the round on; return why it could not be, or nothing."""
    try:
        if verb == "start_checks":
            checking.start_checks(round, by=request.user)
        elif verb == "start_review":
            checking.finish_checks(round, by=request.user)
        else:
            advance_round(round, verb, by=request.user)
    except Denied as refusal:
        return str(refusal)
    return ""
