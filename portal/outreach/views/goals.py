"""The page of goals: bars against targets, dated values as lines, the portal's own counts."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.core import home
from portal.core.charts import Bar, targets_chart
from portal.core.charts.series import Point, series_chart
from portal.outreach.models import GoalsPage
from portal.outreach.queries.goals import Progress, plain, progress


def goals_page(request: HttpRequest, page: GoalsPage) -> HttpResponse:
    goals = progress()
    context = {
        "page": page,
        "goals": [{"progress": one, "chart": values_chart(one)} for one in goals],
        "overview": overview(goals),
        "has_examples": any(one.is_example for one in goals),
        # What has not begun yet is no figure to show.
        "figures": [one for one in home.gather("figures") if one.number],
    }
    return render(request, "outreach/goals_page.html", context)


def overview(goals: list[Progress]) -> dict[str, Any]:
    """Return all goals that have a target as one drawing, with its table."""
    aimed = [one for one in goals if one.goal.target]
    title = _("Goals against what has been reached")
    told = "; ".join(f"{one.goal.display_title}: {one.figure}" for one in aimed)
    bars = [
        Bar(
            label=one.goal.display_title,
            value=float(one.reached),
            tone="good" if one.is_met else "",
            target=float(one.goal.target or 0),
            figure=one.figure,
        )
        for one in aimed
    ]
    return {
        "title": title,
        "svg": targets_chart(bars, title=title, description=told) if bars else "",
        "head": [_("Goal"), _("Reached"), _("Target")],
        "rows": [
            [one.goal.display_title, plain(one.reached), plain(one.goal.target)]
            for one in aimed
            if one.goal.target
        ],
    }


def values_chart(one: Progress) -> SafeString | str:
    """Return the dated values of a goal as a line; one value alone is no line."""
    if len(one.values) < 2:
        return ""
    points = [Point(value.on, float(value.value), plain(value.value)) for value in one.values]
    told = "; ".join(f"{point.on}: {point.figure}" for point in points)
    return series_chart(
        points,
        title=one.goal.display_title,
        description=told,
        target=float(one.goal.target) if one.goal.target else None,
    )
