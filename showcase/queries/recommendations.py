"""Reads around an authority's list: its entries, its places, what each screen shows of it."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from portal.accounts.enums import Role
from portal.accounts.models import Organisation
from portal.core.taxonomies import region_name
from showcase import form_schema
from showcase.lifecycle import RoundState, SubmissionState
from showcase.models import (
    Partner,
    Quota,
    Recommendation,
    Round,
    Stage,
    Submission,
    SubmissionQuerySet,
)

# What people come for first: the round in which they can act.
FIRST = (RoundState.RECOMMENDING, RoundState.APPLYING)


def authorities_of(user: Any) -> QuerySet[Organisation]:
    """Return the authorities this person recommends for, the lowest code first."""
    ids = user.organisation_ids(Role.RECOMMENDER)
    return Organisation.objects.filter(pk__in=ids, is_active=True).order_by("code", "pk")


def rounds_of(authority: Organisation) -> list[Round]:
    """Return the published rounds in which the authority has places, newest first.

    Each carries `own_places` and `own_drafts`, so that one page needs no query for them.
    """
    drafts = drafts_of(authority).filter(round=OuterRef("pk")).order_by().values("round")
    counted = drafts.annotate(n=Count("pk")).values("n")
    rounds = (
        Round.objects.published()
        .filter(quotas__authority=authority)
        .annotate(own_places=F("quotas__places"), own_drafts=Coalesce(Subquery(counted), 0))
        .select_related("programme", "form")
        .with_stages(Stage.Kind.APPLY, Stage.Kind.RECOMMEND)
        .prefetch_related("directions")
    )
    return list(rounds)


def rounds_by_authority(
    authorities: QuerySet[Organisation],
) -> list[tuple[Organisation, list[Round]]]:
    """Return authorities, lowest code first, with their published rounds, newest first; one query.

    An authority without places in any is left out.
    """
    quotas = Quota.objects.filter(authority__in=authorities, round__in=Round.objects.published())
    ordered = quotas.select_related("authority", "round").order_by(
        "authority__code", "authority", "-round__year", "-round__code"
    )
    groups = groupby(ordered, key=attrgetter("authority"))
    return [(authority, [one.round for one in own]) for authority, own in groups]


def drafts_of(authority: Organisation) -> QuerySet[Submission]:
    """Return the drafts of the authority's regions: to be counted, never to be shown."""
    regional = Q(authority=authority) | Q(authority=None, region__in=authority.covers or [])
    return Submission.objects.filter(regional, state=SubmissionState.DRAFT)


def round_to_act_in(rounds: Iterable[Round]) -> Round | None:
    """Return the round in which something can be done now, else the newest."""
    rounds = list(rounds)
    for state in FIRST:
        for one in rounds:
            if one.state == state:
                return one
    return rounds[0] if rounds else None


def places_of(round: Round, authority: Organisation) -> int:
    """Return how many entries the authority may recommend (0 without a quota)."""
    quota = Quota.objects.filter(round=round, authority=authority)
    return quota.values_list("places", flat=True).first() or 0


def recommendations_of(round: Round, authority: Organisation) -> QuerySet[Recommendation]:
    """Return the authority's list in a round, in its order, with the applications."""
    rows = Recommendation.objects.filter(round=round, authority=authority)
    return rows.select_related("submission", "submission__applicant").order_by("priority")


def authority_naming(submission: Submission) -> Organisation | None:
    """Return the authority that has put this application on its list, or None."""
    rows = Recommendation.objects.filter(submission=submission).select_related("authority")
    return next((row.authority for row in rows), None)


def used_places(round: Round, authority: Organisation) -> int:
    """Return how many entries the authority has sent; a place once used stays used."""
    return Recommendation.objects.filter(
        round=round, authority=authority, sent_at__isnull=False
    ).count()


def list_version(round: Round, authority: Organisation) -> str:
    """Return a digest of the list's order and reasons, to notice that it was changed meanwhile."""
    return version_of(Recommendation.objects.filter(round=round, authority=authority))


def version_of(rows: Iterable[Recommendation]) -> str:
    """Return the digest of a list's rows."""
    facts = sorted((r.submission_id, r.priority, r.reason, r.remark, str(r.sent_at)) for r in rows)
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


