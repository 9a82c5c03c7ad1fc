"""The expert's desk: own entries, declaration, dossier beside the score sheet, signing."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evaluation.forms.balloting import (
    BallotForm,
    DeclarationForm,
    gap_words,
    initial_of,
    posted_of,
)
from evaluation.forms.sheet import criterion_rows, sums, veto_rows
from evaluation.lifecycle import BallotState
from evaluation.models import Assignment, Ballot
from evaluation.queries.ballots import gaps_of, sheet_of
from evaluation.queries.blind import assignments_of, readable_attachments
from evaluation.queries.desk import DeskEntry, chairs, desk_of, versions_of
from evaluation.queries.dossier import dossier_of
from evaluation.rules.ballots import (
    can_open_dossier,
    can_save_ballot,
    check_can_open_dossier,
    check_can_sign_ballot,
    open_doubt,
)
from evaluation.services import balloting, conflicting
from portal.accounts.enums import Role
from portal.core import files
from portal.core.denials import Denied
from portal.core.templatetags.formatting import clock as clock_text
from showcase.rules.recommending import check_is_no_party


def own_assignment(request: HttpRequest, public_id: str) -> Assignment:
    """The expert's own seat; somebody else's is as unknown as one that does not exist."""
    return get_object_or_404(assignments_of(request.user), public_id=public_id)


def ballot_of(assignment: Assignment) -> Ballot | None:
    return getattr(assignment, "ballot", None)


@login_required
@require_GET
def desk_home(request: HttpRequest) -> HttpResponse:
    if not request.user.has_role(Role.EXPERT) and not request.user.has_role(Role.CHAIR):
        raise Http404
    context = {"rounds": desk_of(request.user), "is_chair": chairs(request.user)}
    return render(request, "evaluation/desk_home.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def desk_declare(request: HttpRequest, public_id: str) -> HttpResponse:
    assignment = own_assignment(request, public_id)
    form = DeclarationForm(
        request.POST or None, initial={"pledged": assignment.declared_at is not None}
    )
    if request.method == "POST" and form.is_valid():
        try:
            return declared(request, assignment, form.cleaned_data)
        except Denied as denied:
            form.add_error(None, str(denied))
        except ValidationError as error:
            form.add_error(None, error)
    return render(
        request,
        "evaluation/desk_declare.html",
        {
            "assignment": assignment,
            "submission": assignment.submission,
            "partners": assignment.submission.partners.all(),
            "form": form,
        },
        status=422 if form.errors else 200,
    )


def declared(request: HttpRequest, assignment: Assignment, data: dict[str, Any]) -> HttpResponse:
    """Carry out what the expert declared and say what happens next."""
    by, answer = request.user, data["answer"]
    if answer == DeclarationForm.Answer.RECUSE:
        conflicting.recuse(assignment, kind=data["kind"], note=data["note"], by=by)
        messages.success(
            request, _("You have stepped back from this entry. The seat will be drawn anew.")
        )
        return redirect("desk_home")
    if answer == DeclarationForm.Answer.DOUBT:
        conflicting.declare_conflict(
            expert=assignment.expert,
            submission=assignment.submission,
            kind=data["kind"],
            note=data["note"],
            by=by,
        )
        messages.info(request, _("The chair will decide. Until then you may score, but not sign."))
    else:
        conflicting.declare_none(assignment, pledged=data["pledged"], by=by)
    return redirect("desk_ballot", public_id=assignment.public_id)


@login_required
@require_http_methods(["GET", "POST"])
def desk_ballot(request: HttpRequest, public_id: str) -> HttpResponse:
    assignment = own_assignment(request, public_id)
    if assignment.declared_at is not None:
        check_is_no_party(request.user, [assignment.submission])
    if not can_open_dossier(request.user, assignment):
        return redirect("desk_declare", public_id=public_id)
    sheet = sheet_of(assignment.submission.round)
    if sheet is None:
        raise Http404
    ballot = ballot_of(assignment)
    if request.method == "POST":
        form = BallotForm(request.POST, sheet=sheet)
        return saved_page(request, assignment, form)
    form = BallotForm(initial=initial_of(ballot), sheet=sheet)
    return ballot_page(request, assignment, form)


def saved_page(request: HttpRequest, assignment: Assignment, form: BallotForm) -> HttpResponse:
    """Save what was posted without script; on any fault show it again with everything typed."""
    if not form.is_valid():
        return ballot_page(request, assignment, form, status=422)
    try:
        ballot = save(request, assignment, form)
    except Denied as denied:
        form.add_error(None, str(denied))
        return ballot_page(request, assignment, form, status=403)
    except balloting.StaleSheet as stale:
        return ballot_page(request, assignment, form, status=409, stale=stale.ballot)
    if request.POST.get("then") == "sign":
        return redirect("desk_sheet", public_id=assignment.public_id)
    messages.success(request, _("Saved %(time)s") % {"time": clock_text(ballot.saved_at)})
    return redirect("desk_ballot", public_id=assignment.public_id)


def save(request: HttpRequest, assignment: Assignment, form: BallotForm) -> Ballot:
    return balloting.save_ballot(
        assignment,
        content=form.content(),
        base_revision=form.cleaned_data["revision"] or 0,
        by=request.user,
    )


def ballot_page(
    request: HttpRequest,
    assignment: Assignment,
    form: BallotForm,
    *,
    status: int = 200,
    stale: Ballot | None = None,
) -> HttpResponse:
    """Show the dossier beside the sheet, with the strip of entries and what is still missing."""
    ballot = ballot_of(assignment)
    desk = desk_of(request.user, assignment.submission.round)[0]
    here = next(entry for entry in desk.entries if entry.assignment.pk == assignment.pk)
    following = [entry for entry in desk.entries if entry.position > here.position]
    writable = can_save_ballot(request.user, assignment, ballot)
    for field in form.fields.values():
        field.disabled = field.disabled or not writable
    context = {
        "assignment": assignment,
        "submission": assignment.submission,
        "desk": desk,
        "here": here,
        "queue": queue_items(desk.entries, here),
        "next": next((entry for entry in following if entry.state != "recused"), None),
        "tabs": dossier_of(assignment.submission),
        "form": form,
        "criteria": criterion_rows(form),
        "sums": sums(form),
        "vetoes": veto_rows(form),
        "ballot": ballot,
        "revision": stale.revision if stale else form["revision"].value() or 0,
        "stale_rows": stale_rows(form, stale) if stale else [],
        "is_writable": writable,
        "doubt": open_doubt(assignment),
        **signing_state(request, assignment, form),
    }
    return render(request, "evaluation/desk_ballot.html", context, status=status)


def queue_items(entries: list[DeskEntry], here: DeskEntry) -> list[dict[str, Any]]:
    """The strip of the expert's entries, as the component wants it."""
    return [
        {
            "label": entry.position,
            "url": entry_url(entry),
            "state": "" if entry is here else entry.mark,
            "current": entry is here,
            "title": f"{entry.assignment.submission.title} ({entry.pill[0]})",
        }
        for entry in entries
    ]


