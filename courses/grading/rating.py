"""What examiners give by a rubric, and how two or three of them come to one figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from courses.questions import Criterion


@dataclass(frozen=True, slots=True)
class Rating:
    """One examiner's points, in the order of the rubric's criteria."""

    examiner: str
    points: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class RatingRule:
    """How many examiners read an answer, and how far two may be apart (share of the maximum)."""

    examiners: int = 1
    gap: Fraction = Fraction(1, 4)


ONE_EXAMINER = RatingRule()


@dataclass(frozen=True, slots=True)
class Settled:
    """The share of the rubric's maximum, or None while examiners are still needed."""

    share: Fraction | None
    needs: int = 0


def rubric_top(rubric: Sequence[Criterion]) -> Decimal:
    """The most points a rubric gives."""
    return sum((criterion.top for criterion in rubric), Decimal(0))


def rating_fault(rubric: Sequence[Criterion], rating: Rating) -> str | None:
    """What keeps a rating from counting, or None.

    Rule: every criterion gets the points of one of its levels.

    Codes: incomplete, not_a_level.
    """
    if len(rating.points) != len(rubric):
        return "incomplete"
    pairs = zip(rubric, rating.points, strict=True)
    return None if all(points in line.levels for line, points in pairs) else "not_a_level"


def settle(
    rubric: Sequence[Criterion], ratings: Sequence[Rating], rule: RatingRule = ONE_EXAMINER
) -> Settled:
    """Put the examiners' ratings together; independent of their order.

    Rule: one examiner's total stands; of two the mean, unless they are more than a quarter of the
    maximum apart: then a third reads, and the mean of the two nearest totals stands (of equally
    near ones the higher two).

    Raises ValueError for a rating that does not fit the rubric and for
    two ratings by one examiner.
    """
    totals = sorted(_total(rubric, rating) for rating in ratings)
    if len({rating.examiner for rating in ratings}) < len(ratings):
        raise ValueError("an examiner has rated the answer twice")
    if len(totals) < rule.examiners or not totals:
        return Settled(None, needs=max(rule.examiners, 1) - len(totals))
    top = Fraction(rubric_top(rubric))
    if len(totals) == 2 and totals[1] - totals[0] > top * rule.gap:
        return Settled(None, needs=1)
    return Settled(_agreed(totals) / top)


def _total(rubric: Sequence[Criterion], rating: Rating) -> Fraction:
    fault = rating_fault(rubric, rating)
    if fault:
        raise ValueError(fault)
    return Fraction(sum(rating.points, Decimal(0)))


def _agreed(totals: Sequence[Fraction]) -> Fraction:
    """The only total, or the mean of the two nearest; `totals` rise."""
    if len(totals) == 1:
        return totals[0]
    low, high = min(reversed(list(pairwise(totals))), key=lambda pair: pair[1] - pair[0])
    return (low + high) / 2
