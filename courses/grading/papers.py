"""From marked questions to the mark of a paper, its parts, and marking again with another key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from courses.drawing import Paper
from courses.grading.marking import NO_RATINGS, ItemMark, Verdict, mark_item
from courses.grading.rating import ONE_EXAMINER, Rating, RatingRule, settle
from courses.questions import Criterion, Key, is_blank
from portal.core.exact import digest, round_half_up


class Part(StrEnum):
    """The two parts of an examination, each of 100 points."""

    THEORY = "theory"
    PRACTICE = "practice"


@dataclass(frozen=True, slots=True)
class PaperMark:
    """A paper's marks, question by question in the order of the paper."""

    items: tuple[ItemMark, ...]

    @property
    def waiting(self) -> tuple[str, ...]:
        """Questions without points yet."""
        return tuple(item.question for item in self.items if item.points is None)

    @property
    def points(self) -> Fraction | None:
        """Rule: a paper's points are the sum of its questions', exact, once all are marked."""
        points = [item.points for item in self.items if item.points is not None]
        return sum(points, Fraction(0)) if len(points) == len(self.items) else None

    @property
    def score(self) -> Decimal | None:
        """The published figure: the points with two decimals, half up; None while some wait."""
        return None if self.points is None else round_half_up(self.points)

    def digest(self) -> str:
        """SHA-256 (hex) of all marks in canonical form."""
        return digest(self)

    def as_data(self) -> dict[str, Any]:
        """Plain JSON data, as stored with an attempt."""
        return {"items": [item.as_data() for item in self.items]}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> PaperMark:
        """Read back what `as_data` wrote."""
        return cls(tuple(map(ItemMark.from_data, data["items"])))


@dataclass(frozen=True, slots=True)
class Change:
    """What marking again changed of one question; `parts` names the parts that changed."""

    question: str
    points_before: Fraction | None
    points_after: Fraction | None
    verdict_before: Verdict
    verdict_after: Verdict
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Regrade:
    """A paper's marks by another key, beside those before."""

    before: PaperMark
    after: PaperMark
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class ExamRule:
    """The pass mark of each part and the weights of the parts, per cent. Weight 0: no such part."""

    pass_mark: Decimal = Decimal(60)
    theory_weight: Decimal = Decimal(60)
    practice_weight: Decimal = Decimal(40)


@dataclass(frozen=True, slots=True)
class ExamResult:
    """The verdict on an examination; `final` and `passed` are None while a part is not marked."""

    scores: Mapping[Part, Decimal | None]
    final: Decimal | None
    passed: bool | None
    failed: tuple[Part, ...]
    waiting: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class PracticeTask:
    """A practical task as examiners saw it; `hours` are its weight."""

    hours: Decimal
    rubric: tuple[Criterion, ...]
    ratings: tuple[Rating, ...] = ()


def mark_paper(
    paper: Paper,
    keys: Mapping[str, Key],
    responses: Mapping[str, Any],
    *,
    ratings: Mapping[str, Sequence[Rating]] = NO_RATINGS,
    rule: RatingRule = ONE_EXAMINER,
) -> PaperMark:
    """Mark every question of a paper; ratings by the question or part they are for.

    Nothing but the arguments decides: the same answers and keys give the same marks. Raises
    ValueError for a question without a key.
    """
    missing = [item.question for item in paper.items if item.question not in keys]
    if missing:
        raise ValueError(f"no key for question {missing[0]}")
    return PaperMark(
        tuple(
            mark_item(
                item,
                keys[item.question],
                responses.get(item.question),
                ratings=ratings,
                rule=rule,
            )
            for item in paper.items
        )
    )


def regrade(
    before: PaperMark,
    paper: Paper,
    keys: Mapping[str, Key],
    responses: Mapping[str, Any],
    *,
    ratings: Mapping[str, Sequence[Rating]] = NO_RATINGS,
    rule: RatingRule = ONE_EXAMINER,
) -> Regrade:
    """Rule: regrading marks the answers as they were handed in with the corrected keys, and lists
    every question whose points or verdict changed; the marks before are kept beside.
    """
    after = mark_paper(paper, keys, responses, ratings=ratings, rule=rule)
    pairs = zip(before.items, after.items, strict=True)
    changes = tuple(_change(old, new) for old, new in pairs if old != new)
    return Regrade(before, after, changes)


def practice_score(
    tasks: Sequence[PracticeTask], rule: RatingRule = ONE_EXAMINER
) -> Decimal | None:
    """Rule: the practical part is the mean of its tasks' shares of their rubrics, weighted by the
    tasks' class hours, of 100 points; None while a task waits for examiners or there is none.
    """
    shares = [settle(task.rubric, task.ratings, rule).share for task in tasks]
    known = [share for share in shares if share is not None]
    if not tasks or len(known) < len(tasks):
        return None
    hours = [Fraction(task.hours) for task in tasks]
    weighted = sum((a * b for a, b in zip(known, hours, strict=True)), Fraction(0))
    return round_half_up(weighted * 100 / sum(hours))


def exam_result(
    theory: Decimal | None, practice: Decimal | None, rule: ExamRule = ExamRule()
) -> ExamResult:
    """Put the published figures of the parts together.

    Rule: to pass, 60 of 100 in theory and 60 of 100 in practice; strength in one does not make up
    for the other. The final figure weighs them 60 to 40. A part of weight 0 is not asked for.
    """
    weights = {Part.THEORY: rule.theory_weight, Part.PRACTICE: rule.practice_weight}
    given = {Part.THEORY: theory, Part.PRACTICE: practice}
    scores = {part: given[part] for part, weight in weights.items() if weight}
    known = {part: score for part, score in scores.items() if score is not None}
    failed = tuple(part for part, score in known.items() if score < rule.pass_mark)
    waiting = tuple(part for part in scores if part not in known)
    final = sum((score * weights[part] for part, score in known.items()), Decimal(0))
    return ExamResult(
        scores=scores,
        final=None if waiting else round_half_up(Fraction(final) / Fraction(sum(weights.values()))),
        passed=None if waiting else not failed,
        failed=failed,
        waiting=waiting,
    )


def answers_digest(*, attempt: str, paper: Paper, responses: Mapping[str, Any]) -> str:
    """SHA-256 (hex) for a receipt: this attempt, this paper, these answers as they are stored.

    An answer left blank and one never given are the same. Raises TypeError for what no answer can
    be (a float).
    """
    given = {name: answer for name, answer in responses.items() if not is_blank(answer)}
    return digest({"attempt": attempt, "paper": paper, "answers": given})


def _change(old: ItemMark, new: ItemMark) -> Change:
    """Two marks of one question side by side; ValueError when they are not of one question."""
    if old.question != new.question:
        raise ValueError(f"marks of {old.question} compared with marks of {new.question}")
    parts = (after.question for after in new.parts if after not in old.parts)
    return Change(
        question=new.question,
        points_before=old.points,
        points_after=new.points,
        verdict_before=old.verdict,
        verdict_after=new.verdict,
        parts=tuple(parts),
    )
