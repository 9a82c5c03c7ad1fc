"""The record's page in the office: its chains, and their heads to keep outside this site."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from portal.accounts.enums import Permission
from portal.core import clock
from portal.core.audit.heads import as_csv, as_json, present_anchors
from portal.core.models import AuditChain
from showcase.views.office import office_frame

PAGE = 50
FORMS = {"json": (as_json, "application/json"), "csv": (as_csv, "text/csv; charset=utf-8")}


def check_may_read(request: HttpRequest) -> None:
    """Answer 404 to who has no business with the record."""
    if not request.user.may(Permission.RECORD_READ):
        raise Http404


@login_required
def office_record(request: HttpRequest) -> HttpResponse:
    check_may_read(request)
    page = Paginator(AuditChain.objects.order_by("name"), PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, **office_frame(request)}
    return render(request, "showcase/office_record.html", context)


@login_required
def record_heads(request: HttpRequest, form: str) -> HttpResponse:
    check_may_read(request)
    if form not in FORMS:
        raise Http404
    write, content_type = FORMS[form]
    response = HttpResponse(write(present_anchors()), content_type=content_type)
    name = f"heads-{clock.now():%Y%m%d-%H%M}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
