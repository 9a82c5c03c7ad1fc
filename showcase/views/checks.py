"""The formal check of one application: fifteen items beside the dossier, and the decision."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.denials import Denied
from portal.core.files import scan_words
from showcase.checklist import BY_CODE
from showcase.forms.checking import ChecklistForm
from showcase.models import CheckItem, FormalCheck, Submission
from showcase.models.programme import in_language
from showcase.queries.checks import (
    FieldChange,
    check_to_show,
    corrected_fields,
    correction_deadline,
    counts_of,
    finding_of,
    items_of,
    new_files,
    queue_of,
)
from showcase.queries.submissions import submissions_to_show
from showcase.rules.answers import answer
from showcase.rules.checking import can_mark, why_not_mark
from showcase.rules.contacts import answers_as_seen
from showcase.rules.wording import finding_words, in_words
from showcase.services import checking
from showcase.views.applying.frame import TONES
from showcase.views.authority import add_errors
from showcase.views.office import check_in_office, office_frame

Result = CheckItem.Result
RESULT_TONES = {
    Result.OPEN: "todo",
    Result.PASS: "good",
    Result.CORRECT: "warn",
    Result.FAIL: "bad",
    Result.HINT: "warn",
}
DECISIONS = {
    "return": checking.return_for_correction,
    "accept": checking.accept,
    "fail": checking.fail,
}


@login_required
def check_page(request: HttpRequest, public_id: str) -> HttpResponse:
    check_in_office(request.user)
    submission = get_object_or_404(submissions_to_show(request.user), public_id=public_id)
    check = check_to_show(submission)
    if check is None:
        return unopened(request, submission)
    check.submission = submission
    form = ChecklistForm(items_of(check), initial={"note": check.note})
    if request.method == "POST":
        form = ChecklistForm(items_of(check), request.POST)
        if form.is_valid() and save(request, submission, form):
            return redirect("check_page", public_id)
    return show(request, submission, check, form)


def unopened(request: HttpRequest, submission: Submission) -> HttpResponse:
    """Open the check where it may be, else say that it has not come to one."""
    if not can_mark(request.user, submission):
        return redirect("submission_detail", submission.public_id)
    if request.method == "POST":
        checking.open_check(submission, by=request.user)
        return redirect("check_page", submission.public_id)
    context = {"submission": submission} | office_frame(request)
    return render(request, "showcase/check_open.html", context)


def save(request: HttpRequest, submission: Submission, form: ChecklistForm) -> bool:
    """Save the marks, then take the decision asked for; put refusals into the form."""
    decision = DECISIONS.get(request.POST.get("decide", ""))
    try:
        checking.mark_items(
            submission, form.marks(), by=request.user, note=form.cleaned_data["note"]
        )
        if decision is not None:
            decision(submission, by=request.user)
    except Denied as refusal:
        form.add_error(None, str(refusal))
        return False
    except ValidationError as error:
        add_errors(form, error)
        return False
    done = {
        "return": _("Returned for correction; the applicant is told what to do and until when."),
        "accept": _("Accepted for review; the applicant is told."),
        "fail": _("The application has failed the formal check; the applicant reads the reasons."),
    }
    messages.success(request, done.get(request.POST.get("decide", ""), _("Saved.")))
    return True


def show(
    request: HttpRequest, submission: Submission, check: FormalCheck, form: ChecklistForm
) -> HttpResponse:
    """Show the items beside the dossier, with what was typed."""
    items = items_of(check)
    refusal = why_not_mark(request.user, submission)
    queue = queue_of(submission.round, request.user)
    context = {
        "submission": submission,
        "check": check,
        "form": form,
        "rows": [item_row(item, form) for item in items],
        "counts": counts_of(items),
        "may_mark": not refusal,
        "refusal": refusal,
        "may_return": check.returned_at is None,
        "deadline": correction_deadline(submission.round, clock.today()),
        "changes": [change_row(one, submission, request.user) for one in corrected_fields(check)],
        "new_files": new_files(check),
        "pill": (submission.get_state_display(), TONES.get(submission.state, "mute")),  # type: ignore[call-overload]
        "queue": [queue_item(one, n, submission) for n, one in enumerate(queue, start=1)],
        "files": files_of(submission),
        "back": reverse("office_round", args=[submission.round.code]),
    }
    context |= office_frame(request)
    status = 422 if form.errors else 200
    return render(request, "showcase/check_page.html", context, status=status)


def item_row(item: CheckItem, form: ChecklistForm) -> dict[str, Any]:
    """Return one item: its names, evidence in words, its fields, its present result."""
    about = BY_CODE[item.code]
    finding = finding_of(item)
    result = Result(item.result)
    return {
        "item": item,
        "name": in_language(about.zh, about.en),
        "look": in_language(about.look_zh, about.look_en),
        "words": finding_words(finding) if finding else None,
        "likeness": item.evidence if item.code == "F14" and item.evidence.get("percent") else None,
        "result": form[f"{item.code}-result"],
        "note": form[f"{item.code}-note"],
        "pill": (result.label, RESULT_TONES[result]),
        "is_settled": result in {Result.PASS, Result.HINT},
        "attachments": about.attachments,
    }


def change_row(change: FieldChange, submission: Submission, reader: Any) -> dict[str, Any]:
    """Return one corrected field, before and after, in words that the reader may see."""
    key = change.field["key"]
    before, after = (
        answers_as_seen(reader, submission, {key: value})[key]
        for value in (change.before, change.after)
    )
    names = {one.code: one.display_name for one in submission.round.directions.all()}
    return {
        "label": in_words(change.field),
        "before": answer(change.field, before, names),
        "after": answer(change.field, after, names),
    }


def queue_item(one: Submission, place: int, current: Submission) -> dict[str, Any]:
    """Return one entry of the strip: waiting, with the applicant, or decided."""
    check = one.formal_check
    state = "done" if check.decided_at else "out" if one.state == "correction" else ""
    return {
        "label": str(place),
        "title": f"{one.number} {one}",
        "url": reverse("check_page", args=[one.public_id]),
        "state": state,
        "current": one.pk == current.pk,
    }


def files_of(submission: Submission) -> list[dict[str, Any]]:
    """Return the attachments as the file list shows them."""
    rules = {rule["code"]: rule for rule in submission.round.form.schema["attachments"]}
    return [
        {
            "code": one.code,
            "title": in_words(rules[one.code]) if one.code in rules else one.title,
            "name": one.file.name,
            "url": reverse("attachment_file", args=[submission.public_id, one.file.public_id]),
            "note": scan_words(one.file)[0],
        }
        for one in submission.attachments.all()
    ]
