"""What examiners read and mark: answers without names, practical works, marking again."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from courses.forms.exams import RegradeForm
from courses.forms.rating import RatingForm
from courses.lifecycle import AttemptState, ExamState
from courses.models import Attempt, Exam, PracticeWork, Question
from courses.queries.bank import frozen_questions
from courses.queries.board import runs_examined_by
from courses.queries.marking import Reading, WorkToRate, readings_of, works_of
from courses.queries.regrades import KeyChange, Trial, check_fits, trials_of
from courses.queries.versions import changes_between
from courses.rules.examining import check_can_regrade
from courses.rules.people import check_can_examine
from courses.services import rating, regrading
from courses.views.exams import examined_exam
from courses.views.frame import run_frame
from portal.core.denials import Denied
from portal.core.files import deliver


def counts_by_state(items: list[Any]) -> dict[str, int]:
    states = [item.state for item in items]
    return {state: states.count(state) for state in ("todo", "mine", "others", "done")}


@login_required
@require_GET
def exam_marking(request: HttpRequest, exam: str) -> HttpResponse:
    found = examined_exam(request, exam)
    readings = readings_of(found, request.user)
    context = run_frame(found.run, "run_exams") | {
        "exam": found,
        "readings": readings,
        "counts": counts_by_state(readings),
        "first": next((one for one in readings if one.state == "todo"), None),
    }
    return render(request, "courses/exam_marking.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def exam_mark_attempt(request: HttpRequest, exam: str, attempt: str, place: str) -> HttpResponse:
    found = examined_exam(request, exam)
    get_object_or_404(Attempt, exam=found, public_id=attempt)
    readings = readings_of(found, request.user)
    at = [one for one in readings if (one.attempt.public_id, one.place) == (attempt, place)]
    if not at:
        raise Http404
    reading = at[0]
    data = question_data(found, reading)
    is_graded = reading.attempt.state == AttemptState.GRADED
    form = RatingForm(
        request.POST if request.method == "POST" else None,
        rubric=data["rubric"],
        given=reading.mine.points if reading.mine else None,
        comment=reading.mine.comment if reading.mine else "",
        needs_reason=is_graded,
    )
    if request.method == "POST" and form.is_valid():
        try:
            rating.rate_answer(
                attempt=reading.attempt,
                place=place,
                points=form.points(),
                comment=form.cleaned_data["comment"],
                reason=form.cleaned_data.get("reason", ""),
                by=request.user,
            )
        except Denied as denied:
            form.add_error(None, str(denied))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return following(request, found, readings, reading)
    context = run_frame(found.run, "run_exams") | {
        "exam": found,
        "reading": reading,
        "data": data,
        "case": case_stem(found, reading),
        "form": form,
        "is_writable": is_writable(found, reading),
        "position": readings.index(reading) + 1,
        "total": len(readings),
        "left": counts_by_state(readings)["todo"],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "courses/exam_mark_attempt.html", context, status=status)


def is_writable(exam: Exam, reading: Reading) -> bool:
    """Say whether points may still be given or corrected by this examiner."""
    return exam.state != ExamState.RELEASED and bool(reading.mine or reading.needs)


def question_data(exam: Exam, reading: Reading) -> dict[str, Any]:
    """Return the data of the question or part that is read: stem, model answer, rubric."""
    versions = exam.bank | exam.key_versions
    rows = frozen_questions(exam, {reading.item.question: versions[reading.item.question]})
    data: dict[str, Any] = rows[reading.item.question].data
    parts = {part["id"]: part for part in data.get("parts") or ()}
    return dict(parts.get(reading.place, data))


def case_stem(exam: Exam, reading: Reading) -> str:
    """Return the story of the case a part belongs to, or nothing."""
    if reading.place == reading.item.question:
        return ""
    rows = frozen_questions(exam, {reading.item.question: exam.bank[reading.item.question]})
    return str(rows[reading.item.question].data["stem"])


def following(
    request: HttpRequest, exam: Exam, readings: list[Reading], here: Reading
) -> HttpResponse:
    """Go to the next answer of this examiner, after the present one first."""
    place = readings.index(here)
    rest = [one for one in readings[place + 1 :] + readings[:place] if one.state == "todo"]
    if not rest:
        messages.success(request, _("Saved. Nothing else waits for you."))
        return redirect("exam_marking", exam.public_id)
    messages.success(request, _("Saved. Here is the next answer."))
    return redirect("exam_mark_attempt", exam.public_id, rest[0].attempt.public_id, rest[0].place)


@login_required
@require_GET
def run_rating(request: HttpRequest, run: str) -> HttpResponse:
    runs = runs_examined_by(request.user).knowing_learner(request.user)
    runs = runs.select_related("course", "lead").distinct()
    found = get_object_or_404(runs.prefetch_related("duties"), public_id=run)
    check_can_examine(request.user, found)
    works = works_of(found, request.user)
    context = run_frame(found, "run_exams") | {
        "works": works,
        "counts": counts_by_state(works),
        "first": next((one for one in works if one.state == "todo"), None),
    }
    return render(request, "courses/run_rating.html", context)


def examined_work(request: HttpRequest, public_id: str) -> PracticeWork:
    """Return a practical work of a run this person examines; else 404, or 403 with the reason."""
    works = PracticeWork.objects.filter(enrolment__run__in=runs_examined_by(request.user))
    rows = works.select_related("task", "file", "enrolment__run__course", "enrolment__run__lead")
    work = get_object_or_404(rows.prefetch_related("enrolment__run__duties"), public_id=public_id)
    check_can_examine(request.user, work.enrolment.run)
    return work


@login_required
@require_http_methods(["GET", "POST"])
def practice_rate(request: HttpRequest, work: str) -> HttpResponse:
    found = examined_work(request, work)
    run = found.enrolment.run
    works = works_of(run, request.user)  # only the latest of each task
    here = next((one for one in works if one.work.pk == found.pk), None)
    if here is None:
        raise Http404
    form = RatingForm(
        request.POST if request.method == "POST" else None,
        rubric=found.task.rubric,
        given=here.mine.points if here.mine else None,
        comment=here.mine.comment if here.mine else "",
    )
    if request.method == "POST" and form.is_valid():
        try:
            rating.rate_practice(
                work=found,
                points=form.points(),
                comment=form.cleaned_data["comment"],
                by=request.user,
            )
        except Denied as denied:
            form.add_error(None, str(denied))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return next_work(request, works, here)
    context = run_frame(run, "run_exams") | {
        "here": here,
        "form": form,
        "is_writable": bool(here.mine or here.needs),
        "left": counts_by_state(works)["todo"],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "courses/practice_rate.html", context, status=status)


def next_work(request: HttpRequest, works: list[WorkToRate], here: WorkToRate) -> HttpResponse:
    rest = [one for one in works if one.state == "todo" and one is not here]
    if not rest:
        messages.success(request, _("Saved. Nothing else waits for you."))
        return redirect("run_rating", here.work.enrolment.run.public_id)
    messages.success(request, _("Saved. Here is the next work."))
    return redirect("practice_rate", rest[0].work.public_id)


@login_required
@require_GET
def practice_file(request: HttpRequest, work: str) -> HttpResponseBase:
    found = examined_work(request, work)
    if found.file is None:
        raise Http404
    return deliver(request, found.file)


@login_required
@require_http_methods(["GET", "POST"])
def exam_regrade(request: HttpRequest, exam: str) -> HttpResponse:
    found = examined_exam(request, exam)
    check_can_regrade(request.user, found)
    given = request.POST if request.method == "POST" else request.GET
    code = given.get("question", "")
    context: dict[str, Any] = run_frame(found.run, "run_exams") | {
        "exam": found,
        "questions": regradable(found),
        "code": code,
    }
    if code not in found.bank:
        return render(request, "courses/exam_regrade.html", context)
    versions = list(
        Question.objects.filter(course=found.run.course_id, code=code).order_by("version")
    )
    form = RegradeForm(
        request.POST if request.method == "POST" else None, choices=choices_for(found, versions)
    )
    form.fields["question"].initial = code
    trials: list[Trial] | None = None
    if request.method == "POST" and form.is_valid():
        change = change_of(found, code, form.cleaned_data["mark_by"])
        try:
            if request.POST.get("then") == "commit":
                return regraded(request, found, change, form.cleaned_data["reason"])
            check_fits(found, change)
            trials = trials_of(found, change)
        except Denied as denied:
            form.add_error(None, str(denied))
        except ValidationError as error:
            form.add_error(None, error)
    frozen = next(one for one in versions if one.version == found.bank[code])
    context |= {
        "form": form,
        "frozen": frozen,
        "changes": changes_between(frozen.data, versions[-1].data),
        "trials": trials,
        "touched": [one for one in trials or [] if one.has_changes],
        "flips": sum(one.verdict_changes for one in trials or []),
    }
    status = 422 if form.errors else 200
    return render(request, "courses/exam_regrade.html", context, status=status)


def regradable(exam: Exam) -> list[dict[str, Any]]:
    """Return the questions of an examination with what they are marked by."""
    current = {
        row.code: row.version
        for row in Question.objects.filter(course=exam.run.course_id, is_current=True)
    }
    return [
        {
            "code": code,
            "version": exam.key_versions.get(code, row.version),
            "stem": row.data.get("stem", ""),
            "newer": current.get(code, row.version) > exam.key_versions.get(code, row.version),
            "is_void": code in exam.voided,
        }
        for code, row in sorted(frozen_questions(exam).items())
    ]


def choices_for(exam: Exam, versions: list[Question]) -> list[tuple[str, str]]:
    """Return what a question may be marked by: the versions since the examination, or nothing."""
    first = exam.bank[versions[0].code]
    named = [
        (str(one.version), _("Version %(n)d, as in the examination") % {"n": one.version})
        if one.version == first
        else (str(one.version), _("Version %(n)d, corrected") % {"n": one.version})
        for one in versions
        if one.version >= first
    ]
    return [*named, ("void", _("Withdrawn: everybody has full points"))]


def change_of(exam: Exam, code: str, mark_by: str) -> KeyChange:
    """Return the change a form asks for."""
    if mark_by == "void":
        return KeyChange(code, exam.key_versions.get(code, exam.bank[code]), is_void=True)
    return KeyChange(code, int(mark_by))


def regraded(request: HttpRequest, exam: Exam, change: KeyChange, reason: str) -> HttpResponse:
    """Carry out a change and say what came of it."""
    changed = regrading.regrade_exam(exam=exam, change=change, reason=reason, by=request.user)
    told = _("Marked again. Attempts changed: %(n)d.")
    messages.success(request, told % {"n": len(changed)})
    return redirect("exam_regrade", exam.public_id)
