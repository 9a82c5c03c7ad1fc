"""Reads about ties between experts and entries: what credit codes show, who is barred."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from evaluation.models import ConflictFact, Employment, Expert
from portal.accounts.enums import Role
from portal.accounts.models import Membership
from portal.core import clock
from portal.core.identifiers import normalise_uscc
from showcase.lifecycle import SubmissionState
from showcase.models import Round, Stage, Submission

RECUSAL_YEARS = 3
Tie = tuple[int, int, str]  # expert, submission, kind


def reference_day(round: Round) -> date:
    """The day from which the years of an old tie are counted back: when the review opens."""
    stage = round.stage(Stage.Kind.REVIEW)
    return timezone.localtime(stage.opens_at).date() if stage else clock.today()


def years_before(day: date, years: int) -> date:
    """Return the same day some years earlier; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def tie_kind(employment: Employment, reference: date) -> str | None:
    """Return the kind of tie an employment makes, or None when it is old enough.

    Rule: an employer now, or one that was left within three years before the review opens
    (回避期三年). The day exactly three years before still counts, the day before it does not.
    """
    if employment.ended_on is None or employment.ended_on >= reference:
        return ConflictFact.Kind.EMPLOYER
    if employment.ended_on >= years_before(reference, RECUSAL_YEARS):
        return ConflictFact.Kind.FORMER_EMPLOYER
    return None


def entries_by_code(submissions: Iterable[Submission]) -> dict[str, set[int]]:
    """Return the entries each credit code takes part in, as applicant or partner."""
    found: dict[str, set[int]] = defaultdict(set)
    for submission in submissions:
        found[normalise_uscc(submission.applicant.uscc)].add(submission.pk)
        for partner in submission.partners.all():
            found[normalise_uscc(partner.uscc)].add(submission.pk)
    return found


def detected_ties(round: Round) -> set[Tie]:
    """Return every tie that credit codes show now between active experts and accepted entries.

    A person who is a member of an applicant's organisation on this site is tied to it too,
    whatever his profile says.
    """
    entries, reference = entries_by_code(entries_under_review(round)), reference_day(round)
    found: set[Tie] = set()
    for employment in Employment.objects.filter(expert__is_active=True):
        kind = tie_kind(employment, reference)
        if kind is not None:
            code = normalise_uscc(employment.uscc)
            found |= {(employment.expert_id, entry, kind) for entry in entries.get(code, ())}
    for expert, code in member_codes():
        found |= {
            (expert, entry, ConflictFact.Kind.EMPLOYER.value) for entry in entries.get(code, ())
        }
    return {(expert, entry, str(kind)) for expert, entry, kind in found}


def member_codes() -> Iterator[tuple[int, str]]:
    """Yield (expert, credit code) for experts who may also apply for an organisation."""
    rows = Membership.objects.filter(role=Role.APPLICANT, user__expert__is_active=True)
    yield from rows.values_list("user__expert", "organisation__uscc")


def entries_under_review(round: Round) -> QuerySet[Submission]:
    """The round's accepted entries with what panels and ties are judged by."""
    return (
        Submission.objects.filter(round=round, state=SubmissionState.ACCEPTED)
        .select_related("applicant", "direction")
        .prefetch_related("partners")
        .order_by("number", "pk")
    )


def barring_facts(round: Round) -> QuerySet[ConflictFact]:
    """Ties that keep an expert off an entry: upheld ones, and doubts nobody has decided yet."""
    return ConflictFact.objects.filter(submission__round=round).exclude(upheld=False)


def barred_seats(round: Round) -> set[tuple[str, str]]:
    """Return (entry, expert) public ids that must not be assigned."""
    rows = barring_facts(round).values_list("submission__public_id", "expert__public_id")
    return set(rows)


def experts_without_profile() -> QuerySet[Expert]:
    """Active experts of whom no employer is known: blocked, since nothing can be checked."""
    return Expert.objects.filter(is_active=True, employments=None).select_related("user")
