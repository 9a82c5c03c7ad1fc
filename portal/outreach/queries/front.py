"""The newest lines of the home page: notices, news, policy readings, and the next events.

One query brings all four, for the home page has few to spend; it asks for plain pages and joins
what each kind keeps of its own.
"""

from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, CharField, F, Q, Value, When, Window
from django.db.models.functions import Coalesce, RowNumber
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.models import Page

from portal.core import clock
from portal.core.home import Entry
from portal.core.searchable import open_to_all
from portal.core.templatetags.formatting import moment_short
from portal.outreach.models import EventPage, NewsPage, PolicyReadingPage
from portal.outreach.models.events import place_of
from portal.outreach.queries.titles import title_en_of

# How many lines of each kind the home page shows.
SHOWN = {"notice": 5, "news": 5, "reading": 3, "event": 3}


def shelves() -> Any:
    """Return the shelf of the home page a plain page stands on, as an expression."""
    return Case(
        When(newspage__kind=NewsPage.Kind.NOTICE, then=Value("notice")),
        When(newspage__isnull=False, then=Value("news")),
        When(policyreadingpage__isnull=False, then=Value("reading")),
        When(eventpage__ends_at__gt=clock.now(), then=Value("event")),
        default=Value(""),
        output_field=CharField(),
    )


def newest_pages() -> Any:
    """Return the pages of all shelves, each shelf in its order: events by begin, others by day."""
    # Texts have no begin: for them the first key is the same and the day decides.
    place = Window(
        RowNumber(),
        partition_by=F("shelf"),
        order_by=[F("eventpage__starts_at").asc(), F("day").desc(), "-pk"],
    )
    day = Coalesce(F("newspage__published_on"), F("policyreadingpage__published_on"))
    source = Coalesce(F("newspage__source"), F("policyreadingpage__source"), Value(""))
    pages = open_to_all(Page.objects.live()).annotate(shelf=shelves(), day=day, source=source)
    shown = (Q(shelf=key, place__lte=number) for key, number in SHOWN.items())
    english = title_en_of([NewsPage, PolicyReadingPage, EventPage])
    return (
        pages.exclude(shelf="")
        .annotate(
            place=place,
            english=english,
            begins=F("eventpage__starts_at"),
            enrol_by=F("eventpage__enrol_by"),
            kind=F("eventpage__kind"),
            mode=F("eventpage__mode"),
            region=F("eventpage__region"),
        )
        .filter(reduce(or_, shown))
        .order_by("shelf", "place")
    )


def event_facts(page: Any) -> tuple[str, ...]:
    """Return kind, place and, while one can enrol, the last moment of enrolment."""
    facts = [str(EventPage.Kind(page.kind).label), place_of(page.mode, page.region)]
    if page.enrol_by and clock.now() < page.enrol_by:
        facts.append(_("Enrol by %(moment)s") % {"moment": moment_short(page.enrol_by)})
    return tuple(facts)


def day_of(page: Any) -> date:
    """Return the day a line begins with."""
    begins = page.begins
    day: date = timezone.localtime(begins).date() if begins else page.day
    return day


def front_lines(request: HttpRequest) -> dict[str, list[Entry]]:
    """Return the lines of every shelf of the home page in the active language."""
    english = (get_language() or "").startswith("en")
    lines: dict[str, list[Entry]] = {key: [] for key in SHOWN}
    for page in newest_pages():
        lines[page.shelf].append(
            Entry(
                title=(page.english if english else "") or page.title,
                url=page.get_url(request) or "",
                date=day_of(page),
                meta=event_facts(page) if page.shelf == "event" else (page.source,),
            )
        )
    return lines
