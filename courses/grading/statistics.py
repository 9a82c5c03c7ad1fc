"""What an examination says of its questions: how hard each was, and whom it told apart. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from courses.grading.marking import Verdict
from courses.grading.papers import PaperMark

GROUP = Fraction(27, 100)
LEAST_TAKERS = 10
HARD, EASY, WEAK = Fraction(1, 5), Fraction(19, 20), Fraction(1, 5)


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """One question: how often it was drawn, the share of its points earned, and its power to tell
    strong from weak papers (-1 to 1; None below ten takers).
    """

    question: str
    takers: int
    facility: Fraction
    discrimination: Fraction | None

    @property
    def is_doubtful(self) -> bool:
        """Rule: to be looked at are questions that earn less than 20 % or more than 95 % of their
        points, or that tell strong and weak apart by less than 0.2; below ten papers nothing is
        said.
        """
        if self.takers < LEAST_TAKERS:
            return False
        is_weak = self.discrimination is not None and self.discrimination < WEAK
        return is_weak or not HARD <= self.facility <= EASY


def item_statistics(papers: Sequence[PaperMark]) -> list[ItemStatistics]:
    """Return the statistics of every question of some fully marked papers, by code.

    Rule: difficulty (难度) is the mean share of the points earned; discrimination (区分度) is that
    share among the best 27 % of the papers with the question less that among the lowest 27 %.
    Withdrawn questions are left out; equal papers keep the order given.
    """
    shares: dict[str, list[tuple[Fraction, Fraction]]] = {}
    for paper in papers:
        total = paper.points or Fraction(0)
        for item in paper.items:
            if item.points is not None and item.verdict != Verdict.VOIDED:
                shares.setdefault(item.question, []).append((total, item.points / item.worth))
    return [
        ItemStatistics(
            code, len(rows), mean([share for _total, share in rows]), discrimination(rows)
        )
        for code, rows in sorted(shares.items())
    ]


def discrimination(rows: Sequence[tuple[Fraction, Fraction]]) -> Fraction | None:
    """The upper group's mean share less the lower group's; None for too few papers."""
    if len(rows) < LEAST_TAKERS:
        return None
    size = max(1, round(len(rows) * GROUP))
    ranked = [share for _total, share in sorted(rows, key=lambda row: row[0])]
    return mean(ranked[-size:]) - mean(ranked[:size])


def mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def option_counts(
    answers: Sequence[Sequence[str]], options: Mapping[str, str]
) -> list[tuple[str, str, int]]:
    """Return (letter, text, how many chose it) for each option; answers in authors' letters."""
    return [
        (letter, text, sum(letter in given for given in answers))
        for letter, text in options.items()
    ]
