"""The recommending authority's workspace: its list, sending it, passing over."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.accounts.enums import Role
from portal.accounts.models import Organisation
from portal.core.denials import Denied
from portal.core.taxonomies import region_name
from showcase.forms.recommending import OrderForm, PassOverForm
from showcase.lifecycle import SubmissionState
from showcase.models import Round, Stage, Submission
from showcase.queries.hints import hints_of, with_awards
from showcase.queries.recommendations import (
    authorities_of,
    directions_in,
    entries_of,
    narrowed,
    regions_in,
    round_to_act_in,
    rounds_by_authority,
    rounds_of,
    state_counts,
    version_of,
)
from showcase.rules.recommending import can_rank, check_can_pass_over, why_not_send
from showcase.rules.wording import finding_words
from showcase.services import recommending
from showcase.views.applying.frame import TONES

STEPS = {"up": -1, "down": 1}
CONDITIONS = ("q", "direction", "region", "state", "sort")


@dataclass
class Desk:
    """What one authority has before it in one round."""

    user: Any
    authority: Organisation
    round: Round
    rounds: list[Round]

    @cached_property
    def entries(self) -> list[Submission]:
        """All entries the authority may see here, in the list's order."""
        rows = with_awards(entries_of(self.round, self.authority), self.round)
        return list(rows.knowing_party(self.user).prefetch_related("attachments"))

    @property
    def ranked(self) -> list[Submission]:
        """Entries with a priority."""
        return [one for one in self.entries if hasattr(one, "recommendation")]

    @property
    def sent(self) -> list[Submission]:
        """Entries already sent."""
        return [one for one in self.ranked if one.recommendation.sent_at]

    @property
    def ready(self) -> list[Submission]:
        """Entries that the next sending would recommend."""
        return [
            one
            for one in self.ranked
            if not one.recommendation.sent_at and one.state == SubmissionState.SUBMITTED
        ]

    @property
    def left_out(self) -> list[Submission]:
        """Submitted entries without a priority."""
        return [
            one
            for one in self.entries
            if one.state == SubmissionState.SUBMITTED and not hasattr(one, "recommendation")
        ]

    @property
    def places(self) -> int:
        """The authority's quota."""
        return int(self.round.own_places)  # type: ignore[attr-defined]

    def url(self, name: str, *more: str) -> str:
        """The address of one of this desk's pages."""
        return reverse(name, args=[self.authority.public_id, self.round.code, *more])


def desk_of(request: HttpRequest, authority_id: str, round_code: str) -> Desk:
    """Return the desk asked for, or 404 for one that is not this person's."""
    authority = get_object_or_404(authorities_of(request.user), public_id=authority_id)
    rounds = rounds_of(authority)
    round = next((one for one in rounds if one.code == round_code), None)
    if round is None:
        raise Http404
    return Desk(request.user, authority, round, rounds)


@login_required
def authority_home(request: HttpRequest) -> HttpResponse:
    authority = authorities_of(request.user).first()
    if authority is None:
        raise Http404
    rounds = rounds_of(authority)
    round = round_to_act_in(rounds)
    if round is None:
        return render(request, "showcase/authority_empty.html", frame(request, authority))
    return show_list(request, Desk(request.user, authority, round, rounds))


@login_required
def authority_round(request: HttpRequest, authority_id: str, round_code: str) -> HttpResponse:
    desk = desk_of(request, authority_id, round_code)
    if request.method != "POST":
        return show_list(request, desk)
    shown = narrowed(desk.entries, conditions_of(request), "priority")
    form = OrderForm(shown, request.POST)
    if form.is_valid() and save_order(request, desk, form):
        return redirect(f"{desk.url('authority_round')}?{request.GET.urlencode()}")
    return show_list(request, desk, form, status=422)


def save_order(request: HttpRequest, desk: Desk, form: OrderForm) -> bool:
    """Save what was typed, then take the step asked for; put refusals into the form."""
    place = {"round": desk.round, "authority": desk.authority, "by": request.user}
    try:
        changed = recommending.set_order(
            wishes=form.wishes(), version=form.cleaned_data["version"] or None, **place
        )
        step, _colon, key = request.POST.get("move", "").partition(":")
        if step in STEPS and key:
            changed = recommending.move_entry(key=key, step=STEPS[step], **place) or changed
    except Denied as refusal:
        form.add_error(None, str(refusal))
        return False
    except ValidationError as error:
        add_errors(form, error)
        return False
    if changed and not step:
        messages.success(request, _("The order is saved. Nothing has been sent yet."))
    return True


def add_errors(form: Any, error: ValidationError) -> None:
    """Put a service's messages beside the fields they belong to."""
    if hasattr(error, "error_dict"):
        form.add_refusals(error.message_dict)
    else:
        form.add_error(None, error)


def conditions_of(request: HttpRequest) -> dict[str, str]:
    """Return the list's conditions from the address."""
    return {key: request.GET.get(key, "") for key in CONDITIONS}


