"""Whether a learner has completed a course, and what is missing if not."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from courses.grading import ExamResult, Part


class Gap(StrEnum):
    """What keeps a course from being completed."""

    ATTENDANCE = "attendance"
    MODULES = "modules"
    MARKING = "marking"  # an examiner has still to mark, or a part was not sat
    THEORY = "theory"
    PRACTICE = "practice"


class Band(StrEnum):
    """What a certificate says instead of a figure (优秀, 良好, 合格)."""

    EXCELLENT = "excellent"
    GOOD = "good"
    PASS = "pass"  # noqa: S105 -- a mark, no password


@dataclass(frozen=True, slots=True)
class CompletionRule:
    """The share of the scheduled class hours to attend, and the bands' lower ends of 100."""

    attendance: Fraction = Fraction(4, 5)
    excellent_from: Decimal = Decimal(90)
    good_from: Decimal = Decimal(80)
    retake_days: int = 90
    retakes: int = 1


STANDARD = CompletionRule()


@dataclass(frozen=True, slots=True)
class Completion:
    """The verdict; `attended` is the exact share, None for a course without sessions."""

    attended: Fraction | None
    open_modules: tuple[str, ...]
    gaps: tuple[Gap, ...]

    @property
    def is_complete(self) -> bool:
        return not self.gaps


def completion(
    *,
    attended: Decimal,
    scheduled: Decimal,
    modules: Collection[str],
    done: Collection[str],
    exam: ExamResult,
    rule: CompletionRule = STANDARD,
) -> Completion:
    """Judge one learner. Hours are class hours; `scheduled` is 0 for a course without sessions.

    Rule: complete are at least 80 % of the scheduled hours attended (compared exactly, nothing
    rounded up), every module done, and the examination passed in each of its parts.
    """
    share = Fraction(attended) / Fraction(scheduled) if scheduled else None
    missing = tuple(module for module in modules if module not in done)
    gaps = [Gap.ATTENDANCE] if share is not None and share < rule.attendance else []
    gaps += [Gap.MODULES] if missing else []
    gaps += [Gap.MARKING] if exam.waiting else []
    gaps += [Gap.THEORY] if Part.THEORY in exam.failed else []
    gaps += [Gap.PRACTICE] if Part.PRACTICE in exam.failed else []
    return Completion(share, missing, tuple(gaps))


def score_band(exam: ExamResult, rule: CompletionRule = STANDARD) -> Band | None:
    """Rule: a passed examination is excellent from 90, good from 80, else a pass; no band without
    a pass. Judged on the published final figure.
    """
    if not exam.passed or exam.final is None:
        return None
    if exam.final >= rule.excellent_from:
        return Band.EXCELLENT
    return Band.GOOD if exam.final >= rule.good_from else Band.PASS


def retake_until(
    *, first_failed_on: date, retakes_used: int, rule: CompletionRule = STANDARD
) -> date | None:
    """The last day for sitting again, or None when only a new enrolment remains.

    Rule: one retake within 90 days of the failed examination, whose own day is not counted.
    """
    if retakes_used >= rule.retakes:
        return None
    return first_failed_on + timedelta(days=rule.retake_days)
