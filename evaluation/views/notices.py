"""The public notice with its objection form, and the secretariat's work on both."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from evaluation.forms.objecting import DecisionForm, ObjectionForm
from evaluation.models import Objection, PublicNotice
from evaluation.queries.notices import (
    decide_by,
    entries_for_office,
    entry_of,
    local_day,
    notice_for_office,
    notice_lines,
    objection_for_office,
    objections_of,
    published_notices,
    working_days_left,
)
from evaluation.rules.notices import is_open, why_not_announce
from evaluation.services import objecting, publishing
from portal.accounts.enums import Permission
from portal.core import files, pace
from portal.core.denials import Denied


def notice_list(request: HttpRequest) -> HttpResponse:
    rows = [{"notice": notice, "is_open": is_open(notice)} for notice in published_notices()]
    return render(request, "evaluation/notice_list.html", {"rows": rows})


@never_cache
def notice_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    notice = get_object_or_404(PublicNotice.objects.select_related("round"), public_id=public_id)
    lines = notice_lines(notice, request)
    choices = [(line.number, f"{line.number}. {line.title}") for line in lines]
    form = ObjectionForm(choices, request.POST or None, request.FILES or None)
    if request.method == "POST" and request.FILES:
        # The public has no account whose volume could be counted.
        pace.spend("objection", pace.address_of(request))
    if request.method == "POST" and form.is_valid():
        objection = lodged(notice, form)
        if objection is not None:
            return redirect("objection_receipt", public_id, objection.public_id)
    context = {
        "notice": notice,
        "lines": lines,
        "form": form,
        "is_open": is_open(notice),
        "days_left": working_days_left(notice),
    }
    status = 422 if form.errors else 200
    return render(request, "evaluation/notice_detail.html", context, status=status)


def lodged(notice: PublicNotice, form: ObjectionForm) -> Objection | None:
    """Receive an objection; a refusal or a faulty file stays on the form, all typed text kept."""
    facts = dict(form.cleaned_data)
    try:
        submission = entry_of(notice, facts.pop("entry"))
        return objecting.lodge_objection(notice, submission=submission, **facts)
    except ValidationError as error:
        form.add_error("evidence", error)
    except Denied as denied:
        form.add_error(None, str(denied.reason))
    return None


@never_cache
def objection_receipt(request: HttpRequest, public_id: str, receipt: str) -> HttpResponse:
    rows = Objection.objects.select_related("notice", "submission")
    objection = get_object_or_404(rows, notice__public_id=public_id, public_id=receipt)
    due_on = decide_by(local_day(objection.received_at))
    context = {"objection": objection, "notice": objection.notice, "due_on": due_on}
    return render(request, "evaluation/objection_receipt.html", context)


@login_required
def notice_admin(request: HttpRequest, public_id: str) -> HttpResponse:
    notice = notice_for_office(request.user, public_id)
    why_not = why_not_announce(request.user, notice)
    context = {
        "notice": notice,
        "entries": entries_for_office(notice),
        "objections": objections_of(notice, request.user),
        "may_handle": request.user.may(Permission.EVALUATION_NOTICES_PUBLISH),
        "may_announce": not why_not,
        "why_not": why_not,
        "is_open": is_open(notice),
        "days_left": working_days_left(notice),
    }
    return render(request, "evaluation/notice_admin.html", context)


@login_required
@require_POST
def notice_announce(request: HttpRequest, public_id: str) -> HttpResponse:
    notice = notice_for_office(request.user, public_id)
    try:
        pages = publishing.announce(notice, by=request.user)
    except Denied as denied:
        messages.error(request, denied.reason)
    else:
        text = ngettext(
            "%(number)s entry was listed and its public page is online.",
            "%(number)s entries were listed and their public pages are online.",
            len(pages),
        )
        messages.success(request, text % {"number": len(pages)})
    return redirect("notice_admin", public_id)


@login_required
def objection_decide(request: HttpRequest, public_id: str) -> HttpResponse:
    objection = objection_for_office(request.user, public_id)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and decided(request, objection, form):
        return redirect("notice_admin", objection.notice.public_id)
    context = {
        "objection": objection,
        "notice": objection.notice,
        "form": form,
        "due_on": decide_by(local_day(objection.received_at)),
        "is_undecided": objection.outcome == Objection.Outcome.OPEN,
    }
    status = 422 if form.errors else 200
    return render(request, "evaluation/objection_decide.html", context, status=status)


def decided(request: HttpRequest, objection: Objection, form: Any) -> bool:
    """Decide; a refusal stays on the form."""
    try:
        objecting.decide_objection(objection, by=request.user, **form.cleaned_data)
    except Denied as denied:
        form.add_error(None, str(denied.reason))
        return False
    messages.success(request, _("The decision is recorded."))
    return True


@login_required
@require_POST
def objection_hold(request: HttpRequest, public_id: str) -> HttpResponse:
    objection = objection_for_office(request.user, public_id)
    try:
        objecting.hold_entry(objection, by=request.user)
    except Denied as denied:
        messages.error(request, denied.reason)
    else:
        messages.success(request, _("The entry is held until the objection is decided."))
    return redirect("objection_decide", public_id)


@login_required
def objection_evidence(request: HttpRequest, public_id: str) -> HttpResponseBase:
    objection = objection_for_office(request.user, public_id)
    if objection.evidence is None:
        raise Http404
    return files.deliver(request, objection.evidence)
