"""What an authority should know of its entries before it ranks them: F1 to F8 and F10 at a glance.

The same rules as everywhere, with their facts gathered for a whole list in few queries.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from portal.core import clock
from showcase.eligibility import Facts, Finding, blocking, judge
from showcase.lifecycle import SubmissionState
from showcase.models import Demonstration, Partner, Round, Submission
from showcase.queries.submissions import codes_named, directions_chosen, facts_with

Award = tuple[int, str]


def hints_of(round: Round, entries: Sequence[Submission]) -> dict[int, list[Finding]]:
    """Return what is not met, by the entry's key; nothing for a draft, which is nobody's to see."""
    handed_in = [one for one in entries if one.submitted_at]
    for one in handed_in:
        one.round = round
    counts = projects_by_code(round)
    awards = awards_of(round, handed_in)
    return {one.pk: blocking(judge(facts_of(one, counts, awards))) for one in handed_in}


def projects_by_code(round: Round) -> Counter[str]:
    """Return how many live applications of the round name each credit code, as lead or partner."""
    live = round.submissions.live().handed_in().order_by()
    leads = live.values_list("applicant__uscc", "pk")
    partners = Partner.objects.filter(submission__in=live).order_by()
    named = leads.union(partners.values_list("uscc", "submission"))
    return Counter(code for code, _submission in named)


def awards_of(round: Round, entries: Iterable[Submission]) -> set[Award]:
    """Return (applicant, direction code) of the running awards of the same programme."""
    running = Demonstration.objects.filter(
        submission__applicant__in={one.applicant_id for one in entries},
        submission__state=SubmissionState.LISTED,
        submission__round__programme=round.programme_id,
        valid_until__gte=clock.today(),
    )
    return set(running.values_list("submission__applicant", "submission__direction__code"))


def facts_of(submission: Submission, counts: Counter[str], awards: set[Award]) -> Facts:
    """Return the facts of one entry from what was gathered for all."""
    chosen = directions_chosen(submission)
    has_award = any((submission.applicant_id, code) in awards for code in chosen)
    return facts_with(
        submission,
        other_projects={code: counts[code] - 1 for code in codes_named(submission)},
        awards=[submission.applicant.uscc] if has_award else [],
    )
