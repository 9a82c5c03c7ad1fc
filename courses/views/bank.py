"""The bank of a course: its questions, one question through a form, taking in a file."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courses.enums import QuestionKind
from courses.forms.banking import BankFilterForm, BankImportForm
from courses.forms.questions import PART_KINDS, KindForm, QuestionForm
from courses.imports.question_bank import plan_of
from courses.models import CoursePage, Module, Question, Skill
from courses.queries.bank import (
    BankFilter,
    banks_kept_by,
    coverage_of,
    current_questions,
    keepers,
    versions_of,
)
from courses.queries.versions import changes_between
from courses.questions import Kind
from courses.rules.banking import check_can_keep_bank
from courses.rules.examining import BLUEPRINT_FAULTS, shortage_in_words
from courses.services import banking

PER_PAGE = 50


def bank_of(request: HttpRequest, code: str) -> CoursePage:
    """Return the course whose bank this person may keep; who teaches it is told why not."""
    course = banks_kept_by(request.user).filter(code=code).distinct().first()
    if course is None:
        known = get_object_or_404(keepers(request.user).distinct(), code=code)
        check_can_keep_bank(request.user, known)
        raise Http404
    return course


def skill_choices() -> list[tuple[str, str]]:
    return [(skill.code, str(skill)) for skill in Skill.objects.all()]


@login_required
@require_GET
def bank_list(request: HttpRequest, course: str) -> HttpResponse:
    page = bank_of(request, course)
    skills = skill_choices()
    form = BankFilterForm(request.GET, skills=skills)
    given = form.cleaned_data if form.is_valid() else {}
    wanted = BankFilter(
        kind=given.get("kind", ""),
        skill=given.get("skill", ""),
        difficulty=given.get("difficulty", ""),
        text=given.get("text", ""),
        with_retired=given.get("retired", False),
    )
    questions = current_questions(page)
    coverage = coverage_of(page, questions)
    shown = [one for one in questions if wanted.takes(one)]
    context = {
        "course": page,
        "form": form,
        "rows": Paginator(shown, PER_PAGE).get_page(request.GET.get("page")),
        "labels": dict(QuestionKind.choices),
        "total": len(questions),
        "in_use": sum(not one.is_retired for one in questions),
        "is_narrowed": wanted != BankFilter(),
        "coverage": coverage,
        "kind_heads": [QuestionKind(kind.value).label for kind in coverage.kinds],
        "skill_names": dict(skills),
        "gaps": gaps_in_words(coverage),
        "kinds": KindForm(),
    }
    return render(request, "courses/bank_list.html", context)


def gaps_in_words(coverage: Any) -> list[str]:
    """Return what keeps the bank from filling the course's blueprint."""
    if coverage.fault:
        return [str(BLUEPRINT_FAULTS[coverage.fault])]
    return [shortage_in_words(one) for one in coverage.shortages]


@login_required
@require_http_methods(["GET", "POST"])
def bank_new(request: HttpRequest, course: str, kind: str) -> HttpResponse:
    page = bank_of(request, course)
    if kind == "choose":  # from the list's form, which works without script
        chosen = request.GET.get("kind", "")
        return redirect("bank_new", page.code, chosen if chosen in set(Kind) else Kind.SINGLE)
    if kind not in set(Kind):
        raise Http404
    return edit_question(request, page, kind, None)


@login_required
@require_http_methods(["GET", "POST"])
def bank_question(request: HttpRequest, course: str, code: str) -> HttpResponse:
    page = bank_of(request, course)
    versions = versions_of(page, code)
    if not versions:
        raise Http404
    return edit_question(request, page, str(versions[0].data.get("type")), versions[0], versions)


def edit_question(
    request: HttpRequest,
    course: CoursePage,
    kind: str,
    question: Question | None,
    versions: list[Question] | None = None,
) -> HttpResponse:
    """Show the form of a question and write what comes back as a version."""
    before = {**question.data, "base": question.version} if question else None
    modules = Module.objects.filter(course=course)
    form = QuestionForm(
        request.POST if request.method == "POST" else None,
        kind=kind,
        before=before,
        skills=skill_choices(),
        modules=[(one.code, one.title) for one in modules],
    )
    if request.method == "POST" and "add_part" not in request.POST and form.is_valid():
        try:
            made = banking.write_question(
                course=course,
                data=form.data_typed(),
                base=form.cleaned_data["base"] or 0,
                by=request.user,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return written(request, course, made, question)
    older = versions or []
    context = {
        "course": course,
        "form": form,
        "question": question,
        "part_kinds": [(part.value, QuestionKind(part.value).label) for part in PART_KINDS],
        "history": [
            {"version": one, "changes": changes_between(older[n + 1].data, one.data)}
            if n + 1 < len(older)
            else {"version": one, "changes": []}
            for n, one in enumerate(older)
        ],
    }
    status = 422 if request.method == "POST" and "add_part" not in request.POST else 200
    return render(request, "courses/bank_question.html", context, status=status)


def written(
    request: HttpRequest, course: CoursePage, made: Question, before: Question | None
) -> HttpResponse:
    """Say what was written and go to the question."""
    if before and before.version == made.version:
        messages.info(request, _("Nothing was changed."))
    else:
        told = _("Saved as version %(n)d. Earlier versions stay as they are.")
        messages.success(request, told % {"n": made.version})
    return redirect("bank_question", course.code, made.code)


@login_required
@require_POST
def bank_retire(request: HttpRequest, course: str, code: str) -> HttpResponse:
    page = bank_of(request, course)
    question = get_object_or_404(Question, course=page, code=code, is_current=True)
    retired = request.POST.get("retired") == "1"
    banking.retire_question(question=question, retired=retired, by=request.user)
    if retired:
        messages.success(request, _("Retired: no new paper draws it. Open examinations keep it."))
    else:
        messages.success(request, _("In use again."))
    return redirect("bank_question", page.code, code)


@login_required
@require_http_methods(["GET", "POST"])
def bank_import(request: HttpRequest, course: str) -> HttpResponse:
    page = bank_of(request, course)
    form = BankImportForm(request.POST or None, request.FILES or None)
    plan = None
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        form = BankImportForm({"text": text})  # what was in the file can now be corrected here
        form.is_valid()
        try:
            plan = plan_of(page, text)
            if plan.is_clean and request.POST.get("then") == "take":
                taken = banking.take_in_questions(
                    course=page, entries=plan.entries, by=request.user
                )
                told = _("Taken in: %(new)d new, %(changed)d changed, %(same)d as they were.")
                messages.success(request, told % vars(taken))
                return redirect("bank_list", page.code)
        except ValidationError as error:
            form.add_error(None, error)
    faulty = request.method == "POST" and (plan is None or not plan.is_clean)
    context = {"course": page, "form": form, "plan": plan}
    return render(request, "courses/bank_import.html", context, status=422 if faulty else 200)
