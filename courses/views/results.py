"""Results: of a run, settling them, statistics of an examination, a learner's own paper."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from courses.certification import Band, Gap
from courses.lifecycle import ExamState
from courses.models import Run
from courses.queries.papers import item_statistics_of, paper_review
from courses.queries.results import Decision, results_of
from courses.queries.sitting import attempts_of
from courses.rules.people import allows, check_can_coordinate, check_can_examine
from courses.rules.settling import check_can_settle
from courses.services import settling
from courses.views.exams import examined_exam
from courses.views.frame import learner_frame, run_frame, runs_of
from portal.accounts.enums import Role
from portal.core import charts
from portal.core.denials import Denied

GAPS = {
    Gap.ATTENDANCE: gettext_lazy("attended less than 80 %"),
    Gap.MODULES: gettext_lazy("modules open"),
    Gap.MARKING: gettext_lazy("examination not sat or not marked"),
    Gap.THEORY: gettext_lazy("theory below the pass mark"),
    Gap.PRACTICE: gettext_lazy("practice below the pass mark"),
}
BANDS = {
    Band.EXCELLENT: gettext_lazy("excellent"),
    Band.GOOD: gettext_lazy("good"),
    Band.PASS: gettext_lazy("pass"),
}


@login_required
@require_GET
def run_results(request: HttpRequest, run: str) -> HttpResponse:
    found = get_object_or_404(runs_of(request.user).knowing_holders(), public_id=run)
    results = results_of(found)
    decisions = [one.decision for one in results if one.enrolment.state == "enrolled"]
    may_settle = allows(check_can_coordinate, request.user, found)
    why_not = ""
    try:
        check_can_settle(found)
    except Denied as denied:
        why_not = str(denied)
    context = run_frame(found, "run_results") | {
        "rows": [
            {
                "result": one,
                "gaps": [GAPS[gap] for gap in one.completion.gaps],
                "band": BANDS[one.band] if one.band else "",
            }
            for one in results
        ],
        "ready": sum(one != Decision.OPEN for one in decisions),
        "open": decisions.count(Decision.OPEN),
        "may_settle": may_settle,
        "may_rate": allows(check_can_examine, request.user, found),
        "why_not": why_not,
    }
    return render(request, "courses/run_results.html", context)


@login_required
@require_POST
def run_settle(request: HttpRequest, run: str) -> HttpResponse:
    led = request.user.organisation_ids(Role.COORDINATOR)
    found = get_object_or_404(Run.objects.filter(lead__in=led), public_id=run)
    try:
        counts = settling.settle_run(run=found, by=request.user)
    except Denied as denied:
        messages.error(request, str(denied))
    else:
        told = _("Settled: %(complete)d completed, %(fail)d not completed, %(open)d stay open.")
        numbers = {decision.value: counts[decision] for decision in Decision}
        messages.success(request, told % numbers)
    return redirect("run_results", found.public_id)


@login_required
@require_GET
def exam_statistics(request: HttpRequest, exam: str) -> HttpResponse:
    found = examined_exam(request, exam)
    is_over = found.state in {ExamState.CLOSED, ExamState.RELEASED}
    items = item_statistics_of(found) if is_over else []
    bars = [
        charts.Bar(
            one.code,
            float(one.facility * 100),
            tone="warn" if one.is_doubtful else "",
            figure=f"{one.facility_percent} %",
        )
        for one in items
    ]
    context = run_frame(found.run, "run_exams") | {
        "exam": found,
        "items": items,
        "is_over": is_over,
        "svg": chart_of(bars) if bars else "",
    }
    return render(request, "courses/exam_statistics.html", context)


def chart_of(bars: list[charts.Bar]) -> str:
    """Draw the share of the points each question earned."""
    return charts.bar_chart(
        bars,
        title=_("Share of the points earned"),
        description=_("One bar a question, in per cent; amber ones should be looked at."),
        unit="%",
    )


@login_required
@require_GET
def attempt_review(request: HttpRequest, attempt: str) -> HttpResponse:
    rows = attempts_of(request.user).select_related(
        "exam__run__course", "enrolment__run__course", "enrolment__run__lead"
    )
    found = get_object_or_404(rows, public_id=attempt)
    score = found.score if found.exam.state == ExamState.RELEASED else None
    is_released = score is not None
    context = learner_frame(found.enrolment, "learning_exams") | {
        "attempt": found,
        "exam": found.exam,
        "is_released": is_released,
        "items": paper_review(found) if is_released else [],
        "passed": score is not None and score >= found.exam.run.course.pass_mark,
    }
    return render(request, "courses/attempt_review.html", context)
