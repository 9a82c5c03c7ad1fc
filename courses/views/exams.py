"""Setting examinations and watching them: the run's list, the form, the live board, its steps."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courses.forms.exams import ExamForm, TimeForm
from courses.lifecycle import EXAM, ExamState
from courses.models import Attempt, Exam, Run
from courses.queries.bank import banks_kept_by, current_questions, drawable, shortages_of
from courses.queries.board import (
    counts_of,
    exams_examined_by,
    exams_of_run,
    exams_watched_by,
    runs_examined_by,
    takers_of,
)
from courses.rules import examining as rules
from courses.rules.people import allows, check_can_coordinate, check_can_examine
from courses.services import examining
from courses.views.frame import run_frame, run_of
from portal.core.denials import Denied

STEPS = {
    "open": examining.open_exam,
    "close": examining.close_exam,
    "release": examining.release_results,
}
CHECKS = {
    "open": rules.check_can_open,
    "close": rules.check_can_close,
    "release": rules.check_can_release,
}


def watched_exam(request: HttpRequest, public_id: str) -> Exam:
    """Return an examination this person examines or coordinates; else 404."""
    exams = exams_watched_by(request.user).prefetch_related("run__duties")
    return get_object_or_404(exams.distinct(), public_id=public_id)


def examined_exam(request: HttpRequest, public_id: str) -> Exam:
    """Return an examination of this examiner; one who teaches or learns in it is told why not."""
    exams: Any = exams_examined_by(request.user).prefetch_related("run__duties")
    exam: Any = get_object_or_404(exams.distinct(), public_id=public_id)
    exam.run.know_learner(request.user, exam.is_learner)
    check_can_examine(request.user, exam.run)
    return exam


@login_required
@require_GET
def run_exams(request: HttpRequest, run: str) -> HttpResponse:
    found = run_of(request, run)
    user = request.user
    may_examine = allows(check_can_examine, user, found)
    context = run_frame(found, "run_exams") | {
        "exams": exams_of_run(found),
        "may_examine": may_examine,
        "may_watch": may_examine or allows(check_can_coordinate, user, found),
        "may_keep_bank": banks_kept_by(user).filter(pk=found.course_id).exists(),
    }
    return render(request, "courses/run_exams.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def exam_new(request: HttpRequest, run: str) -> HttpResponse:
    examined = runs_examined_by(request.user).select_related("course", "lead").distinct()
    found = get_object_or_404(examined.prefetch_related("duties"), public_id=run)
    check_can_examine(request.user, found)
    return edit_exam(request, found, None)


@login_required
@require_http_methods(["GET", "POST"])
def exam_edit(request: HttpRequest, exam: str) -> HttpResponse:
    found = examined_exam(request, exam)
    rules.check_can_set(request.user, found)
    return edit_exam(request, found.run, found)


def edit_exam(request: HttpRequest, run: Run, exam: Exam | None) -> HttpResponse:
    """Show the form of an examination, with what the bank lacks, and write what comes back."""
    posted = request.POST if request.method == "POST" else None
    form = ExamForm(posted, course=run.course, exam=exam)
    is_check = posted is not None and "check" in posted
    if posted is not None and form.is_valid() and not is_check:
        facts, by = form.facts(), request.user
        made = (
            examining.change_exam(exam=exam, facts=facts, by=by)
            if exam
            else examining.set_exam(run=run, facts=facts, by=by)
        )
        messages.success(request, _("Saved. Nobody sees it before it is opened."))
        return redirect("exam_board", made.public_id)
    faces = drawable(current_questions(run.course))
    blueprint = {"sections": form.sections, "pass": run.course.pass_mark, "minutes": 60}
    if posted is not None:
        blueprint = getattr(form, "cleaned_data", {}).get("blueprint") or blueprint
    short, fault = shortages_of(blueprint if blueprint["sections"] else {}, faces)
    context = run_frame(run, "run_exams") | {
        "form": form,
        "exam": exam,
        "shortages": [rules.shortage_in_words(one) for one in short],
        "fault": rules.BLUEPRINT_FAULTS.get(fault, ""),
        "bank_size": len(faces),
        "may_keep_bank": banks_kept_by(request.user).filter(pk=run.course_id).exists(),
    }
    status = 422 if posted is not None and not is_check else 200
    return render(request, "courses/exam_edit.html", context, status=status)


@login_required
@require_GET
def exam_board(request: HttpRequest, exam: str) -> HttpResponse:
    found = watched_exam(request, exam)
    takers = takers_of(found)
    context = board_context(request, found) | {
        "takers": takers,
        "counts": counts_of(takers),
        "form": TimeForm(),
    }
    return render(request, "courses/exam_board.html", context)


def board_context(request: HttpRequest, exam: Exam) -> dict[str, Any]:
    """Return what the board needs beside the people: who may do what, and the next step."""
    user = request.user
    may_examine = allows(check_can_examine, user, exam.run)
    verb = {"draft": "open", "open": "close", "closed": "release"}.get(exam.state, "")
    why_not = ""
    if verb and may_examine:
        try:
            CHECKS[verb](user, exam)
        except Denied as denied:
            why_not = str(denied)
    return run_frame(exam.run, "run_exams") | {
        "exam": exam,
        "may_examine": may_examine,
        "may_extend": exam.state == ExamState.OPEN
        and (may_examine or allows(check_can_coordinate, user, exam.run)),
        "verb": verb,
        "why_not": why_not,
        "is_live": exam.state == ExamState.OPEN,
        "is_over": exam.state in {ExamState.CLOSED, ExamState.RELEASED},
    }


@login_required
@require_POST
def exam_step(request: HttpRequest, exam: str) -> HttpResponse:
    found = examined_exam(request, exam)
    verb = request.POST.get("verb", "")
    if verb not in STEPS or verb not in EXAM.arrows:
        raise Http404
    done = {
        "open": _("The examination is open, and everybody in the run has been told."),
        "close": _("The examination is closed."),
        "release": _("Results are released, and everybody who sat has been told."),
    }
    try:
        STEPS[verb](exam=found, by=request.user)
    except Denied as denied:
        messages.error(request, str(denied))
    else:
        messages.success(request, done[verb])
    return redirect("exam_board", found.public_id)


@login_required
@require_POST
def exam_extra_time(request: HttpRequest, exam: str) -> HttpResponse:
    found = watched_exam(request, exam)
    form = TimeForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            number = examining.add_time(
                exam=found,
                minutes=data["minutes"],
                reason=data["reason"],
                attempt=running_attempt(found, data["who"]) if data["who"] else None,
                by=request.user,
            )
        except Denied as denied:
            form.add_error(None, str(denied))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            told = ngettext("%(n)d person has more time.", "%(n)d people have more time.", number)
            messages.success(request, told % {"n": number})
            return redirect("exam_board", found.public_id)
    takers = takers_of(found)
    context = board_context(request, found) | {
        "takers": takers,
        "counts": counts_of(takers),
        "form": form,
    }
    return render(request, "courses/exam_board.html", context, status=422)


def running_attempt(exam: Exam, enrolment: str) -> Attempt:
    """Return the latest attempt of an enrolment; by that id, as markers know attempts' own."""
    rows = Attempt.objects.filter(exam=exam, enrolment__public_id=enrolment).order_by("-number")
    found = rows.first()
    if found is None:
        raise Http404
    return found
