"""A learner's sessions, and checking in by the code."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from courses.enums import Presence
from courses.forms.sessions import AttendForm
from courses.models import Attendance, Enrolment, Session
from courses.queries.progress import attendance_of
from courses.queries.sessions import code_is_open, own_sessions, session_state
from courses.rules.sessions import check_can_check_in
from courses.services.attending import THERE, check_in
from courses.views.frame import learner_frame
from courses.views.learner import inside_of
from courses.views.sessions.frame import why_not
from courses.views.standing import attendance_item
from portal.core.denials import Denied

TONES = {"present": "good", "late": "warn", "absent": "bad", "excused": "mute"}


@login_required
@require_safe
def learning_sessions(request: HttpRequest, public_id: str) -> HttpResponse:
    enrolment = inside_of(request, public_id)
    rows = [row_of(one) for one in own_sessions(enrolment)]
    context = {
        "rows": rows,
        "open": [row["session"] for row in rows if row["is_open"]],
        "requirement": attendance_item(attendance_of(enrolment)),
    }
    frame = learner_frame(enrolment, "learning_sessions")
    return render(request, "courses/learning_sessions.html", {**frame, **context})


def row_of(session: Any) -> dict[str, Any]:
    """Return a session with this learner's `presence` for the list."""
    presence = session.presence or ""
    return {
        "session": session,
        "state": session_state(session),
        "word": Presence(presence).label if presence else "",
        "tone": TONES.get(presence, ""),
        "is_open": code_is_open(session) and presence not in THERE,
    }


def own_place(request: HttpRequest, session_id: str) -> tuple[Session, Enrolment]:
    """Return a session and this person's place in its run; 404 for who has not been let in."""
    own = Enrolment.objects.of(request.user).inside().filter(run__sessions__public_id=session_id)
    enrolment = own.select_related("run__course", "run__lead").first()
    if enrolment is None:
        raise Http404
    session = Session.objects.select_related("teacher").get(public_id=session_id)
    session.run = enrolment.run
    return session, enrolment


@login_required
def learning_attend(request: HttpRequest, session_id: str) -> HttpResponse:
    session, enrolment = own_place(request, session_id)
    if request.method != "POST":
        form = AttendForm(initial={"code": request.GET.get("code", "")[:20]})
        return show_attend(request, session, enrolment, form)
    form = AttendForm(request.POST)
    if form.is_valid() and come_in(request, session, enrolment, form):
        return redirect("learning_attend", session_id)
    return show_attend(request, session, enrolment, form, status=422)


def come_in(request: HttpRequest, session: Session, enrolment: Enrolment, form: AttendForm) -> bool:
    """Check in; put refusals into the form."""
    typed = form.cleaned_data["code"]
    try:
        check_in(enrolment=enrolment, session=session, typed=typed, by=request.user)
    except (ValidationError, Denied) as refusal:
        is_denied = isinstance(refusal, Denied)
        form.add_error(None, str(refusal)) if is_denied else form.add_error(None, refusal)
        return False
    return True


def show_attend(
    request: HttpRequest,
    session: Session,
    enrolment: Enrolment,
    form: AttendForm,
    status: int = 200,
) -> HttpResponse:
    """Show the code's field, or that this person is on the list."""
    entry = Attendance.objects.filter(session=session, enrolment=enrolment).first()
    context = {
        **learner_frame(enrolment, "learning_sessions"),
        "session": session,
        "form": form,
        "entry": entry,
        "is_there": entry is not None and entry.presence in THERE,
        "why_not": why_not(check_can_check_in, request.user, session, enrolment),
    }
    return render(request, "courses/learning_attend.html", context, status=status)
