"""Reading a file of questions: every fault with row, column, reason and remedy, before anything is
written. JSON in the form of the course content, or the `questions` of a whole course file.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from courses.models import CoursePage, Question
from courses.rules.banking import COLUMNS, FAULTS, faults_in

QUESTIONS_MAX = 2000


@dataclass(frozen=True)
class RowFault:
    """What is wrong in one row: where, why and what to do."""

    row: int
    code: str
    column: str
    reason: str


@dataclass(frozen=True)
class Plan:
    """What taking a file in would do. Rows count from 1."""

    entries: tuple[Mapping[str, Any], ...]
    new: tuple[str, ...]
    changed: tuple[str, ...]
    same: tuple[str, ...]
    faults: tuple[RowFault, ...]

    @property
    def is_clean(self) -> bool:
        return not self.faults and bool(self.entries)


def refuse_constant(word: str) -> None:
    """JSON has no NaN and no infinity, whatever Python reads."""
    raise ValueError(word)


def read_entries(text: str) -> list[Mapping[str, Any]]:
    """Return the questions of a JSON text; raise ValidationError saying what to do instead."""
    try:
        found = json.loads(text, parse_constant=refuse_constant)
    except (ValueError, RecursionError) as error:
        place = getattr(error, "lineno", 1)
        raise ValidationError(
            _("This is not JSON: line %(line)s cannot be read. Export the file again.")
            % {"line": place},
            code="json",
        ) from error
    if isinstance(found, Mapping):
        found = found.get("questions")
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        raise ValidationError(
            _("No list of questions was found. Give a list, or an object with “questions”."),
            code="shape",
        )
    if len(found) > QUESTIONS_MAX:
        raise ValidationError(
            _("More than %(max)d questions in one file. Split it.") % {"max": QUESTIONS_MAX},
            code="many",
        )
    return found


def plan_of(course: CoursePage, text: str) -> Plan:
    """Return what a JSON text would do to a course's bank; writes nothing."""
    entries = read_entries(text)
    rows = Question.objects.filter(course=course, is_current=True)
    standing = {row.code: row for row in rows}
    faults: list[RowFault] = []
    seen: dict[str, int] = {}
    names: dict[str, list[str]] = {"new": [], "changed": [], "same": []}
    taken = set(standing) | {str(entry.get("id", "")) for entry in entries}
    for row, entry in enumerate(entries, start=1):
        code = str(entry.get("id", ""))
        faults += row_faults(row, code, entry, seen, taken)
        seen.setdefault(code, row)
        known = standing.get(code)
        is_same = known is not None and known.data == entry and not known.is_retired
        names["same" if is_same else "changed" if known else "new"].append(code)
    return Plan(
        tuple(entries),
        tuple(names["new"]),
        tuple(names["changed"]),
        tuple(names["same"]),
        tuple(faults),
    )


def row_faults(
    row: int, code: str, entry: Mapping[str, Any], seen: Mapping[str, int], taken: set[str]
) -> list[RowFault]:
    """Return everything wrong with one row."""
    found = []
    for fault in faults_in(entry):
        column = COLUMNS[fault.code]
        where = column if fault.question in ("", code) else f"parts / {fault.question} / {column}"
        found.append(RowFault(row, code, where, str(FAULTS[fault.code])))
    if code in seen:
        reason = _("The code stands in row %(row)d too. Give each question its own.")
        found.append(RowFault(row, code, "id", reason % {"row": seen[code]}))
    if len(code) > 40:
        reason = _("The code is longer than 40 characters. Shorten it.")
        found.append(RowFault(row, code, "id", reason))
    parts = entry.get("parts")
    for part in parts if isinstance(parts, list) else ():
        if isinstance(part, Mapping) and str(part.get("id")) in taken:
            reason = _("A part has the code of a question. Give each its own.")
            found.append(RowFault(row, code, "parts", reason))
    return found
