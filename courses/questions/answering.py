"""The shape of an answer, checked when it is saved: whatever is stored can be marked and digested.

An answer is JSON in the letters a learner was shown: one letter (single, true/false), a list of
letters (multiple, ordering), a letter or null for each line on the left (matching), a text
(numeric, short, essay), or the answers of its parts by their ids (case).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

from courses.questions.records import LETTERS, Kind, Question

# Characters one answer may have: a line, and an essay at far more than any asks for.
LINE_LENGTH = 200
ESSAY_LENGTH = 20_000


def is_blank(response: object) -> bool:
    """True when nothing was answered: nothing, blanks, or a list or a case of such."""
    if isinstance(response, str):
        return not response.strip()
    if isinstance(response, Mapping):
        return all(map(is_blank, response.values()))
    if isinstance(response, Sequence):
        return all(map(is_blank, response))
    return response is None


def response_fault(question: Question, response: object) -> str | None:
    """What keeps an answer from being stored, or None. Says nothing about right or wrong.

    Codes: wrong_shape, not_text (a half character or a control character), too_long.
    """
    if response is None:
        return None
    if question.parts:
        return _case_fault(question, response)
    if question.kind in {Kind.SINGLE, Kind.TRUEFALSE}:
        return None if response == "" or _is_letter(question, response) else "wrong_shape"
    if question.kind in {Kind.MULTIPLE, Kind.ORDERING}:
        return None if _is_letter_list(question, response) else "wrong_shape"
    if question.kind == Kind.MATCHING:
        return None if _is_row(question, response) else "wrong_shape"
    limit = LINE_LENGTH if question.kind in {Kind.NUMERIC, Kind.SHORT} else ESSAY_LENGTH
    return _text_fault(response, limit)


def _case_fault(question: Question, response: object) -> str | None:
    parts = {part.id: part for part in question.parts}
    if not isinstance(response, Mapping) or not set(response) <= set(parts):
        return "wrong_shape"
    faults = (response_fault(parts[name], given) for name, given in response.items())
    return next((fault for fault in faults if fault), None)


def _text_fault(response: object, limit: int) -> str | None:
    if not isinstance(response, str):
        return "wrong_shape"
    if len(response) > limit:
        return "too_long"
    strange = (c for c in response if unicodedata.category(c) in {"Cs", "Cc"} and c not in "\n\r\t")
    return "not_text" if next(strange, None) else None


def _is_letter(question: Question, response: object) -> bool:
    known = LETTERS[: len(question.options)]
    return isinstance(response, str) and len(response) == 1 and response in known


def _is_letter_list(question: Question, response: object) -> bool:
    """Letters of the options, none twice; an ordering may be unfinished."""
    return (
        isinstance(response, list | tuple)
        and all(_is_letter(question, letter) for letter in response)
        and len(set(response)) == len(response)
    )


def _is_row(question: Question, response: object) -> bool:
    """A letter, or nothing yet, for each line on the left."""
    return (
        isinstance(response, list | tuple)
        and len(response) == len(question.left)
        and all(given in (None, "") or _is_letter(question, given) for given in response)
    )
