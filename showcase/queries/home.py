"""What the showcase brings to the public front pages: open rounds, newest cases, directions."""

from collections import Counter
from typing import Any

from django.db.models import Count as CountOf
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import npgettext
from wagtail.models import Page

from portal.core import clock
from portal.core.home import Count, HomeSource, OpenItem
from portal.core.searchable import open_to_all
from showcase.models import Round, SolutionPage, Stage
from showcase.models.programme import in_language
from showcase.queries.cases import line
from showcase.queries.solutions import task_codes

NEWEST = 4
LIST = "/solutions/"


def open_stages() -> list[OpenItem]:
    """Return the rounds in which applications may be handed in now."""
    moment = clock.now()
    stages = Stage.objects.filter(
        kind=Stage.Kind.APPLY,
        opens_at__lte=moment,
        closes_at__gt=moment,
        round__in=Round.objects.published(),
    ).select_related("round")
    return [
        OpenItem(
            title=_("Applications: %(round)s") % {"round": stage.round.display_title},
            url=f"{reverse('selection')}#{stage.round.code}",
            opens_at=stage.opens_at,
            deadline=stage.closes_at,
        )
        for stage in stages
    ]


def newest_cases() -> list[dict[str, Any]]:
    """Return the newest solutions that still stand."""
    standing = open_to_all(SolutionPage.objects.live()).filter(revoked_on=None)
    pages = standing.order_by("-listed_on", "title")
    return [line(page) for page in pages[:NEWEST]]


def directions() -> list[Count]:
    """Return the directions that have solutions, with how many, most first."""
    rows = (
        open_to_all(SolutionPage.objects.live())
        .order_by()
        .values("direction_code", "direction_name", "direction_name_en")
        .annotate(number=CountOf("pk"))
        .order_by("-number", "direction_code")
    )
    return [
        Count(
            number=row["number"],
            label=in_language(row["direction_name"], row["direction_name_en"]),
            url=f"{LIST}?direction={row['direction_code']}",
            key="solution",
        )
        for row in rows
    ]


def solutions_on_tasks() -> list[Count]:
    """Return how many public solutions say that they serve each task of the guideline."""
    pages = open_to_all(SolutionPage.objects.live()).order_by()
    answers = pages.annotate(tasks=task_codes()).values_list("tasks", flat=True)
    numbers = Counter(code for codes in answers for code in codes or [])
    return [
        Count(
            number,
            npgettext("after a number", "solution", "solutions", number),
            f"{LIST}?task={code}",
            key=code,
        )
        for code, number in numbers.items()
    ]


def figures() -> list[Count]:
    """Return what the showcase has come to: solutions, best practices, published rounds."""
    pages = open_to_all(Page.objects.live()).aggregate(
        solutions=CountOf("solutionpage", filter=Q(solutionpage__revoked_on=None)),
        practices=CountOf("bestpracticepage"),
    )
    rounds = Round.objects.published().count()
    return [
        Count(pages["solutions"], _("Listed solutions"), LIST, key="solutions"),
        Count(pages["practices"], _("Best practices"), LIST, key="practices"),
        Count(rounds, _("Rounds of selection"), reverse("selection"), key="rounds"),
    ]


HOME = HomeSource(
    open_items=open_stages,
    cases=newest_cases,
    topics=directions,
    tasks=solutions_on_tasks,
    figures=figures,
)
