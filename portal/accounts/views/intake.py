"""Lists of organisations and people: the template out, a file in with a dry run, taking it back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.exports.people import corrected_workbook, template_workbook
from portal.accounts.forms import PeopleListForm
from portal.accounts.imports import COLUMNS, DryRun, dry_run
from portal.accounts.models import PeopleList
from portal.accounts.queries.intake import people_files_of, people_lists
from portal.accounts.rules.roles import check_can_import
from portal.accounts.services import importing
from portal.accounts.views.frame import office_frame
from portal.core.denials import Denied
from portal.core.files import CONTENT_TYPES, Purpose, store
from portal.core.models import PrivateFile

LISTS = Purpose("accounts.people", ("xlsx", "csv"), 5)
PER_PAGE = 100


def check_may_import(request: HttpRequest) -> None:
    """Answer 404 to who has no business here: the address tells nothing."""
    try:
        check_can_import(request.user)
    except Denied as refusal:
        raise Http404 from refusal


def workbook_response(content: bytes, name: str) -> HttpResponse:
    """Return a workbook as a download that no proxy keeps."""
    response = HttpResponse(content, content_type=CONTENT_TYPES["xlsx"])
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    response["Cache-Control"] = "private, no-store"
    return response


def checked(request: HttpRequest, file_id: str) -> tuple[PrivateFile, DryRun]:
    """Return a list with its dry run; 404 for one that is not there or cannot be read."""
    check_may_import(request)
    file = get_object_or_404(people_files_of(request.user), public_id=file_id)
    try:
        return file, dry_run(file, by=request.user)
    except (ValidationError, OSError) as error:
        raise Http404 from error


@login_required
def people_import(request: HttpRequest) -> HttpResponse:
    check_may_import(request)
    form = PeopleListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            kept = store(form.cleaned_data["file"], by=request.user, purpose=LISTS)
            dry_run(kept, by=request.user)
        except ValidationError as error:
            form.add_error("file", error)
        else:
            return redirect("people_list", kept.public_id)
    context = {"form": form, "columns": list(COLUMNS.values()), "lists": people_lists()[:50]}
    status = 422 if form.errors else 200
    return render(
        request, "accounts/people_import.html", context | office_frame(request), status=status
    )


@require_safe
@login_required
def people_template(request: HttpRequest) -> HttpResponse:
    check_may_import(request)
    return workbook_response(template_workbook(), _("List of organisations and people") + ".xlsx")


@login_required
def people_list(request: HttpRequest, file_id: str) -> HttpResponse:
    file, result = checked(request, file_id)
    taken = importing.result_of(file, result.reading.rows)
    refusal = result.plan.refusal
    if request.method == "POST":
        refusal = taken_in(request, file, result)
        if not refusal:
            return redirect("people_import")
    context = {
        "file": file,
        "result": result,
        "refusal": refusal,
        "taken": taken,
        "counts": {
            word: result.plan.count(word) for word in ("invite", "organisation", "same", "faulty")
        },
        "page_obj": Paginator(result.found, PER_PAGE).get_page(request.GET.get("page")),
        "steps": result.plan.steps[:20],
    }
    status = 409 if request.method == "POST" else 200
    return render(
        request, "accounts/people_list.html", context | office_frame(request), status=status
    )


def taken_in(request: HttpRequest, file: PrivateFile, result: DryRun) -> str:
    """Take a clean list in; return why not, or nothing."""
    if not result.is_clean:
        return result.plan.refusal or _("Nothing was written: the list has faults.")
    try:
        taken = importing.take_in(file=file, rows=result.reading.rows, by=request.user)
    except Denied as refusal:
        return str(refusal)
    number = taken.invitations.count()
    text = ngettext(
        "%(n)d invitation is on its way.", "%(n)d invitations are on their way.", number
    )
    messages.success(request, text % {"n": number})
    return ""


@require_safe
@login_required
def people_corrected(request: HttpRequest, file_id: str) -> HttpResponse:
    file, result = checked(request, file_id)
    stem = file.name.rsplit(".", 1)[0]
    return workbook_response(corrected_workbook(result.reading, result.found), f"{stem}-核对.xlsx")


@require_POST
@login_required
def people_undo(request: HttpRequest, file_id: str) -> HttpResponse:
    check_may_import(request)
    taken = get_object_or_404(PeopleList, file__public_id=file_id)
    try:
        number = importing.undo(taken=taken, by=request.user)
    except Denied as refusal:
        messages.error(request, str(refusal))
    else:
        text = ngettext(
            "%(n)d invitation was taken back.", "%(n)d invitations were taken back.", number
        )
        messages.success(request, text % {"n": number})
    return redirect("people_import")
