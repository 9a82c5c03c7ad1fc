"""What is wrong with a question's data, before anybody sits an examination with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from courses.questions.folding import fold
from courses.questions.records import LETTERS, Credit, Kind, QuestionError

Data = Mapping[str, Any]
LARGEST_NUMBER = Decimal(10) ** 15


def question_faults(data: Data) -> tuple[QuestionError, ...]:
    """All that is wrong with a question's data, its parts included; empty when it can be used.

    Codes: no_id, unknown_kind, no_stem, bad_difficulty, bad_options, bad_answer, bad_number,
    bad_credit, bad_rubric, bad_points, bad_parts, bad_order.
    """
    name = str(data.get("id", ""))
    own = tuple(QuestionError(code, name) for code in dict.fromkeys(_codes(data)))
    return (*own, *(fault for part in _mappings(data, "parts") for fault in question_faults(part)))


def _codes(data: Data) -> Iterator[str]:
    if not _is_text(data.get("id")):
        yield "no_id"
    if not _is_text(data.get("stem")):
        yield "no_stem"
    if (data.get("difficulty") or 1) not in range(1, 6):
        yield "bad_difficulty"
    if data.get("credit") not in (None, *Credit):
        yield "bad_credit"
    if "points" in data and not (_is_number(data["points"]) and Decimal(str(data["points"])) > 0):
        yield "bad_points"
    if data.get("parts") and (data.get("type") != Kind.CASE or not _mappings(data, "parts")):
        yield "bad_parts"
    if data.get("keep_order") and data.get("type") in (Kind.MATCHING, Kind.ORDERING):
        yield "bad_order"  # it could show the answer
    if data.get("type") in tuple(Kind):
        yield from _CHECKS[Kind(data["type"])](data)
    else:
        yield "unknown_kind"


def _choice(data: Data) -> Iterator[str]:
    """Single choice and true/false: one letter, or a list of letters each of which is accepted."""
    answer = data.get("answer")
    yield from _lettered(data, [answer] if isinstance(answer, str) else answer)


def _multiple(data: Data) -> Iterator[str]:
    yield from _lettered(data, data.get("answer"))


def _lettered(data: Data, answer: Any) -> Iterator[str]:
    options: Any = data.get("options")
    if not _is_options(options):
        yield "bad_options"
    elif not answer or not _are_letters(answer, options) or len(set(answer)) < len(answer):
        yield "bad_answer"


def _ordering(data: Data) -> Iterator[str]:
    found = tuple(_lettered(data, data.get("answer")))
    yield from found
    if not found and len(data["answer"]) != len(data["options"]):
        yield "bad_answer"


def _matching(data: Data) -> Iterator[str]:
    """As many letters as there are lines on the left; two lines may have one partner."""
    options: Any = data.get("options")
    answer: Any = data.get("answer")
    if not isinstance(options, Mapping) or not all(
        _is_options(options.get(side)) for side in ("left", "right")
    ):
        yield "bad_options"
    elif not _are_letters(answer, options["right"]) or len(answer) != len(options["left"]):
        yield "bad_answer"


def _numeric(data: Data) -> Iterator[str]:
    if not _is_number(data.get("answer"), least=-LARGEST_NUMBER):
        yield "bad_number"
    if not _is_number(data.get("tolerance") or 0):
        yield "bad_number"


def _short(data: Data) -> Iterator[str]:
    answer = data.get("answer")
    if not answer or not isinstance(answer, list | tuple) or not all(map(_is_spelling, answer)):
        yield "bad_answer"


def _essay(data: Data) -> Iterator[str]:
    lines = _mappings(data, "rubric")
    if not lines or not all(map(_is_criterion, lines)):
        yield "bad_rubric"


def _case(data: Data) -> Iterator[str]:
    """A case has parts with points; or no parts and a rubric, and is then read by an examiner."""
    parts = _mappings(data, "parts")
    if not data.get("parts"):
        yield from _essay(data)
    names = [str(part.get("id")) for part in parts]
    if len(set(names)) < len(names) or any(part.get("type") == Kind.CASE for part in parts):
        yield "bad_parts"
    if not all("points" in part for part in parts):
        yield "bad_points"


_CHECKS: dict[Kind, Callable[[Data], Iterator[str]]] = {
    Kind.SINGLE: _choice,
    Kind.TRUEFALSE: _choice,
    Kind.MULTIPLE: _multiple,
    Kind.ORDERING: _ordering,
    Kind.MATCHING: _matching,
    Kind.NUMERIC: _numeric,
    Kind.SHORT: _short,
    Kind.ESSAY: _essay,
    Kind.CASE: _case,
}


def _mappings(data: Data, name: str) -> Sequence[Data]:
    """The list under a name; empty when it is none, or when something in it is no mapping."""
    found = data.get(name)
    is_list = isinstance(found, list | tuple) and all(isinstance(item, Mapping) for item in found)
    return found if is_list and found else ()


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_spelling(value: Any) -> bool:
    """Something must be left to compare: a lone full stop would equal any other."""
    return isinstance(value, str) and bool(fold(value))


def _is_options(value: Any) -> bool:
    """Two options or more, all different: two equal ones could not be told apart."""
    return (
        isinstance(value, list | tuple)
        and 2 <= len(value) <= len(LETTERS)
        and all(map(_is_text, value))
        and len(set(value)) == len(value)
    )


def _are_letters(answer: Any, options: Sequence[str]) -> bool:
    known = LETTERS[: len(options)]
    return isinstance(answer, list | tuple) and all(
        isinstance(letter, str) and len(letter) == 1 and letter in known for letter in answer
    )


def _is_number(value: Any, *, least: Decimal = Decimal(0)) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return False
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return False
    return number.is_finite() and least <= number <= LARGEST_NUMBER


def _is_criterion(line: Any) -> bool:
    """A name and two levels or more, all different, the lowest 0."""
    levels = [level.get("points") for level in _mappings(line, "levels")]
    if not _is_text(line.get("criterion")) or not all(map(_is_number, levels)):
        return False
    points = {Decimal(str(level)) for level in levels}
    return len(points) == len(levels) >= 2 and min(points) == 0
