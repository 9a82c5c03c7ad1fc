"""One section of an application: its fields, tables and files; saved by itself or by button."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.core.denials import Denied
from portal.core.templatetags.formatting import clock as clock_text
from showcase import form_schema
from showcase.form_schema import Fault
from showcase.forms.section import (
    SectionForm,
    control_name,
    faults_by_control,
    read_section,
    table_field,
    values_by_control,
)
from showcase.models import Submission
from showcase.queries.submissions import form_faults, missing_files
from showcase.rules.applying import can_edit
from showcase.rules.wording import fault_text, field_label, in_words, labelled
from showcase.services.applying import save_section
from showcase.services.drafts import Conflict, Saved
from showcase.views.applying.files import file_rows, pop_file_error
from showcase.views.applying.frame import (
    coming,
    eligibility_checks,
    find,
    section_url,
    state_pill,
    tasks,
    work_frame,
)

Part = Mapping[str, Any]


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def submission_section(request: HttpRequest, public_id: str, section: str) -> HttpResponse:
    submission = find(request, public_id)
    part = form_schema.section(submission.round.form.schema, section)
    if part is None:
        raise Http404
    if request.method == "POST":
        return save(request, submission, part)
    if not can_edit(request.user, submission):
        return redirect("submission_detail", public_id=public_id)
    return page(request, submission, part, strict="check" in request.GET)


def save(request: HttpRequest, submission: Submission, part: Part) -> HttpResponse:
    """Save what was posted; answer a script with JSON and a person with a page."""
    data = read_section(part, request.POST)
    wants_json = "application/json" in request.headers.get("Accept", "")
    try:
        saved = save_section(
            submission, part["key"], by=request.user, data=data, base=base_revision(request)
        )
    except Conflict as conflict:
        answer = conflict_json if wants_json else conflict_page
        return answer(request, submission, part, data, conflict)
    except Denied as denied:
        if wants_json:
            return JsonResponse({"reason": str(denied)}, status=403)
        messages.error(request, str(denied))
        return page(request, submission, part, values=data, status=403)
    if wants_json:
        return saved_json(request, part, saved)
    if saved.refused:
        return refused_page(request, part, saved, data)
    return saved_page(request, part, saved)


def refused_page(request: HttpRequest, part: Part, saved: Saved, data: Any) -> HttpResponse:
    """Show what was typed, also where it was not kept, and say why it was not."""
    submission = find(request, saved.submission.public_id)
    values = submission.data | {key: data[key] for key in saved.refused_keys}
    return page(request, submission, part, values=values, faults=saved.wrong, status=422)


def base_revision(request: HttpRequest) -> int:
    """Return the revision the writer began from; 0 for anything that is no number."""
    text = request.POST.get("revision", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def saved_json(request: HttpRequest, part: Part, saved: Saved) -> JsonResponse:
    """Answer the autosave: revision, time, faults by control, and the live panels anew."""
    submission = find(request, saved.submission.public_id)
    context = live_context(submission, part["key"])
    return JsonResponse(
        {
            "revision": saved.revision,
            "saved_at": clock_text(submission.saved_at),
            "faults": faults_by_control(part, saved.wrong, request.POST),
            "fragments": {
                name: render_to_string(f"showcase/_{name}.html", context, request)
                for name in ("tasks", "eligibility")
            },
        }
    )


def conflict_json(
    request: HttpRequest, submission: Submission, part: Part, data: Any, conflict: Conflict
) -> JsonResponse:
    """Answer the autosave: somebody else saved first; both texts, nothing written."""
    mine = values_by_control(part, conflict.mine)
    theirs = dict.fromkeys(mine, "") | values_by_control(part, conflict.theirs)
    return JsonResponse({"revision": conflict.revision, "mine": mine, "theirs": theirs}, status=409)


def conflict_page(
    request: HttpRequest, submission: Submission, part: Part, data: Any, conflict: Conflict
) -> HttpResponse:
    """Show both texts; saving the page again keeps mine."""
    fresh = find(request, submission.public_id)
    rows = [
        {
            "label": field_label(fresh.round.form.schema, key),
            "mine": as_text(part, {key: conflict.mine[key]}),
            "theirs": as_text(part, {key: conflict.theirs[key]}),
        }
        for key in conflict.mine
    ]
    values = fresh.data | {key: data[key] for key in conflict.mine}
    return page(request, fresh, part, values=values, conflicts=rows, status=409)


def as_text(part: Part, values: Mapping[str, Any]) -> str:
    """Return the answers of a field in one text."""
    return " / ".join(text for text in values_by_control(part, values).values() if text)


def saved_page(request: HttpRequest, part: Part, saved: Saved) -> HttpResponse:
    """Go where the button said; stay where something written is wrong."""
    submission, then = find(request, saved.submission.public_id), request.POST.get("then", "")
    keys = [one["key"] for one in form_schema.sections(submission.round.form.schema)]
    place = keys.index(part["key"])
    if then == "previous" and place:
        return redirect(section_url(submission, keys[place - 1]))
    missing = own_missing_files(submission, part) if then == "next" else []
    if saved.wrong or (then == "next" and (saved.faults or missing)):
        return page(request, submission, part, strict=then == "next", was_saved=True)
    if then == "next" and place + 1 < len(keys):
        return redirect(section_url(submission, keys[place + 1]))
    if then == "next":
        return redirect("submission_check", public_id=submission.public_id)
    messages.success(request, _("Saved."))
    return redirect(section_url(submission, part["key"]))


def own_missing_files(submission: Submission, part: Part) -> list[str]:
    """Return the codes of required files this section still lacks."""
    return [code for code in missing_files(submission) if code in part["attachments"]]


def live_context(submission: Submission, current: str) -> dict[str, Any]:
    """Return what changes with every save: parts and eligibility."""
    return {
        "submission": submission,
        "tasks": tasks(submission, current),
        "checks": eligibility_checks(submission),
    }


def page(
    request: HttpRequest,
    submission: Submission,
    part: Part,
    *,
    values: Mapping[str, Any] | None = None,
    faults: list[Fault] | None = None,
    strict: bool = False,
    was_saved: bool = False,
    conflicts: list[dict[str, Any]] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the section with `values` (the stored ones by default).

    What is wrong always shows; what is missing shows when `strict`.
    """
    if faults is None:
        faults = form_faults(submission, section=part["key"]) if values is None else []
    if not strict:
        faults = [fault for fault in faults if fault.code not in {"required", "pledge"}]
    shown = submission.data if values is None else values
    file_errors = pop_file_error(request, submission)
    form = SectionForm(part, round=submission.round, values=shown)
    form.show_faults(faults)
    context = {
        **work_frame(request),
        **live_context(submission, part["key"]),
        **position(submission, part),
        "part": part,
        "part_title": in_words(part),
        "form": form,
        "tables": [
            table_field(one, shown.get(one["key"]) or [], faults)
            for one in part["fields"]
            if one["type"] == "table"
        ],
        "files": file_rows(request, submission, part, errors=file_errors, strict=strict),
        "errors": error_links(submission, part, faults, strict, file_errors),
        "was_saved": was_saved,
        "conflicts": conflicts or [],
        "timeline": coming(submission),
        "pill": state_pill(submission),
        "deadline": deadline(submission),
    }
    return render(request, "showcase/submission_section.html", context, status=status)


