"""Check before submission, the submission itself, its receipt, and the way back."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from portal.core.denials import Denied
from showcase import form_schema
from showcase.forms.section import control_name
from showcase.forms.starting import WithdrawForm
from showcase.lifecycle import SubmissionState
from showcase.models import Submission
from showcase.queries.submissions import form_faults, missing_files
from showcase.rules.applying import (
    can_edit,
    can_resubmit,
    can_submit,
    can_withdraw,
    check_can_resubmit,
    check_can_submit,
)
from showcase.rules.wording import fault_text, field_label, in_words, labelled, sentence
from showcase.services.applying import resubmit, submit, withdraw
from showcase.views.applying.frame import (
    coming,
    eligibility_checks,
    find,
    section_url,
    tasks,
    work_frame,
)
from showcase.views.applying.pages import attachment_names
from showcase.views.applying.sections import deadline


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def submission_check(request: HttpRequest, public_id: str) -> HttpResponse:
    submission = find(request, public_id)
    if request.method == "POST":
        return hand_in(request, submission)
    if not can_edit(request.user, submission):
        return redirect("submission_detail", public_id=public_id)
    return check_page(request, submission)


def hand_in(request: HttpRequest, submission: Submission) -> HttpResponse:
    """Submit (or hand in the correction) once it has been confirmed."""
    if not request.POST.get("confirm"):
        return check_page(request, submission, refusal=_("Tick the confirmation first."))
    service = resubmit if submission.state == SubmissionState.CORRECTION else submit
    try:
        service(submission, by=request.user)
    except Denied as denied:
        return check_page(request, submission, refusal=str(denied), status=403)
    except ValidationError:
        text = _("Not submitted. What is listed here has to be mended first; nothing is lost.")
        return check_page(request, submission, refusal=text, status=422)
    messages.success(request, _("Your application has been received."))
    return redirect("submission_receipt", public_id=submission.public_id)


def check_page(
    request: HttpRequest, submission: Submission, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    """Show all answers, what is still wrong with a link to each, and the button."""
    checks = eligibility_checks(submission)
    is_open = can_submit(request.user, submission) or can_resubmit(request.user, submission)
    context = {
        **work_frame(request),
        "submission": submission,
        "tasks": tasks(submission),
        "checks": checks,
        "todo": things_to_do(submission, checks),
        "refusal": refusal,
        "is_open": is_open,
        "why_not": "" if is_open else why_closed(request, submission),
        "is_correction": submission.state == SubmissionState.CORRECTION,
        "deadline": deadline(submission),
        "timeline": coming(submission),
        "names": attachment_names(submission),
    }
    return render(request, "showcase/submission_check.html", context, status=status)


def why_closed(request: HttpRequest, submission: Submission) -> str:
    """Return the rule's reason why nothing can be handed in now."""
    is_correction = submission.state == SubmissionState.CORRECTION
    check = check_can_resubmit if is_correction else check_can_submit
    try:
        check(request.user, submission)
    except Denied as denied:
        return str(denied)
    return ""


def things_to_do(submission: Submission, checks: dict[str, Any]) -> list[dict[str, str]]:
    """Return everything that keeps the application from being submitted, linked to its place."""
    schema = submission.round.form.schema
    section_of = {one["key"]: part["key"] for part in schema["sections"] for one in part["fields"]}
    found = [
        {
            "url": f"{section_url(submission, section_of[fault.field_key])}?check=1"
            f"#id_{control_name(fault.key)}",
            "text": labelled(field_label(schema, fault.key), fault_text(fault)),
        }
        for fault in form_faults(submission)
    ]
    for code in missing_files(submission):
        rule = form_schema.attachment(schema, code) or {}
        url = f"{section_url(submission, rule['section'])}?check=1#file-{code}"
        text = _("%(code)s %(title)s: not uploaded yet.") % {"code": code, "title": in_words(rule)}
        found.append({"url": url, "text": text})
    # The form's faults and missing files are listed above, one by one.
    for item in checks["list"]:
        if item["tone"] == "warn":
            found.append({"url": item["url"], "text": sentence(item["text"], item["note"])})
    return found


@login_required
@require_GET
def submission_receipt(request: HttpRequest, public_id: str) -> HttpResponse:
    submission = find(request, public_id)
    if submission.submitted_at is None:
        raise Http404
    context = {
        **work_frame(request),
        "submission": submission,
        "names": attachment_names(submission),
    }
    return render(request, "showcase/submission_receipt.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def submission_withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    submission = find(request, public_id)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw(submission, by=request.user, reason=form.cleaned_data["reason"])
        except Denied as denied:
            form.add_error(None, str(denied))
        else:
            messages.success(request, _("The application has been withdrawn."))
            return redirect("submission_detail", public_id=public_id)
    if request.method == "GET" and not can_withdraw(request.user, submission):
        return redirect("submission_detail", public_id=public_id)
    context = {**work_frame(request), "submission": submission, "form": form}
    return render(request, "showcase/submission_withdraw.html", context)
