"""Lists and read-only pages of applicants: own applications, start, one application, revisions."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from portal.accounts.enums import Permission, Role
from portal.accounts.services.sessions import works_for
from portal.core.denials import Denied
from portal.core.paging import page_of
from showcase import form_schema
from showcase.forms.starting import StartForm
from showcase.lifecycle import SubmissionState
from showcase.models import Submission
from showcase.queries.record import submission_history
from showcase.queries.submissions import open_rounds, own_organisations, own_submissions
from showcase.rules.applying import can_edit, can_read_versions, can_withdraw
from showcase.rules.wording import in_words
from showcase.services.applying import start_draft
from showcase.views.applying.frame import (
    coming,
    find,
    next_step,
    section_url,
    state_pill,
    steps,
    work_frame,
)

PAGE_SIZE = 24
LISTED_ONCE = {SubmissionState.LISTED, SubmissionState.REVOKED}


def sees_office(user: Any) -> bool:
    """Say whether this person works in the office or watches it."""
    return bool(user.may(Permission.SHOWCASE_SUBMISSIONS_READ_ALL))


@login_required
@require_GET
def submission_list(request: HttpRequest) -> HttpResponse:
    page = page_of(own_submissions(request.user), request.GET.get("page"), PAGE_SIZE)
    own = request.user.organisation_ids(Role.APPLICANT)
    context = {
        **work_frame(request),
        "page_obj": page,
        "rows": [list_row(submission, own) for submission in page],
        "rounds": list(open_rounds()),
        "has_organisation": bool(own),
    }
    return render(request, "showcase/submission_list.html", context)


def list_row(submission: Submission, own: frozenset[int]) -> dict[str, Any]:
    """Return one application as the list shows it."""
    text, until, is_mine = next_step(submission)
    is_lead = submission.applicant_id in own
    return {
        "submission": submission,
        "url": home_url(submission) if is_lead else detail_url(submission),
        "pill": state_pill(submission),
        "next": text,
        "until": until,
        "mine": is_mine and is_lead,
        "is_lead": is_lead,
    }


def detail_url(submission: Submission) -> str:
    """Return the address of the application's overview."""
    return reverse("submission_detail", args=[submission.public_id])


def home_url(submission: Submission) -> str:
    """Return where one goes on working: the first section, or the overview."""
    first = form_schema.sections(submission.round.form.schema)[0]["key"]
    return section_url(submission, first) if submission.is_editable else detail_url(submission)


@login_required
@require_http_methods(["GET", "POST"])
def submission_start(request: HttpRequest) -> HttpResponse:
    rounds, organisations = open_rounds(), own_organisations(request.user)
    here = works_for(request)
    chosen = organisations.filter(pk=here.organisation_id).first() if here else None
    first = {"round": rounds.first(), "organisation": chosen or organisations.first()}
    initial = {
        "round": first["round"].code if first["round"] else None,
        "organisation": first["organisation"].public_id if first["organisation"] else None,
    }
    form = StartForm(
        request.POST or None, rounds=rounds, organisations=organisations, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        try:
            draft = start(request, form.cleaned_data)
        except Denied as denied:
            form.add_error(None, str(denied))
        else:
            return redirect(home_url(draft))
    context = {
        **work_frame(request),
        "form": form,
        "rounds": rounds,
        "organisations": organisations,
    }
    return render(request, "showcase/submission_start.html", context)


def start(request: HttpRequest, chosen: dict[str, Any]) -> Submission:
    """Call the service with what was chosen."""
    data = {"pj.direction": chosen["direction"]}
    if chosen["title"]:
        data["pj.title"] = chosen["title"]
    return start_draft(chosen["round"], chosen["organisation"], by=request.user, data=data)


@login_required
@require_GET
def submission_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    submission = find(request, public_id)
    text, until, is_mine = next_step(submission)
    context = {
        **work_frame(request),
        "submission": submission,
        "pill": state_pill(submission),
        "steps": steps(submission),
        "timeline": coming(submission),
        "events": submission_history(request.user, submission),
        "next": text,
        "until": until,
        "mine": is_mine and can_edit(request.user, submission),
        "first_url": home_url(submission),
        "can_edit": can_edit(request.user, submission),
        "can_withdraw": can_withdraw(request.user, submission),
        "revocable": submission.state in LISTED_ONCE and sees_office(request.user),
        "notes": correction_notes(submission),
        "sees_versions": can_read_versions(request.user, submission),
        "names": attachment_names(submission),
    }
    return render(request, "showcase/submission_detail.html", context)


def attachment_names(submission: Submission) -> list[dict[str, Any]]:
    """Return the files with the names of their codes."""
    rules = submission.round.form.schema["attachments"]
    names = {rule["code"]: in_words(rule) for rule in rules}
    return [
        {
            "code": one.code,
            "title": one.title or names.get(one.code, ""),
            "name": one.file.name,
            "url": reverse("attachment_file", args=[submission.public_id, one.file.public_id]),
            "sha256": one.file.sha256,
            "size": one.file.size,
            "file": one.file,
        }
        for one in submission.attachments.all()
    ]


def correction_notes(submission: Submission) -> list[str]:
    """Return what the secretariat asks to correct, while the application is returned."""
    if submission.state != SubmissionState.CORRECTION:
        return []
    check = getattr(submission, "formal_check", None)
    if check is None:
        return []
    # The check's own note is for the office alone.
    return [f"{i.code}: {i.note}" for i in check.items.all() if i.result == "correct"]


def find_with_versions(request: HttpRequest, public_id: str) -> Submission:
    """Return the application if this person may read its versions, else 404."""
    submission = find(request, public_id)
    if not can_read_versions(request.user, submission):
        raise Http404
    return submission


@login_required
@never_cache
@require_GET
def submission_revisions(request: HttpRequest, public_id: str) -> HttpResponse:
    submission = find_with_versions(request, public_id)
    titles = {
        part["key"]: in_words(part) for part in form_schema.sections(submission.round.form.schema)
    }
    revisions = submission.revisions.select_related("saved_by").defer("data")
    page = page_of(revisions, request.GET.get("page"), 50)
    context = {
        **work_frame(request),
        "submission": submission,
        "page_obj": page,
        "rows": [(one, titles.get(one.section, "")) for one in page],
    }
    return render(request, "showcase/submission_revisions.html", context)


@login_required
@never_cache
@require_GET
def submission_revision(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    submission = find_with_versions(request, public_id)
    revision = get_object_or_404(submission.revisions.select_related("saved_by"), number=number)
    context = {**work_frame(request), "submission": submission, "revision": revision}
    return render(request, "showcase/submission_revision.html", context)
