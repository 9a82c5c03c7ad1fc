"""Public notices as the public sees them, and as the secretariat works on them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from evaluation.models import Objection, PublicNotice
from portal.accounts.enums import Permission
from portal.core import calendar, clock
from portal.core.taxonomies import region_name
from showcase.models import SolutionPage, Submission
from showcase.models.programme import in_language

DECIDE_WITHIN = 15  # working days from receipt


@dataclass(frozen=True)
class NoticeLine:
    """One entry of a notice in the reader's language; `number` is its place in the snapshot."""

    number: int
    title: str
    organisations: tuple[str, ...]
    direction: str
    region: str
    abstract: str
    url: str = ""


def published_notices() -> QuerySet[PublicNotice]:
    """Return all notices, newest first, without their long snapshots."""
    return PublicNotice.objects.defer("entries").select_related("round")


def notice_lines(notice: PublicNotice, request: Any = None) -> list[NoticeLine]:
    """Return the snapshot's entries; those listed since then link to their public page."""
    keys = [entry["submission"] for entry in notice.entries]
    pages = SolutionPage.objects.live().filter(submission__public_id__in=keys)
    urls = {
        page.submission.public_id: page.get_url(request)
        for page in pages.select_related("submission")
    }
    return [
        NoticeLine(
            number=number,
            title=in_language(entry["title"], entry["title_en"]),
            organisations=(
                in_language(entry["applicant"], entry["applicant_en"]),
                *entry["partners"],
            ),
            direction=in_language(entry["direction"], entry["direction_en"]),
            region=region_name(entry["region"]),
            abstract=in_language(entry["abstract"], entry["abstract_en"]),
            url=urls.get(entry["submission"]) or "",
        )
        for number, entry in enumerate(notice.entries, start=1)
    ]


def entry_of(notice: PublicNotice, number: int) -> Submission:
    """Return the application behind one line of the notice; Http404 for a number it lacks."""
    if not 1 <= number <= len(notice.entries):
        raise Http404
    return Submission.objects.get(public_id=notice.entries[number - 1]["submission"])


def working_days_left(notice: PublicNotice) -> int:
    """Return how many working days remain after today, the closing day included."""
    return calendar.working_days_between(clock.today(), local_day(notice.closes_at))


def local_day(moment: Any) -> date:
    return timezone.localtime(moment).date()


def notice_for_office(user: Any, public_id: str) -> PublicNotice:
    """Return a notice for those who work on or watch rankings; 404 alike otherwise."""
    if not user.may(Permission.EVALUATION_RANKINGS_READ):
        raise Http404
    return get_object_or_404(PublicNotice.objects.select_related("round"), public_id=public_id)


def objection_for_office(user: Any, public_id: str) -> Objection:
    """Return an objection for those who may handle it; 404 alike otherwise."""
    if not user.may(Permission.EVALUATION_NOTICES_PUBLISH):
        raise Http404
    rows = Objection.objects.select_related("notice__round", "submission__applicant", "evidence")
    found = get_object_or_404(rows, public_id=public_id)
    if is_party(user, found.submission):
        raise Http404
    return found


def is_party(user: Any, submission: Submission) -> bool:
    """Rule: who belongs to the applicant or a partner never learns who objected."""
    return submission.has_party(user)


@dataclass(frozen=True)
class ObjectionLine:
    """An objection on the office's list; `names` only for those who may know who objected."""

    objection: Objection
    due_on: date
    names: bool


def objections_of(notice: PublicNotice, user: Any) -> list[ObjectionLine]:
    """Return a notice's objections, open ones first.

    Neither observers nor who belongs to the entry's parties learn who objected.
    """
    may_know = user.may(Permission.EVALUATION_NOTICES_PUBLISH)
    entries = Submission.objects.knowing_party(user).select_related("applicant")
    rows = notice.objections.select_related("evidence", "decided_by")
    rows = rows.prefetch_related(Prefetch("submission", entries))
    ordered = sorted(rows, key=lambda one: (one.outcome != Objection.Outcome.OPEN, one.received_at))
    due = calendar.working_days_after(
        {local_day(one.received_at) for one in ordered}, DECIDE_WITHIN
    )
    return [
        ObjectionLine(
            one,
            due[local_day(one.received_at)],
            names=may_know and not is_party(user, one.submission),
        )
        for one in ordered
    ]


def decide_by(received_on: date) -> date:
    """Rule: an objection is decided within 15 working days of its receipt."""
    return calendar.add_working_days(received_on, DECIDE_WITHIN)


def entries_for_office(notice: PublicNotice) -> list[Submission]:
    """Return the proposed entries with their state and how many open objections they have."""
    is_open = Q(objections__outcome=Objection.Outcome.OPEN)
    rows = Submission.objects.filter(round=notice.round_id, verdict__is_proposed=True)
    return list(
        rows.select_related("applicant", "direction")
        .annotate(open_objections=Count("objections", filter=is_open))
        .order_by("region", "number")
    )
