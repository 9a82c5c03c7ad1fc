"""The types of a question: its kind, what a learner may see of it, and its key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MEDIUM = 3  # of 1 to 5; what a question counts as that nobody rated


class Kind(StrEnum):
    """The nine kinds of question, by their names in the data."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUEFALSE = "truefalse"
    NUMERIC = "numeric"
    MATCHING = "matching"
    ORDERING = "ordering"
    SHORT = "short"
    ESSAY = "essay"
    CASE = "case"


class Credit(StrEnum):
    """What an answer earns that is right in part."""

    ALL = "all"  # all or nothing
    SHARE = "share"  # the share that is right; grading says how each kind counts it


class QuestionError(ValueError):
    """A question's data cannot be used: `code` says how, `question` where."""

    def __init__(self, code: str, question: str) -> None:
        super().__init__(f"{question}: {code}")
        self.code = code
        self.question = question


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of a rubric: an examiner gives the points of one of its levels."""

    name: str
    levels: tuple[Decimal, ...]

    @property
    def top(self) -> Decimal:
        return max(self.levels)


@dataclass(frozen=True, slots=True)
class Question:
    """What a learner may see of a question, with the traits a blueprint asks for. No key.

    `points` is a part's weight among the parts of its case; elsewhere the blueprint gives points.
    """

    id: str
    kind: Kind
    stem: str
    options: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    keep_order: bool = False
    unit: str = ""
    parts: tuple[Question, ...] = ()
    points: Fraction = Fraction(1)
    skill: str = ""
    difficulty: int = MEDIUM
    module: str = ""


@dataclass(frozen=True, slots=True)
class Key:
    """What marking needs to know. Letters are the author's, not those shown to a learner.

    `letters`: each one accepted (single, true/false), all needed (multiple), by place (matching,
    ordering). `is_void`: the question was withdrawn after the exam and everybody has its points.
    """

    kind: Kind
    letters: tuple[str, ...] = ()
    spellings: tuple[str, ...] = ()
    number: Decimal = Decimal(0)
    tolerance: Decimal = Decimal(0)
    unit: str = ""
    credit: Credit = Credit.ALL
    rubric: tuple[Criterion, ...] = ()
    parts: Mapping[str, Key] = field(default_factory=dict)
    is_void: bool = False