def deadline(submission: Submission) -> Any:
    """Return the moment until which the writer must hand in."""
    if submission.state == "correction":
        return submission.correct_until
    stage = submission.round.stage("apply")
    return stage.closes_at if stage else None


def position(submission: Submission, part: Part) -> dict[str, Any]:
    """Return the section's number and its neighbours' titles."""
    parts = list(form_schema.sections(submission.round.form.schema))
    place = parts.index(part)
    return {
        "number": place + 1,
        "previous": in_words(parts[place - 1]) if place else "",
        "following": in_words(parts[place + 1]) if place + 1 < len(parts) else "",
        "action": section_url(submission, part["key"]),
        "check_url": reverse("submission_check", args=[submission.public_id]),
    }


def error_links(
    submission: Submission,
    part: Part,
    faults: list[form_schema.Fault],
    strict: bool,
    file_errors: Mapping[str, str],
) -> list[dict[str, str]]:
    """Return the error summary: each fault with its field's label, linked to the control."""
    schema = submission.round.form.schema
    found = [
        {
            "target": f"id_{control_name(fault.key)}",
            "text": labelled(field_label(schema, fault.key), fault_text(fault)),
        }
        for fault in faults
    ]
    missing = own_missing_files(submission, part) if strict else []
    for code in missing:
        text = _("%(code)s: this attachment is required.") % {"code": code}
        found.append({"target": f"file-{code}", "text": text})
    for code, text in file_errors.items():
        found.append({"target": f"file-{code}", "text": labelled(code, text)})
    return found
