"""What an authority should know of its entries before it ranks them: F1 to F8 and F10 at a glance.

The same rules as everywhere, with their facts gathered for a whole list in few queries.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef
from django.db.models.fields.json import KT

from portal.core import clock
from showcase.eligibility import Facts, Finding, blocking, judge
from showcase.lifecycle import SubmissionState
from showcase.models import Demonstration, Partner, Round, Submission, SubmissionQuerySet
from showcase.queries.submissions import codes_named, directions_chosen, facts_with


def hints_of(round: Round, entries: Sequence[Submission]) -> dict[int, list[Finding]]:
    """Return what is not met, by the entry's key; nothing for a draft, which is nobody's to see.

    The entries are those of `with_awards`.
    """
    handed_in = [one for one in entries if one.submitted_at]
    for one in handed_in:
        one.round = round
    counts = projects_by_code(round)
    return {one.pk: blocking(judge(facts_of(one, counts))) for one in handed_in}


def projects_by_code(round: Round) -> Counter[str]:
    """Return how many live applications of the round name each credit code, as lead or partner."""
    live = round.submissions.live().handed_in().order_by()
    leads = live.values_list("applicant__uscc", "pk")
    partners = Partner.objects.filter(submission__in=live).order_by()
    named = leads.union(partners.values_list("uscc", "submission"))
    return Counter(code for code, _submission in named)


def with_awards(entries: SubmissionQuerySet, round: Round) -> SubmissionQuerySet:
    """Add `has_award`: a running award of the same programme in the direction the data names."""
    running = Demonstration.objects.filter(
        submission__applicant=OuterRef("applicant"),
        submission__direction__code=OuterRef("named_direction"),
        submission__state=SubmissionState.LISTED,
        submission__round__programme=round.programme_id,
        valid_until__gte=clock.today(),
    )
    named = entries.annotate(named_direction=KT("data__pj.direction"))
    return named.annotate(has_award=Exists(running))


def facts_of(submission: Any, counts: Counter[str]) -> Facts:
    """Return the facts of one entry from what was gathered for all."""
    has_award = submission.has_award and directions_chosen(submission)
    return facts_with(
        submission,
        other_projects={code: counts[code] - 1 for code in codes_named(submission)},
        awards=[submission.applicant.uscc] if has_award else [],
    )
