"""From the content's JSON to a question and its key. Refuses data with a fault."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from courses.questions.checking import question_faults
from courses.questions.records import MEDIUM, Credit, Criterion, Key, Kind, Question

BY_LETTERS = {Kind.SINGLE, Kind.TRUEFALSE, Kind.MULTIPLE, Kind.MATCHING, Kind.ORDERING}
# Where the data does not say. For multiple choice the content's README has "all needed".
USUAL_CREDIT = {Kind.MATCHING: Credit.SHARE, Kind.ORDERING: Credit.SHARE}


def read_question(data: Mapping[str, Any]) -> Question:
    """The learner's side of one question; QuestionError for its first fault."""
    _refuse(data)
    return _question(data)


def read_key(data: Mapping[str, Any]) -> Key:
    """The marking side of one question; QuestionError for its first fault."""
    _refuse(data)
    return _key(data)


def _refuse(data: Mapping[str, Any]) -> None:
    for fault in question_faults(data):
        raise fault


def _question(data: Mapping[str, Any]) -> Question:
    # Other kinds have no options; what is written under that name there may be anything.
    options: Any = data["options"] if data["type"] in BY_LETTERS else ()
    is_matching = data["type"] == Kind.MATCHING
    return Question(
        id=data["id"],
        kind=Kind(data["type"]),
        stem=data["stem"],
        options=tuple(options["right"] if is_matching else options),
        left=tuple(options["left"]) if is_matching else (),
        keep_order=bool(data.get("keep_order")),
        unit=str(data.get("unit") or ""),
        parts=tuple(_question(part) for part in data.get("parts") or ()),
        points=Fraction(str(data.get("points", 1))),
        skill=str(data.get("skill") or ""),
        difficulty=data.get("difficulty") or MEDIUM,
        module=str(data.get("module") or ""),
    )


def _key(data: Mapping[str, Any]) -> Key:
    kind, answer = Kind(data["type"]), data.get("answer")
    by_people = kind == Kind.ESSAY or (kind == Kind.CASE and not data.get("parts"))
    return Key(
        kind=kind,
        letters=_texts(answer) if kind in BY_LETTERS else (),
        spellings=_texts(answer) if kind == Kind.SHORT else (),
        number=Decimal(str(answer)) if kind == Kind.NUMERIC else Decimal(0),
        tolerance=Decimal(str(data.get("tolerance") or 0)) if kind == Kind.NUMERIC else Decimal(0),
        unit=str(data.get("unit") or ""),
        credit=Credit(data.get("credit") or USUAL_CREDIT.get(kind, Credit.ALL)),
        rubric=tuple(_criterion(line) for line in data["rubric"]) if by_people else (),
        parts={part["id"]: _key(part) for part in data.get("parts") or ()},
        is_void=bool(data.get("void")),
    )


def _texts(answer: Any) -> tuple[str, ...]:
    """One text or a list of them, as a tuple."""
    return (answer,) if isinstance(answer, str) else tuple(answer)


def _criterion(data: Mapping[str, Any]) -> Criterion:
    levels = (Decimal(str(level["points"])) for level in data["levels"])
    return Criterion(data["criterion"], tuple(levels))
