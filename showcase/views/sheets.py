"""Sheets of an authority: its list out as a workbook, an office's workbook in with a dry run."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from portal.core.denials import Denied
from portal.core.files import CONTENT_TYPES, Purpose, store
from portal.core.models import PrivateFile
from showcase.exports.recommendation_list import recommendation_workbook
from showcase.forms.recommending import SheetForm
from showcase.imports.recommendation_list import DryRun, dry_run
from showcase.lifecycle import SubmissionState
from showcase.models.programme import in_language
from showcase.rules.recommending import can_rank
from showcase.services import importing
from showcase.sheet_columns import COLUMNS
from showcase.views.authority import Desk, desk_of, frame

SHEETS = Purpose("showcase.sheet", ("xlsx",), 10)


def workbook_response(content: bytes, name: str) -> HttpResponse:
    """Return a workbook as a download that no proxy keeps."""
    response = HttpResponse(content, content_type=CONTENT_TYPES["xlsx"])
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
def authority_export(request: HttpRequest, authority_id: str, round_code: str) -> HttpResponse:
    """The list as it stands; before anything is ranked, all entries with empty priorities."""
    desk = desk_of(request, authority_id, round_code)
    handed_in = [one for one in desk.entries if one.state != SubmissionState.DRAFT]
    prefetch_related_objects(handed_in, "partners")
    ranked = [one for one in handed_in if hasattr(one, "recommendation")]
    book = recommendation_workbook(desk.round, desk.authority, ranked or handed_in)
    return workbook_response(book, f"{desk.round.code}-{desk.authority.code}-推荐汇总表.xlsx")


@login_required
def authority_import(request: HttpRequest, authority_id: str, round_code: str) -> HttpResponse:
    desk = desk_of(request, authority_id, round_code)
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            kept = store(form.cleaned_data["file"], by=request.user, purpose=SHEETS)
            with kept.file.open("rb") as stream:
                dry_run(stream, round=desk.round, authority=desk.authority)
        except ValidationError as error:
            form.add_error("file", error)
        else:
            return redirect(desk.url("authority_import_file", kept.public_id))
    columns = [in_language(column.zh, column.en) for column in COLUMNS]
    context = {"desk": desk, "form": form, "columns": columns}
    context |= {"list_url": desk.url("authority_round")}
    context |= {"export_url": desk.url("authority_export")}
    context |= frame(request, desk.authority, desk)
    status = 422 if form.errors else 200
    return render(request, "showcase/authority_import.html", context, status=status)


@login_required
def authority_import_file(
    request: HttpRequest, authority_id: str, round_code: str, file_id: str
) -> HttpResponse:
    desk = desk_of(request, authority_id, round_code)
    kept = get_object_or_404(PrivateFile, public_id=file_id, uploaded_by=request.user)
    try:
        with kept.file.open("rb") as stream:
            result = dry_run(stream, round=desk.round, authority=desk.authority)
    except (ValidationError, OSError) as error:
        raise Http404 from error
    refusal = result.plan.refusal
    if request.method == "POST" and result.reading.entries:
        refusal = take_in(request, desk, result)
        if not refusal:
            return redirect(desk.url("authority_round"))
    context = {
        "desk": desk,
        "file": kept,
        "result": result,
        "refusal": refusal,
        "counts": {word: result.plan.count(word) for word in ("create", "update", "same")},
        "import_url": desk.url("authority_import"),
        "may_rank": can_rank(request.user, desk.round, desk.authority),
    }
    context |= frame(request, desk.authority, desk)
    status = 409 if request.method == "POST" else 200
    return render(request, "showcase/authority_import_file.html", context, status=status)


def take_in(request: HttpRequest, desk: Desk, result: DryRun) -> str:
    """Take a clean sheet in; return why it could not be, or nothing."""
    if result.faults:
        return _("Nothing was written: the list has faults.")
    try:
        plan = importing.import_entries(
            entries=result.reading.entries,
            round=desk.round,
            authority=desk.authority,
            by=request.user,
        )
    except Denied as refusal:
        return str(refusal)
    except ValidationError as error:
        return " ".join(error.messages)
    text = _("Taken in: %(new)d drafts begun, %(changed)d entries changed, %(same)d as before.")
    counts = {"new": plan.count("create"), "changed": plan.count("update")}
    messages.success(request, text % (counts | {"same": plan.count("same")}))
    return ""