def entry_url(entry: DeskEntry) -> str:
    """Where the strip leads: to the entry, or home from one that was left."""
    if entry.state == "recused":
        return reverse("desk_home")
    return reverse("desk_ballot", args=[entry.assignment.public_id])


def stale_rows(form: BallotForm, stored: Ballot) -> list[dict[str, str]]:
    """The fields in which another tab's saved text differs from what was typed here."""
    theirs = posted_of(stored)
    return [
        {
            "label": str(field.label),
            "mine": field.value() or "",
            "theirs": theirs.get(field.name, ""),
        }
        for field in form
        if not field.is_hidden and str(field.value() or "") != theirs.get(field.name, "")
    ]


def signing_state(request: HttpRequest, assignment: Assignment, form: BallotForm) -> dict[str, Any]:
    """What keeps the stored sheet from being signed: gaps with their controls, and refusals."""
    ballot = ballot_of(assignment)
    gaps = [gap_words(gap, form.sheet) for gap in gaps_of(form.sheet, ballot)]
    refusal = ""
    try:
        check_can_sign_ballot(request.user, assignment, ballot or Ballot(assignment=assignment))
    except Denied as denied:
        refusal = str(denied)
    signed = ballot is not None and ballot.state == BallotState.SIGNED
    return {"gaps": gaps, "refusal": refusal, "is_signed": signed}


@login_required
@require_POST
def desk_save(request: HttpRequest, public_id: str) -> JsonResponse:
    """Autosave: JSON in the form `autosave.js` expects."""
    assignment = own_assignment(request, public_id)
    sheet = sheet_of(assignment.submission.round)
    if sheet is None:
        raise Http404
    form = BallotForm(request.POST, sheet=sheet)
    if not form.is_valid():
        reason = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return JsonResponse({"reason": reason, "errors": form.errors}, status=422)
    try:
        ballot = save(request, assignment, form)
    except Denied as denied:
        return JsonResponse({"reason": str(denied)}, status=403)
    except balloting.StaleSheet as stale:
        theirs = posted_of(stale.ballot)
        return JsonResponse({"revision": stale.ballot.revision, "theirs": theirs}, status=409)
    assignment.ballot = ballot
    state = signing_state(request, assignment, form)
    return JsonResponse(
        {
            "revision": ballot.revision,
            "saved_at": clock_text(ballot.saved_at),
            "gaps": state["gaps"],
            "refusal": state["refusal"],
        }
    )


@login_required
@require_http_methods(["GET", "POST"])
def desk_sheet(request: HttpRequest, public_id: str) -> HttpResponse:
    assignment = own_assignment(request, public_id)
    check_can_open_dossier(request.user, assignment)
    sheet, ballot = sheet_of(assignment.submission.round), ballot_of(assignment)
    if sheet is None or ballot is None:
        raise Http404
    errors: list[str] = []
    if request.method == "POST":
        try:
            balloting.sign_ballot(assignment, revision=revision_posted(request), by=request.user)
        except Denied as denied:
            errors = [str(denied)]
        except balloting.StaleSheet:
            errors = [_("The sheet was changed in another window. Read it again, then sign.")]
        except ValidationError as error:
            errors = error.messages
        else:
            messages.success(request, _("Signed. This sheet now counts and cannot be changed."))
            return redirect("desk_sheet", public_id=public_id)
    form = BallotForm(initial=initial_of(ballot), sheet=sheet)
    context = {
        "assignment": assignment,
        "submission": assignment.submission,
        "ballot": ballot,
        "criteria": criterion_rows(form),
        "vetoes": [row for row in veto_rows(form) if row["flag"].value()],
        "errors": errors,
        "versions": versions_of(ballot),
        **signing_state(request, assignment, form),
    }
    return render(request, "evaluation/desk_sheet.html", context, status=403 if errors else 200)


def revision_posted(request: HttpRequest) -> int:
    """The revision the reader saw; anything else is taken for an older one."""
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1


@login_required
@require_GET
def desk_file(request: HttpRequest, public_id: str, file_id: str) -> HttpResponseBase:
    assignment = own_assignment(request, public_id)
    if not can_open_dossier(request.user, assignment):
        raise Http404
    found = get_object_or_404(readable_attachments(assignment.submission), file__public_id=file_id)
    return files.deliver(request, found.file)