def show_list(
    request: HttpRequest, desk: Desk, form: OrderForm | None = None, status: int = 200
) -> HttpResponse:
    """Show the list with what was typed, or with what stands."""
    conditions = conditions_of(request)
    shown = narrowed(desk.entries, conditions, "priority")
    version = version_of(one.recommendation for one in desk.ranked)
    form = form or OrderForm(shown, initial={"version": version})
    refusal = why_not_send(request.user, desk.round, desk.authority)
    context = {
        "desk": desk,
        "form": form,
        "rows": rows_of(desk, shown, form),
        "conditions": conditions,
        "is_narrowed": any(conditions[key] for key in CONDITIONS if key != "sort"),
        "total": len(desk.entries),
        "states": [(s.value, s.label) for s in SubmissionState if state_counts(desk.entries)[s]],
        "directions": directions_in(desk.entries),
        "regions": regions_in(desk.entries),
        "drafts": desk.round.own_drafts,  # type: ignore[attr-defined]
        "stage": desk.round.stage(Stage.Kind.RECOMMEND),
        "may_rank": can_rank(request.user, desk.round, desk.authority),
        "why_not_send": refusal,
        "over": max(0, len(desk.sent) + len(desk.ready) - desk.places),
        "action": f"{desk.url('authority_round')}?{request.GET.urlencode()}",
        "list_url": desk.url("authority_round"),
        "send_url": desk.url("authority_send"),
        "export_url": desk.url("authority_export"),
        "import_url": desk.url("authority_import"),
    }
    context |= frame(request, desk.authority, desk)
    return render(request, "showcase/authority_round.html", context, status=status)


def rows_of(desk: Desk, shown: list[Submission], form: OrderForm) -> list[dict[str, Any]]:
    """Return the table's rows: entry, its two fields while it may be ranked, marks and hints."""
    hints = hints_of(desk.round, shown)
    open_rows = [one for one in desk.ranked if not one.recommendation.sent_at]
    return [
        {
            "entry": one,
            "is_draft": one.state == SubmissionState.DRAFT,
            "name": recommending.shown_title(one),
            "recommendation": getattr(one, "recommendation", None),
            "priority": bound(form, "p", one),
            "reason": bound(form, "r", one),
            "is_first": bool(open_rows) and one == open_rows[0],
            "is_last": bool(open_rows) and one == open_rows[-1],
            "region": region_name(one.region),
            "pill": (one.get_state_display(), TONES.get(SubmissionState(one.state), "mute")),
            "hints": [finding_words(finding) for finding in hints.get(one.pk, [])],
            "may_pass_over": may_pass_over(desk, one),
        }
        for one in shown
    ]


def bound(form: OrderForm, letter: str, entry: Submission) -> Any:
    """Return one of an entry's fields, or None where it may not be ranked."""
    name = f"{letter}-{entry.public_id}"
    return form[name] if name in form.fields else None


def may_pass_over(desk: Desk, entry: Submission) -> bool:
    """Say whether the entry may be passed over now."""
    entry.authority, entry.round = desk.authority, desk.round
    try:
        check_can_pass_over(desk.user, entry)
    except Denied:
        return False
    return True


def frame(
    request: HttpRequest, authority: Organisation, desk: Desk | None = None
) -> dict[str, Any]:
    """Return the workspace's name and its rounds as navigation."""
    rounds = desk.rounds if desk else []
    nav = [
        {
            "label": one.display_title,
            "url": reverse("authority_round", args=[authority.public_id, one.code]),
            "current": desk is not None and one == desk.round,
        }
        for one in rounds[:4]
    ]
    return {
        "workspace": _("Recommendation"),
        "role_name": authority.display_name,
        "work_nav": nav + other_authorities(request, authority),
    }


def other_authorities(request: HttpRequest, authority: Organisation) -> list[dict[str, Any]]:
    """Return links to the person's other authorities; most people have one and need none."""
    if len(request.user.organisation_ids(Role.RECOMMENDER)) < 2:
        return []
    found = [
        (one, round_to_act_in(rounds))
        for one, rounds in rounds_by_authority(authorities_of(request.user))
        if one != authority
    ]
    return [
        {
            "label": one.display_name,
            "url": reverse("authority_round", args=[one.public_id, round.code]),
            "current": False,
        }
        for one, round in found
        if round
    ]


# --- sending and passing over -------------------------------------------------------------------


@login_required
def authority_send(request: HttpRequest, authority_id: str, round_code: str) -> HttpResponse:
    desk = desk_of(request, authority_id, round_code)
    refusal = why_not_send(request.user, desk.round, desk.authority)
    if request.method == "POST":
        try:
            sent = recommending.send_list(
                round=desk.round, authority=desk.authority, by=request.user
            )
        except Denied as error:
            refusal = str(error)
        else:
            text = ngettext(
                "%(n)d entry is recommended.", "%(n)d entries are recommended.", len(sent)
            )
            messages.success(request, text % {"n": len(sent)})
            return redirect(desk.url("authority_round"))
    after = len(desk.sent) + len(desk.ready)
    context = {
        "desk": desk,
        "refusal": refusal,
        "list_url": desk.url("authority_round"),
        "after": after,
        "over": max(0, after - desk.places),
        "left_out": desk.left_out,
    }
    status = 409 if request.method == "POST" else 200
    context |= frame(request, desk.authority, desk)
    return render(request, "showcase/authority_send.html", context, status=status)


@login_required
def authority_pass_over(request: HttpRequest, public_id: str) -> HttpResponse:
    authorities = authorities_of(request.user)
    visible = Submission.objects.visible_to(request.user).handed_in()
    submission = get_object_or_404(
        visible.select_related("round", "authority", "applicant"),
        public_id=public_id,
        authority__in=authorities,
    )
    form = PassOverForm(request.POST or None)
    back = reverse("authority_round", args=[submission.authority.public_id, submission.round.code])
    if request.method == "POST" and form.is_valid():
        try:
            recommending.pass_over(
                submission=submission, reason=form.cleaned_data["reason"], by=request.user
            )
        except Denied as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The application is passed over; the applicant is told."))
            return redirect(back)
    context = {"submission": submission, "form": form, "back": back}
    context |= frame(request, submission.authority)
    status = 422 if form.errors else 200
    return render(request, "showcase/authority_pass_over.html", context, status=status)
