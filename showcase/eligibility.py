"""The automatic items of the formal check, F1 to F10, as functions on plain facts. Pure.

The same functions serve the applicant's live panel, the submission itself and the formal
check. Facts are gathered by `queries/submissions.py`; words are in `rules/wording.py`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """What an item comes to; `OPEN` cannot be judged yet and holds nothing up."""

    MET = "met"
    UNMET = "unmet"
    OPEN = "open"


@dataclass(frozen=True)
class Facts:
    """Everything F1 to F10 look at.

    `handed_in_at` is the moment of submission, or now for a draft. `faults` counts faults of
    the form. `other_projects` maps each entity's credit code to the live applications of the
    round that name it, without this one. `awards` holds the codes of entities with a running
    award of the same kind. `quota_places` is None until an authority has recommended.
    """

    handed_in_at: datetime
    closes_at: datetime | None
    faults: int
    codes: Sequence[str]
    bad_codes: Sequence[str]
    other_projects: Mapping[str, int]
    projects_max: int
    partners: int
    partners_max: int
    directions: Sequence[str]
    online: date | None
    today: date
    awards: Sequence[str]
    missing_files: Sequence[str]
    quota_places: int | None = None
    quota_used: int = 0


@dataclass(frozen=True)
class Finding:
    """The outcome of one item with the figures that explain it."""

    code: str
    outcome: Outcome
    figures: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_met(self) -> bool:
        return self.outcome is Outcome.MET

    @property
    def blocks(self) -> bool:
        """Whether the application may not be handed in like this."""
        return self.outcome is Outcome.UNMET


def finding(code: str, met: bool, **figures: Any) -> Finding:
    """Return a finding that is met or not."""
    return Finding(code, Outcome.MET if met else Outcome.UNMET, figures)


def on_time(facts: Facts) -> Finding:
    """Rule: F1 an application is on time while the moment lies before the closing moment."""
    met = facts.closes_at is not None and facts.handed_in_at < facts.closes_at
    return finding("F1", met, closes_at=facts.closes_at, at=facts.handed_in_at)


def form_complete(facts: Facts) -> Finding:
    """Rule: F2 every required field is filled and no field is longer than its limit."""
    return finding("F2", facts.faults == 0, faults=facts.faults)


def codes_valid(facts: Facts) -> Finding:
    """Rule: F3 every credit code passes its check and the lead's is that of the applicant."""
    met = bool(facts.codes) and not facts.bad_codes
    return finding("F3", met, codes=list(facts.codes), bad=list(facts.bad_codes))


def projects_within_limit(facts: Facts) -> Finding:
    """Rule: F4 an entity leads or joins at most two projects of a round, this one included."""
    counts = {code: facts.other_projects.get(code, 0) + 1 for code in facts.codes}
    over = sorted(code for code, number in counts.items() if number > facts.projects_max)
    own = counts.get(facts.codes[0], 1) if facts.codes else 1
    return finding("F4", not over, count=own, max=facts.projects_max, over=over)


def partners_within_limit(facts: Facts) -> Finding:
    """Rule: F5 at most two partners join the lead."""
    met = facts.partners <= facts.partners_max
    return finding("F5", met, count=facts.partners, max=facts.partners_max)


def one_direction(facts: Facts) -> Finding:
    """Rule: F6 an application is made in exactly one direction of the round."""
    return finding("F6", len(facts.directions) == 1, count=len(facts.directions))


def in_operation(facts: Facts) -> Finding:
    """Rule: F7 the project went into operation before the day of submission."""
    met = facts.online is not None and facts.online < facts.today
    return finding("F7", met, online=facts.online)


def no_running_award(facts: Facts) -> Finding:
    """Rule: F8 the applicant holds no running award of the same kind and direction."""
    return finding("F8", not facts.awards, awards=list(facts.awards))


def within_quota(facts: Facts) -> Finding:
    """Rule: F9 the authority has recommended no more than its places; open until it has."""
    if facts.quota_places is None:
        return Finding("F9", Outcome.OPEN)
    met = facts.quota_used <= facts.quota_places
    return finding("F9", met, used=facts.quota_used, places=facts.quota_places)


def files_present(facts: Facts) -> Finding:
    """Rule: F10 every required attachment is there (that it is readable is looked at by hand)."""
    return finding("F10", not facts.missing_files, missing=list(facts.missing_files))


ITEMS: tuple[Callable[[Facts], Finding], ...] = (
    on_time,
    form_complete,
    codes_valid,
    projects_within_limit,
    partners_within_limit,
    one_direction,
    in_operation,
    no_running_award,
    within_quota,
    files_present,
)


def judge(facts: Facts) -> list[Finding]:
    """Return the ten findings in their order."""
    return [item(facts) for item in ITEMS]


def blocking(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings that keep an application from being handed in."""
    return [one for one in findings if one.blocks]
