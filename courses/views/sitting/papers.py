"""The paper itself, checking before handing in, handing in, and the receipt."""

import logging
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from courses import tasks
from courses.forms.answering import fields_of, posted_answers, typed_responses
from courses.forms.controls import card_html, questions_html
from courses.lifecycle import ENDED, ExamState
from courses.models import Attempt
from courses.queries.sitting import answers_of, course_title
from courses.services.sitting import (
    Handover,
    Outcome,
    Reply,
    Sent,
    save_answers,
    submit_attempt,
)
from courses.views.sitting.frame import device_of, on_arrival, own_attempt
from courses.views.sitting.saving import REASONS, times_of
from courses.views.sitting.words import script_words

log = logging.getLogger(__name__)


@on_arrival
@login_required
@require_http_methods(["GET", "POST"])
def exam_paper(request: HttpRequest, attempt_id: str) -> HttpResponse:
    attempt = own_attempt(request, attempt_id, "exam")
    if request.method == "POST":
        return saved_page(request, attempt)
    if attempt.state in ENDED:
        return redirect("exam_receipt", attempt_id=attempt_id)
    if attempt.device != device_of(request, attempt_id):
        return redirect("exam_takeover", attempt_id=attempt_id)
    return paper_page(request, attempt)


def paper_page(
    request: HttpRequest,
    attempt: Attempt,
    *,
    outcomes: tuple[Outcome, ...] = (),
    status: int = 200,
) -> HttpResponse:
    """Show the paper with the answers that stand, or with what was posted and is refused."""
    answers = answers_of(attempt)
    typed = typed_responses(attempt.sheet, request.POST) if outcomes else {}
    fields = fields_of(attempt.sheet, answers, typed)
    answered = sum(one.is_answered for one in fields)
    facts = times_of(attempt)
    last_saved = max((one.saved_at for one in fields if one.saved_at), default=None)
    context = {
        "attempt": attempt,
        "exam": attempt.exam,
        "questions": questions_html(fields),
        "card": card_html(fields),
        "answered": answered,
        "unanswered": len(fields) - answered,
        "last_saved": last_saved,
        "course_title": "" if last_saved else course_title(attempt.exam),
        "refused": [refusal_words(one, attempt) for one in outcomes],
        "minutes_left": facts["left"] // 60,
        "words": script_words(),
        "facts": facts,
    }
    response = render(request, "courses/exam_paper.html", context, status=status)
    # Going back to a paper must ask the server for its answers and its state.
    response.headers["Cache-Control"] = "no-store"
    return response


def refusal_words(outcome: Outcome, attempt: Attempt) -> dict[str, Any]:
    """Return what the page says of a change that was not saved: number, reason, stored text."""
    number = 1 + [shown["id"] for shown in attempt.sheet].index(outcome.sent.question)
    return {
        "number": number,
        "is_stale": outcome.reply == Reply.STALE,
        "reason": REASONS.get(outcome.fault, ""),
        "stored": outcome.stored,
        "mine": outcome.sent.response,
    }


def posted_of(request: HttpRequest, attempt: Attempt) -> list[Sent]:
    """Return the changes that a posted page holds."""
    return posted_answers(attempt.sheet, answers_of(attempt), request.POST)


def saved_page(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    """Save a page that was posted without script, then go on where the button says."""
    outcomes = save_answers(
        public_id=attempt.public_id,
        sent=posted_of(request, attempt),
        device=device_of(request, attempt.public_id),
        by=request.user,
        at=request.arrived_at,  # type: ignore[attr-defined]
    )
    refused = tuple(one for one in outcomes if one.reply != Reply.SAVED)
    return turned_back(request, attempt, refused) or redirect(
        "exam_submit" if request.POST.get("then") == "check" else "exam_paper",
        attempt_id=attempt.public_id,
    )


def turned_back(
    request: HttpRequest, attempt: Attempt, refused: tuple[Outcome, ...]
) -> HttpResponse | None:
    """Answer for changes that were not saved, or None if there are none."""
    replies = {one.reply for one in refused}
    if Reply.ENDED in replies:
        return redirect("exam_receipt", attempt_id=attempt.public_id)
    if Reply.OTHER_DEVICE in replies:
        return redirect("exam_takeover", attempt_id=attempt.public_id)
    if refused:
        status = 409 if Reply.STALE in replies else 422
        return paper_page(request, attempt, outcomes=refused, status=status)
    return None


@on_arrival
@login_required
@require_http_methods(["GET", "POST"])
def exam_submit(request: HttpRequest, attempt_id: str) -> HttpResponse:
    attempt = own_attempt(request, attempt_id, "exam")
    if request.method == "POST":
        return handed_in(request, attempt)
    if attempt.state in ENDED:
        return redirect("exam_receipt", attempt_id=attempt_id)
    if attempt.device != device_of(request, attempt_id):
        return redirect("exam_takeover", attempt_id=attempt_id)
    fields = fields_of(attempt.sheet, answers_of(attempt))
    context = {
        "attempt": attempt,
        "exam": attempt.exam,
        "total": len(fields),
        "answered": [one for one in fields if one.is_answered],
        "unanswered": [one for one in fields if not one.is_answered],
    }
    return render(request, "courses/exam_submit.html", context)


def handed_in(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    """Hand the paper in with what came along, then let it be graded; the receipt follows."""
    handover: Handover = submit_attempt(
        public_id=attempt.public_id,
        sent=posted_of(request, attempt),
        device=device_of(request, attempt.public_id),
        by=request.user,
        at=request.arrived_at,  # type: ignore[attr-defined]
    )
    if handover.has_ended:
        grade_later(attempt)
        return redirect("exam_receipt", attempt_id=attempt.public_id)
    if handover.is_other_device:
        return redirect("exam_takeover", attempt_id=attempt.public_id)
    answer = turned_back(request, attempt, handover.refused)
    if answer is None:
        raise Http404
    return answer


def grade_later(attempt: Attempt) -> None:
    """Hand the attempt to the grader; the sweep comes back to it if that fails."""
    try:
        tasks.grade.enqueue(attempt.pk)
    except DatabaseError:
        log.exception("attempt %s could not be handed to the grader", attempt.public_id)


@on_arrival
@login_required
@require_GET
def exam_receipt(request: HttpRequest, attempt_id: str) -> HttpResponse:
    attempt = own_attempt(request, attempt_id, "exam__run", "enrolment__learner")
    if attempt.state not in ENDED:
        return redirect("exam_paper", attempt_id=attempt_id)
    fields = fields_of(attempt.sheet, answers_of(attempt))
    answered = sum(one.is_answered for one in fields)
    context = {
        "attempt": attempt,
        "exam": attempt.exam,
        "course_title": course_title(attempt.exam),
        "enrolment": attempt.enrolment,
        "total": len(fields),
        "answered": answered,
        "unanswered": len(fields) - answered,
        "kept_aside": attempt.saves.filter(revision=None).count(),
        "is_released": attempt.exam.state == ExamState.RELEASED,
    }
    return render(request, "courses/exam_receipt.html", context)
