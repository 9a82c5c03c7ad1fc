"""What an authority should know of its entries before it ranks them: F1 to F8 and F10 at a glance.

The same rules as everywhere, with their facts gathered for a whole list in few queries.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from django.utils import timezone

from portal.core import clock
from portal.core.identifiers import uscc_fault
from showcase import form_schema
from showcase.eligibility import Facts, Finding, blocking, judge
from showcase.lifecycle import SubmissionState
from showcase.models import Demonstration, Partner, Round, Stage, Submission
from showcase.queries.submissions import (
    directions_chosen,
    form_faults,
    is_other_code,
    missing_files,
    partner_codes,
)

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
    data, rules = submission.data, submission.round.rules
    handed_in_at = submission.submitted_at or clock.now()
    stage = submission.round.stage(Stage.Kind.APPLY)
    lead, partners = data.get("org.uscc", ""), partner_codes(submission)
    codes = list(dict.fromkeys(code for code in [lead, *partners] if code))
    chosen = directions_chosen(submission)
    has_award = any((submission.applicant_id, code) in awards for code in chosen)
    return Facts(
        handed_in_at=handed_in_at,
        closes_at=stage.closes_at if stage else None,
        faults=len(form_faults(submission)),
        codes=codes,
        bad_codes=[
            c for c in codes if uscc_fault(c) or (c == lead and is_other_code(submission, c))
        ],
        other_projects={code: counts[code] - 1 for code in codes},
        projects_max=rules["projects_per_entity"],
        partners=len(data.get("partners") or []),
        partners_max=rules["partners_max"],
        directions=chosen,
        online=form_schema.as_date(data.get("pj.online")),
        today=timezone.localdate(handed_in_at),
        awards=[submission.applicant.uscc] if has_award else [],
        missing_files=missing_files(submission),
    )
