"""One session's attendance: the list, the code on the screen, closing, and the workbook."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from courses.exports.attendance import attendance_workbook
from courses.exports.qr import qr_svg
from courses.forms.sessions import CodeForm, ListForm
from courses.lifecycle import EnrolmentState
from courses.models import Session
from courses.queries.sessions import code_is_open, entries_of, people_of, tally
from courses.rules.people import allows
from courses.rules.sessions import check_can_close, check_keeps_sessions
from courses.services.attending import Mark, close_list, end_code, keep_list, open_code
from courses.views.sessions.frame import session_frame, session_of, why_not
from courses.views.sessions.plan import keeps_or_404
from portal.core.denials import Denied

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
def session_list(request: HttpRequest, public_id: str) -> HttpResponse:
    session = session_of(request, public_id)
    people, entries = people_of(session), entries_of(session)
    if request.method != "POST":
        return show_list(request, session, ListForm(session, people, entries))
    keeps_or_404(request, session.run)
    form = ListForm(session, people, entries, request.POST)
    if form.is_valid() and save_list(request, session, form):
        return redirect("session_list", public_id)
    return show_list(request, session, form, status=422)


def save_list(request: HttpRequest, session: Session, form: ListForm) -> bool:
    """Save what was typed; with "all" everybody who is not on the list yet is present."""
    marks = form.marks()
    if "all" in request.POST:
        rest = [one.pk for one in form.people if one.pk not in form.entries]
        own = [one.pk for one in form.people if one.learner_id == request.user.pk]
        marks = {pk: Mark("present") for pk in rest if pk not in own} | marks
    try:
        changed = keep_list(
            session=session, marks=marks, by=request.user, reason=form.cleaned_data["reason"]
        )
    except Denied as refusal:
        form.add_error(None, str(refusal))
        return False
    except ValidationError as error:
        form.add_refusals(error.message_dict)
        return False
    if changed:
        text = ngettext("%(n)d entry is saved.", "%(n)d entries are saved.", changed)
        messages.success(request, text % {"n": changed})
    return True


def show_list(
    request: HttpRequest, session: Session, form: ListForm, status: int = 200
) -> HttpResponse:
    """Show the list: as a form to those who may change it now, else to read."""
    people = form.everybody
    rows = [row_of(one, form, place) for place, one in enumerate(people, 1)]
    context = {
        **session_frame(request, session),
        "form": form,
        "rows": rows,
        "tally": tally(people, form.entries),
        "why_not_close": why_not(check_can_close, request.user, session),
        "keeps": allows(check_keeps_sessions, request.user, session.run),
    }
    return render(request, "courses/session_list.html", context, status=status)


def row_of(person: Any, form: ListForm, place: int) -> dict[str, Any]:
    """Return one person's row: their fields where they may be set, and the entry that stands."""
    is_open = person.state == EnrolmentState.ENROLLED
    return {
        "place": place,
        "person": person,
        "entry": form.entries.get(person.pk),
        "presence": form[f"p-{person.pk}"] if is_open else None,
        "minutes": form[f"m-{person.pk}"] if is_open else None,
        "was": form[f"w-{person.pk}"] if is_open else None,
    }


@login_required
def session_code(request: HttpRequest, public_id: str) -> HttpResponse:
    session = session_of(request, public_id)
    keeps_or_404(request, session.run)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and set_code(request, session, form):
        return redirect("session_code", public_id)
    people, entries = people_of(session), entries_of(session)
    address = attend_address(session)
    context = {
        **session_frame(request, session),
        "form": form,
        "is_open": code_is_open(session),
        "digits": [session.code[:3], session.code[3:]],
        "qr": qr_svg(address, _("Check in to “%(title)s”") % {"title": session.title}),
        "site": settings.BASE_URL.split("//")[-1],
        "tally": tally(people, entries),
        "here": sum(one.pk in entries and entries[one.pk].minutes > 0 for one in people),
        "people": len(people),
    }
    status = 422 if form.errors else 200
    return render(request, "courses/session_code.html", context, status=status)


def attend_address(session: Session) -> str:
    """Return where the QR code leads: the check-in page with the code filled in."""
    path = reverse("learning_attend", args=[session.public_id])
    return f"{settings.BASE_URL}{path}?{urlencode({'code': session.code})}"


def set_code(request: HttpRequest, session: Session, form: CodeForm) -> bool:
    """End the code, or show a new one; put refusals into the form."""
    try:
        if "end" in request.POST:
            end_code(session=session, by=request.user)
            return True
        if not form.is_valid():
            return False
        open_code(session=session, minutes=form.cleaned_data["minutes"], by=request.user)
    except Denied as refusal:
        form.full_clean()
        form.add_error(None, str(refusal))
        return False
    return True


@login_required
def session_close(request: HttpRequest, public_id: str) -> HttpResponse:
    session = session_of(request, public_id)
    keeps_or_404(request, session.run)
    if request.method == "POST":
        close_list(session=session, by=request.user)
        messages.success(request, _("The list is closed and the hours are entered."))
        return redirect("session_list", public_id)
    people, entries = people_of(session), entries_of(session)
    context = {
        **session_frame(request, session),
        "tally": tally(people, entries),
        "why_not": why_not(check_can_close, request.user, session),
    }
    return render(request, "courses/session_close.html", context)


@login_required
@require_safe
def session_export(request: HttpRequest, public_id: str) -> HttpResponse:
    session = session_of(request, public_id)
    content = attendance_workbook(session, people_of(session), entries_of(session))
    response = HttpResponse(content, content_type=XLSX)
    name = f"attendance-{session.run.code}-{session.starts_at:%Y%m%d}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