def entries_of(round: Round, authority: Organisation) -> SubmissionQuerySet:
    """Return what the authority may rank or has ranked: handed in, or named by its own list.

    Each carries `investment`, and `partner_count`, for the list that shows no more of them.
    """
    own = Q(submitted_at__isnull=False) | Q(recommendation__authority=authority)
    partners = Partner.objects.filter(submission=OuterRef("pk")).order_by().values("submission")
    number = Subquery(partners.annotate(n=Count("pk")).values("n"))
    return (
        Submission.objects.filter(own, round=round, authority=authority)
        .annotate(investment=KT("data__pj.invest"), partner_count=Coalesce(number, 0))
        .select_related("applicant", "direction", "recommendation")
        .order_by("recommendation__priority", "number", "pk")
    )


def state_counts(entries: Iterable[Submission]) -> Counter[str]:
    """Return how many entries there are in each state."""
    return Counter(entry.state for entry in entries)


# --- one screen's list: search, filter, sort --------------------------------------------------


def amount(text: Any) -> Decimal:
    """Return an investment for sorting; what is no sum sorts first."""
    found = form_schema.as_money(text)
    return Decimal(-1) if found is None else found


def priority_of(entry: Submission) -> int:
    """Return an entry's priority for sorting; what has none comes last."""
    recommendation = getattr(entry, "recommendation", None)
    return recommendation.priority if recommendation else 100_000


def content(entry: Submission, name: str) -> Any:
    """Return an attribute of an entry, or nothing while its content is private.

    A list may name a draft, but neither searching nor sorting nor a filter's options may tell
    what stands in it.
    """
    return getattr(entry, name) if entry.submitted_at else None


def direction_order(entry: Submission) -> int:
    direction = content(entry, "direction")
    return direction.order if direction else 99


SORTS = {
    "priority": lambda entry: (priority_of(entry), entry.number or ""),
    "title": lambda entry: content(entry, "title") or entry.applicant.display_name,
    "applicant": lambda entry: entry.applicant.display_name,
    "direction": direction_order,
    "region": lambda entry: content(entry, "region") or "",
    "investment": lambda entry: amount(content(entry, "investment")),
    "state": lambda entry: list(SubmissionState).index(SubmissionState(entry.state)),
    "number": lambda entry: entry.number or "",
    "authority": lambda entry: entry.authority.display_name if entry.authority else "",
}


def matches(entry: Submission, conditions: dict[str, str]) -> bool:
    """Say whether an entry fits text, direction, region, state and authority as asked."""
    text = conditions.get("q", "").strip().lower()
    direction = content(entry, "direction")
    exact = {
        "direction": direction.code if direction else "",
        "region": content(entry, "region"),
        "state": entry.state,
        "authority": conditions.get("authority") and getattr(entry.authority, "public_id", ""),
    }
    wanted = {key: conditions[key] for key in exact if conditions.get(key)}
    title = content(entry, "title") or ""
    hay = f"{title} {entry.applicant.name} {entry.applicant.uscc} {entry.number or ''}"
    if text and text not in hay.lower():
        return False
    return all(exact[key] == value for key, value in wanted.items())


def narrowed(
    entries: Iterable[Submission], conditions: dict[str, str], default: str
) -> list[Submission]:
    """Return the entries that fit, sorted by `conditions["sort"]` ("-" before for descending)."""
    kept = [entry for entry in entries if matches(entry, conditions)]
    sort = conditions.get("sort") or default
    key = SORTS.get(sort.lstrip("-"), SORTS[default])
    return sorted(kept, key=key, reverse=sort.startswith("-"))


def regions_in(entries: Iterable[Submission]) -> list[tuple[str, str]]:
    """Return (code, name) of the regions that occur, in the order of their codes."""
    codes = {region for entry in entries if (region := content(entry, "region"))}
    return [(code, region_name(code)) for code in sorted(codes)]


def directions_in(entries: Iterable[Submission]) -> list[tuple[str, str]]:
    """Return (code, name) of the directions that occur, in the round's order."""
    named = [one for entry in entries if (one := content(entry, "direction"))]
    found = {one.order: one for one in named}
    return [(found[order].code, found[order].display_name) for order in sorted(found)]
