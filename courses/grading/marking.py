"""Marking one answer with its key: the share of the points it earns, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from courses.drawing import PaperItem
from courses.grading.rating import ONE_EXAMINER, Rating, RatingRule, settle
from courses.questions import Credit, Key, Kind, fold, is_blank, read_number

NONE, FULL = Fraction(0), Fraction(1)
NO_RATINGS: Mapping[str, Sequence[Rating]] = MappingProxyType({})


class Verdict(StrEnum):
    """What was found of an answer. All but the last two have points."""

    RIGHT = "right"
    PARTLY = "partly"
    WRONG = "wrong"
    UNANSWERED = "unanswered"
    NO_NUMBER = "no_number"  # a number was asked for and none can be read
    OTHER_UNIT = "other_unit"
    RATED = "rated"  # by examiners
    VOIDED = "voided"  # the question was withdrawn: full points to everybody
    WAITING = "waiting"  # for examiners
    UNREADABLE = "unreadable"  # not in the form of an answer; somebody must look


@dataclass(frozen=True, slots=True)
class ItemMark:
    """The points of one question, exact; None until it is marked."""

    question: str
    worth: Fraction
    points: Fraction | None
    verdict: Verdict
    parts: tuple[ItemMark, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """Plain JSON data; points as text, exact ("20/3")."""
        return {
            "question": self.question,
            "worth": str(self.worth),
            "points": None if self.points is None else str(self.points),
            "verdict": self.verdict.value,
            "parts": [part.as_data() for part in self.parts],
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> ItemMark:
        """Read back what `as_data` wrote."""
        return cls(
            question=data["question"],
            worth=Fraction(data["worth"]),
            points=None if data["points"] is None else Fraction(data["points"]),
            verdict=Verdict(data["verdict"]),
            parts=tuple(map(cls.from_data, data["parts"])),
        )


def mark_item(
    item: PaperItem,
    key: Key,
    response: object,
    *,
    ratings: Mapping[str, Sequence[Rating]] = NO_RATINGS,
    rule: RatingRule = ONE_EXAMINER,
) -> ItemMark:
    """Mark one answer, given in the letters that were shown; ratings by question or part.

    Rule: an answer to a question with a key is right, partly right or wrong at once, and no answer
    earns 0; what examiners read, blank or not, has no points until they have given theirs; a
    withdrawn question gives everybody its points. For an answer that is not even in the form
    of one (it was never to be stored) there are no points either until somebody has looked.
    """
    if key.is_void:
        return ItemMark(item.question, item.points, item.points, Verdict.VOIDED)
    if key.parts:
        return _mark_case(item, key, response, ratings, rule)
    if key.rubric:
        settled = settle(key.rubric, ratings.get(item.question, ()), rule)
        verdict = Verdict.WAITING if settled.share is None else Verdict.RATED
        return _item_mark(item, verdict, settled.share)
    if is_blank(response):
        return _item_mark(item, Verdict.UNANSWERED, NONE)
    try:
        return _item_mark(item, *_MARKERS[key.kind](item, key, response))
    except (ValueError, TypeError):
        return _item_mark(item, Verdict.UNREADABLE, None)


def _item_mark(item: PaperItem, verdict: Verdict, share: Fraction | None) -> ItemMark:
    points = None if share is None else item.points * share
    return ItemMark(item.question, item.points, points, verdict)


def _mark_case(
    item: PaperItem,
    key: Key,
    response: object,
    ratings: Mapping[str, Sequence[Rating]],
    rule: RatingRule,
) -> ItemMark:
    """Rule: a case earns the sum of its parts, each marked by itself, once all are marked."""
    given = {} if response is None else response
    if not isinstance(given, Mapping):
        return _item_mark(item, Verdict.UNREADABLE, None)
    parts = tuple(
        mark_item(
            part, key.parts[part.question], given.get(part.question), ratings=ratings, rule=rule
        )
        for part in item.parts
    )
    marked = [part.points for part in parts if part.points is not None]
    if len(marked) < len(parts):
        return ItemMark(item.question, item.points, None, Verdict.WAITING, parts)
    points = sum(marked, NONE)
    verdict = Verdict.UNANSWERED if is_blank(response) else _verdict(points / item.points)
    return ItemMark(item.question, item.points, points, verdict, parts)


def _verdict(share: Fraction) -> Verdict:
    return {FULL: Verdict.RIGHT, NONE: Verdict.WRONG}.get(share, Verdict.PARTLY)


def _judged(share: Fraction, key: Key) -> tuple[Verdict, Fraction]:
    """A share with its verdict; nothing for a part when the key wants all."""
    counted = share if key.credit == Credit.SHARE or share == FULL else NONE
    return _verdict(counted), counted


def _choice(item: PaperItem, key: Key, response: Any) -> tuple[Verdict, Fraction]:
    """Rule: one choice is right or wrong; a key may accept several."""
    return _judged(FULL if item.author_letter(response) in key.letters else NONE, key)


def _multiple(item: PaperItem, key: Key, response: Any) -> tuple[Verdict, Fraction]:
    """Rule: multiple choice needs all right options and no wrong one. Where the key gives shares,
    some of the right options earn theirs, and one wrong option still takes all (错选不得分).
    """
    chosen, right = set(_letters(item, response)), set(key.letters)
    return _judged(Fraction(len(chosen), len(right)) if chosen <= right else NONE, key)


def _ordering(item: PaperItem, key: Key, response: Any) -> tuple[Verdict, Fraction]:
    """Rule: ordering earns a share for each step directly followed by its right successor, so that
    one step out of place costs its own neighbours only and the reverse order earns nothing.
    """
    given = set(pairwise(_letters(item, response)))
    right = set(pairwise(key.letters))
    return _judged(Fraction(len(given & right), len(right)), key)


def _matching(item: PaperItem, key: Key, response: Any) -> tuple[Verdict, Fraction]:
    """Rule: matching earns a share for each line with its right partner; others cost nothing."""
    rows = [item.author_letter(given) if given else "" for given in _texts(response)]
    hits = sum(given == right for given, right in zip(rows, key.letters, strict=True))
    return _judged(Fraction(hits, len(key.letters)), key)


def _numeric(_item: PaperItem, key: Key, response: Any) -> tuple[Verdict, Fraction]:
    """Rule: a number is right within the tolerance, ends included, in the unit asked or in none."""
    found = read_number(_text(response), key.unit)
    if found is None:
        return Verdict.NO_NUMBER, NONE
    number, fits = found
    if not fits:
        return Verdict.OTHER_UNIT, NONE
    is_near = abs(Fraction(number) - Fraction(key.number)) <= Fraction(key.tolerance)
    return _judged(FULL if is_near else NONE, key)


def _short(_item: PaperItem, key: Key, response: Any) -> tuple[Verdict, Fraction]:
    """Rule: a short text is right when, folded, it equals one of the accepted spellings."""
    accepted = {fold(spelling) for spelling in key.spellings}
    return _judged(FULL if fold(_text(response)) in accepted else NONE, key)


def _letters(item: PaperItem, response: Any) -> list[str]:
    """The author's letters of a list; ValueError for one twice."""
    letters = [item.author_letter(given) for given in _texts(response)]
    if len(set(letters)) < len(letters):
        raise ValueError("an option is given twice")
    return letters


def _texts(response: Any) -> list[str]:
    if not isinstance(response, list | tuple):
        raise TypeError("no list")
    return [_text(given or "") for given in response]


def _text(response: Any) -> str:
    if not isinstance(response, str):
        raise TypeError("no text")
    return response


_MARKERS: dict[Kind, Callable[[PaperItem, Key, Any], tuple[Verdict, Fraction]]] = {
    Kind.SINGLE: _choice,
    Kind.TRUEFALSE: _choice,
    Kind.MULTIPLE: _multiple,
    Kind.ORDERING: _ordering,
    Kind.MATCHING: _matching,
    Kind.NUMERIC: _numeric,
    Kind.SHORT: _short,
}
