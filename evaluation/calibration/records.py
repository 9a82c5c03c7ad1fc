"""What goes into the estimate and what comes out: plain values, ready for JSON.

Points are on the 0-100 scale. Figures are rounded where they are made (points and
probabilities to 4 decimals), so that an answer compares equal to its stored copy.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class BallotTotal:
    """One expert's total on one entry. Vetoed, withdrawn and recused ones stay outside."""

    entry: str
    expert: str
    total: float


@dataclass(frozen=True, slots=True)
class Settings:
    """How hard to compute. The defaults serve a real round; tests and drafts may do with less."""

    chains: int = 4
    draws: int = 1000  # kept, of each chain
    burn_in: int = 200
    ballots_min: int = 3
    r_hat_limit: float = 1.05
    leave_out: bool = True


class Status(StrEnum):
    """Whether the figures may be shown."""

    SHOWN = "shown"
    REFUSED = "refused"  # the chains disagree: figures exist but must not be shown
    EMPTY = "empty"  # no entry has enough ballots


class NoticeCode(StrEnum):
    """What a reader must know beside the figures; words are made elsewhere."""

    COMPONENTS = "components"  # value: unconnected parts of the expert-entry graph
    DIRECTION_SPLIT = "direction_split"  # subject: direction whose entries lie in several parts
    LITTLE_EVIDENCE = "little_evidence"  # subject: expert seen on one entry only
    AT_BOUND = "at_bound"  # value: share of ballots at 0 or 100
    NOT_CONVERGED = "not_converged"  # value: R-hat


@dataclass(frozen=True, slots=True)
class Notice:
    code: NoticeCode
    subject: str = ""
    value: float = 0.0


@dataclass(frozen=True, slots=True)
class EntryEstimate:
    """One entry. Intervals hold 95 % of the draws; ranks count within the direction.

    `selection` is the probability of being among the first K of the direction. `without_*` is
    the range of estimate and rank when one of the experts is left out in turn (None if not
    asked for, or if every expert is needed to have enough ballots).
    """

    entry: str
    direction: str
    ballots: int
    component: int
    estimate: float
    low: float
    high: float
    rank: int
    rank_low: int
    rank_high: int
    selection: float
    is_close_call: bool
    without_low: float | None = None
    without_high: float | None = None
    without_rank_low: int | None = None
    without_rank_high: int | None = None


@dataclass(frozen=True, slots=True)
class Unestimated:
    """An entry with too few ballots for an estimate."""

    entry: str
    direction: str
    ballots: int


@dataclass(frozen=True, slots=True)
class ExpertSeverity:
    """Points this expert gives above (+, lenient) or below (-, strict) the average expert.

    `entered` and `left` are the entries that come among, or fall out of, the first K of their
    direction by the estimate when this expert is left out.
    """

    expert: str
    ballots: int
    component: int
    severity: float
    low: float
    high: float
    has_little_evidence: bool
    entered: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CutPair:
    """Two neighbours near the cut line and the probability that the first is truly better."""

    direction: str
    ahead: str
    behind: str
    probability: float


@dataclass(frozen=True, slots=True)
class Diagnostics:
    """How far the computation can be trusted, worst value over all quantities."""

    chains: int
    draws: int
    r_hat: float
    effective_size: float
    refits: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """The whole answer, with the seed that reproduces it."""

    status: Status
    seed: int
    model: str
    entries: tuple[EntryEstimate, ...] = ()
    experts: tuple[ExpertSeverity, ...] = ()
    cuts: tuple[CutPair, ...] = ()
    unestimated: tuple[Unestimated, ...] = ()
    notices: tuple[Notice, ...] = ()
    diagnostics: Diagnostics | None = None

    def as_data(self) -> dict[str, Any]:
        """Plain JSON data, as stored with a snapshot."""
        return asdict(self)
