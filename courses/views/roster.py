"""Lists of participants of a run: the template out, a file in with a dry run, taking it back."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from courses.exports.roster import corrected_workbook, template_workbook
from courses.forms.enrolling import RosterForm
from courses.imports.roster import COLUMNS, DryRun, dry_run
from courses.models import Roster, Run
from courses.rules.enrolling import check_can_roster
from courses.services import rostering
from courses.views.frame import run_frame
from courses.views.runs import kept_run
from portal.core.denials import Denied
from portal.core.files import CONTENT_TYPES, Purpose, store
from portal.core.models import PrivateFile

LISTS = Purpose("courses.roster", ("xlsx", "csv"), 10)
PER_PAGE = 100


def workbook_response(content: bytes, name: str) -> HttpResponse:
    """Return a workbook as a download that no proxy keeps."""
    response = HttpResponse(content, content_type=CONTENT_TYPES["xlsx"])
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    response["Cache-Control"] = "private, no-store"
    return response


def refusal_of(user: Any, run: Run) -> str:
    """Return why no list can be taken in now, or nothing."""
    try:
        check_can_roster(user, run)
    except Denied as refusal:
        return str(refusal)
    return ""


def own_file(request: HttpRequest, run: Run, file_id: str) -> PrivateFile:
    """Return a list that this person uploaded, or that was taken into the run; else 404."""
    taken = Q(pk__in=run.rosters.values("file"))
    files = PrivateFile.objects.filter(Q(uploaded_by=request.user) | taken)
    return get_object_or_404(files, public_id=file_id)


def checked(request: HttpRequest, run: Run, file_id: str) -> tuple[PrivateFile, DryRun]:
    """Return a list with its dry run; 404 for one that is not there or cannot be read."""
    file = own_file(request, run, file_id)
    try:
        return file, dry_run(file, run=run, by=request.user)
    except (ValidationError, OSError) as error:
        raise Http404 from error


@login_required
def run_roster(request: HttpRequest, public_id: str) -> HttpResponse:
    run = kept_run(request, public_id)
    form = RosterForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            kept = store(form.cleaned_data["file"], by=request.user, purpose=LISTS)
            dry_run(kept, run=run, by=request.user)
        except ValidationError as error:
            form.add_error("file", error)
        else:
            return redirect("run_roster_file", public_id, kept.public_id)
    taken = run.rosters.select_related("file", "taken_by").annotate(people=Count("enrolments"))
    context = {
        "form": form,
        "refusal": refusal_of(request.user, run),
        "columns": list(COLUMNS.values()),
        "rosters": taken,
        **run_frame(run, "run_enrolments"),
    }
    status = 422 if form.errors else 200
    return render(request, "courses/run_roster.html", context, status=status)


@require_safe
@login_required
def run_roster_template(request: HttpRequest, public_id: str) -> HttpResponse:
    run = kept_run(request, public_id)
    return workbook_response(template_workbook(run), f"{run.code}-花名册.xlsx")


@login_required
def run_roster_file(request: HttpRequest, public_id: str, file_id: str) -> HttpResponse:
    run = kept_run(request, public_id)
    file, result = checked(request, run, file_id)
    refusal = result.plan.refusal
    if request.method == "POST":
        refusal, answer = take_in(request, run, file, result)
        if answer:
            return answer
    page_obj = Paginator(result.found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "file": file,
        "result": result,
        "refusal": refusal,
        "counts": {word: result.plan.count(word) for word in ("seat", "wait", "same", "faulty")},
        "page_obj": page_obj,
        "steps": result.plan.steps[:20],
        **run_frame(run, "run_enrolments"),
    }
    status = 409 if request.method == "POST" else 200
    return render(request, "courses/run_roster_file.html", context, status=status)


def take_in(
    request: HttpRequest, run: Run, file: PrivateFile, result: DryRun
) -> tuple[str, HttpResponse | None]:
    """Take a clean list in at once, or hand a long one to the worker; or say why not."""
    if not result.is_clean:
        return result.plan.refusal or _("Nothing was written: the list has faults."), None
    people = result.reading.people
    try:
        roster = rostering.open_roster(run=run, file=file, people=people, by=request.user)
        if len(people) > rostering.AT_ONCE:
            job = rostering.enqueue_roster(roster=roster, by=request.user)
            return "", redirect("job_detail", job.public_id)
        entered = sum(
            rostering.enter_people(
                roster=roster, people=people[at : at + rostering.BATCH], by=request.user
            )
            for at in range(0, len(people), rostering.BATCH)
        )
    except Denied as refusal:
        return str(refusal), None
    text = ngettext(
        "%(n)d person of the list was taken in.",
        "%(n)d persons of the list were taken in.",
        entered,
    )
    messages.success(request, text % {"n": entered})
    return "", redirect("run_enrolments", run.public_id)


@require_safe
@login_required
def run_roster_corrected(request: HttpRequest, public_id: str, file_id: str) -> HttpResponse:
    run = kept_run(request, public_id)
    file, result = checked(request, run, file_id)
    stem = file.name.rsplit(".", 1)[0]
    return workbook_response(corrected_workbook(result.reading, result.found), f"{stem}-核对.xlsx")


@require_POST
@login_required
def run_roster_undo(request: HttpRequest, public_id: str, file_id: str) -> HttpResponse:
    run = kept_run(request, public_id)
    roster = get_object_or_404(
        Roster.objects.select_related("run"), run=run, file__public_id=file_id
    )
    try:
        number = rostering.undo_roster(roster=roster, by=request.user)
    except Denied as refusal:
        messages.error(request, str(refusal))
    else:
        text = ngettext("%(n)d person was taken out.", "%(n)d persons were taken out.", number)
        messages.success(request, text % {"n": number})
    return redirect("run_roster", public_id)
