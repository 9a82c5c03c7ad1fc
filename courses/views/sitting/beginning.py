"""Before the paper: the examinations of a run, one examination's rules, starting, taking over."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courses.lifecycle import ENDED, ExamState
from courses.models import Attempt, Enrolment, Exam
from courses.queries.sitting import course_title, exams_of, exams_with_attempts, questions_in
from courses.rules.sitting import check_can_start
from courses.services.sitting import start_attempt, take_over
from courses.views.frame import enrolment_of, learner_frame
from courses.views.sitting.frame import (
    RoomCodeTries,
    device_of,
    new_device,
    on_arrival,
    own_attempt,
    remember_device,
)
from portal.core.denials import Denied


@login_required
@require_GET
def learning_exams(request: HttpRequest, public_id: str) -> HttpResponse:
    enrolment = enrolment_of(request, public_id)
    context = {"exams": exams_with_attempts(enrolment)}
    context |= learner_frame(enrolment, "learning_exams")
    return render(request, "courses/learning_exams.html", context)


def own_exam(request: HttpRequest, public_id: str) -> tuple[Exam, Enrolment]:
    """Return an examination this person may sit or has sat, with the enrolment; else 404."""
    exam = get_object_or_404(exams_of(request.user), public_id=public_id)
    return exam, get_object_or_404(Enrolment.objects.of(request.user), run_id=exam.run_id)


@on_arrival
@login_required
@require_GET
def exam_intro(request: HttpRequest, exam_id: str) -> HttpResponse:
    exam, enrolment = own_exam(request, exam_id)
    return intro_page(request, exam, enrolment)


def intro_page(
    request: HttpRequest, exam: Exam, enrolment: Enrolment, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    """Show the rules, and the way in or why there is none."""
    attempts = list(exam.attempts.filter(enrolment=enrolment).defer("paper", "sheet", "marks"))
    running = next((one for one in attempts if one.state not in ENDED), None)
    context: dict[str, Any] = {
        "exam": exam,
        "course_title": course_title(exam),
        "enrolment": enrolment,
        "attempts": [one for one in attempts if one.state in ENDED],
        "running": running,
        "questions": questions_in(exam),
        "attempts_left": max(0, exam.attempts_allowed - len(attempts)),
        "refusal": refusal,
        "why_not": "" if running else why_not_start(request, exam, enrolment, len(attempts)),
        "is_released": exam.state == ExamState.RELEASED,
        "room_code": request.POST.get("room_code", ""),
    }
    return render(request, "courses/exam_intro.html", context, status=status)


def why_not_start(request: HttpRequest, exam: Exam, enrolment: Enrolment, used: int) -> str:
    """Return the reason why no paper is given out now, or nothing."""
    try:
        check_can_start(request.user, exam, enrolment, used=used, at=request.arrived_at)  # type: ignore[attr-defined]
    except Denied as refusal:
        return str(refusal)
    return ""


@on_arrival
@login_required
@require_POST
def exam_start(request: HttpRequest, exam_id: str) -> HttpResponse:
    exam, enrolment = own_exam(request, exam_id)
    tries, device = RoomCodeTries(request, exam.public_id), new_device()
    try:
        tries.check()
        attempt = start_attempt(
            exam=exam,
            enrolment=enrolment,
            device=device,
            room_code=request.POST.get("room_code", ""),
            by=request.user,
            at=request.arrived_at,  # type: ignore[attr-defined]
        )
    except Denied as refusal:
        tries.count(refusal)
        return intro_page(request, exam, enrolment, refusal=str(refusal), status=422)
    response = redirect("exam_paper", attempt_id=attempt.public_id)
    return remember_device(response, attempt) if attempt.device == device else response


@on_arrival
@login_required
@require_http_methods(["GET", "POST"])
def exam_takeover(request: HttpRequest, attempt_id: str) -> HttpResponse:
    attempt = own_attempt(request, attempt_id, "exam")
    if attempt.state in ENDED:
        return redirect("exam_receipt", attempt_id=attempt_id)
    if attempt.device == device_of(request, attempt_id):
        return redirect("exam_paper", attempt_id=attempt_id)
    refusal = ""
    if request.method == "POST":
        tries = RoomCodeTries(request, attempt.exam.public_id)
        try:
            tries.check()
            return taken_over(request, attempt)
        except Denied as denied:
            tries.count(denied)
            refusal = str(denied)
    context = {"attempt": attempt, "exam": attempt.exam, "refusal": refusal}
    return render(request, "courses/exam_takeover.html", context, status=422 if refusal else 200)


def taken_over(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    """Move the paper to this browser and open it here."""
    moved = take_over(
        public_id=attempt.public_id,
        device=new_device(),
        room_code=request.POST.get("room_code", ""),
        by=request.user,
        at=request.arrived_at,  # type: ignore[attr-defined]
    )
    return remember_device(redirect("exam_paper", attempt_id=moved.public_id), moved)
