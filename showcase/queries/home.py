"""What the showcase brings to the public front pages: open rounds, newest cases, directions."""

from typing import Any

from django.db.models import Count as CountOf
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.home import Count, HomeSource, OpenItem
from portal.core.searchable import open_to_all
from showcase.models import Round, SolutionPage, Stage
from showcase.models.programme import in_language
from showcase.queries.cases import line

NEWEST = 4


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
            url=f"/solutions/?direction={row['direction_code']}",
            key="solution",
        )
        for row in rows
    ]


HOME = HomeSource(open_items=open_stages, cases=newest_cases, topics=directions)
