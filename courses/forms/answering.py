"""The answer sheet as form controls: from a frozen sheet to fields, and from a post to answers.

Names follow the order of the sheet: `q3`, for a part of a case `q3.1`; `r3` and `k3` carry the
revision the page was made upon and a key. The script reads and writes the same controls.
"""

import hashlib
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from courses.models import Answer
from courses.questions import Kind, is_blank
from courses.services.sitting import Sent
from portal.core.audit import canonical

KINDS = {
    Kind.SINGLE: _("Single choice"),
    Kind.MULTIPLE: _("Multiple choice"),
    Kind.TRUEFALSE: _("True or false"),
    Kind.NUMERIC: _("Number"),
    Kind.MATCHING: _("Matching"),
    Kind.ORDERING: _("Ordering"),
    Kind.SHORT: _("Short text"),
    Kind.ESSAY: _("Essay"),
    Kind.CASE: _("Case"),
}
REVISION_DIGITS = 6


@dataclass(frozen=True)
class Option:
    """One option with its letter; `place` is its place in an ordering, 0 for none."""

    letter: str
    text: str
    is_chosen: bool = False
    place: int = 0


@dataclass(frozen=True)
class Row:
    """One line of a matching question with the letter given."""

    text: str
    letter: str


@dataclass(frozen=True)
class Field:
    """One question (or part of a case) as it stands on the page, with the answer given."""

    name: str
    id: str
    kind: str
    kind_name: Any
    stem: str
    points: str
    unit: str
    value: str = ""
    options: tuple[Option, ...] = ()
    rows: tuple[Row, ...] = ()
    parts: tuple["Field", ...] = ()
    number: int = 0
    revision: int = 0
    saved_at: Any = None
    key: str = ""
    is_answered: bool = field(default=False)

    @property
    def places(self) -> range:
        """The places of an ordering."""
        return range(1, len(self.options) + 1)


def fields_of(
    sheet: list[dict[str, Any]],
    answers: Mapping[str, Answer],
    typed: Mapping[str, Any] | None = None,
) -> list[Field]:
    """Return the sheet's fields with the answers that stand, or what was `typed` over them."""
    return [
        sheet_field(number, shown, answers.get(shown["id"]), typed or {})
        for number, shown in enumerate(sheet, start=1)
    ]


def sheet_field(
    number: int, shown: dict[str, Any], answer: Answer | None, typed: Mapping[str, Any]
) -> Field:
    """Return one question of the sheet with what is known of its answer."""
    response = typed.get(shown["id"], answer.response if answer else None)
    facts = control_facts(f"q{number}", shown, response)
    return Field(
        **facts,
        number=number,
        revision=answer.revision if answer else 0,
        saved_at=answer.saved_at if answer else None,
        key=secrets.token_urlsafe(9),
        is_answered=not is_blank(response),
    )


def control_facts(name: str, shown: dict[str, Any], response: Any) -> dict[str, Any]:
    """Return what a control shows: the question's words, and the answer put into its places."""
    kind = Kind(shown["type"])
    given = response if isinstance(response, Mapping) else {}
    letters = [letter or "" for letter in response] if isinstance(response, list) else []
    chosen = {response} if isinstance(response, str) else set(letters)
    places = {letter: place for place, letter in enumerate(letters, start=1)}
    left = enumerate(shown["left"])
    return {
        "name": name,
        "id": shown["id"],
        "kind": kind.value,
        "kind_name": KINDS[kind],
        "stem": shown["stem"],
        "points": points_text(shown["points"]),
        "unit": shown["unit"],
        "value": response if isinstance(response, str) else "",
        "options": tuple(
            Option(
                option["letter"],
                option["text"],
                option["letter"] in chosen,
                places.get(option["letter"], 0),
            )
            for option in shown["options"]
        ),
        "rows": tuple(Row(text, letters[at] if at < len(letters) else "") for at, text in left),
        "parts": tuple(
            Field(**control_facts(f"{name}.{at}", part, given.get(part["id"])))
            for at, part in enumerate(shown["parts"], start=1)
        ),
    }


def points_text(exact: str) -> str:
    """Return exact points ("5/2") as people read them, with two decimals at most."""
    top, _slash, bottom = exact.partition("/")
    return f"{int(top) / int(bottom or 1):.2f}".rstrip("0").rstrip(".")


def posted_answers(
    sheet: list[dict[str, Any]], answers: Mapping[str, Answer], data: QueryDict
) -> list[Sent]:
    """Return the changes in a posted page: what differs from the answers that stand.

    A key is the page's own for this question, with the text's hash: the same post twice is one
    change, another text typed after going back is another.
    """
    return [
        Sent(
            question=shown["id"],
            response=response,
            base=number_of(data.get(f"r{number}", "")),
            key=key_of(data.get(f"k{number}", ""), response),
        )
        for number, shown, response in posted_responses(sheet, data)
        if differs(answers.get(shown["id"]), response)
    ]


def posted_responses(
    sheet: list[dict[str, Any]], data: QueryDict
) -> Iterator[tuple[int, dict[str, Any], Any]]:
    """Yield number, question and answer for every question that the post speaks of."""
    for number, shown in enumerate(sheet, start=1):
        if f"r{number}" in data:
            yield number, shown, response_in(f"q{number}", shown, data)


def typed_responses(sheet: list[dict[str, Any]], data: QueryDict) -> dict[str, Any]:
    """Return everything a post speaks of by question, to show it again."""
    return {shown["id"]: response for _n, shown, response in posted_responses(sheet, data)}


def response_in(name: str, shown: dict[str, Any], data: QueryDict) -> Any:
    """Return the answer to one question in a post, in the shape that is stored."""
    kind = Kind(shown["type"])
    if shown["parts"]:
        return {
            part["id"]: response_in(f"{name}.{at}", part, data)
            for at, part in enumerate(shown["parts"], start=1)
        }
    if kind in {Kind.MULTIPLE, Kind.MATCHING}:
        return data.getlist(name)
    if kind == Kind.ORDERING:
        return ordered(shown, data.getlist(name))
    return data.get(name, "").replace("\r\n", "\n")


def ordered(shown: dict[str, Any], places: list[str]) -> list[str]:
    """Return the letters in the order of the places typed beside them; those without are out."""
    letters = [option["letter"] for option in shown["options"]]
    numbered = [(number_of(place), letter) for place, letter in zip(places, letters, strict=False)]
    return [letter for place, letter in sorted(numbered) if place]


def differs(answer: Answer | None, response: Any) -> bool:
    """Say whether a posted answer is another than the one that stands."""
    stored = answer.response if answer else None
    return response != stored and not (is_blank(response) and is_blank(stored))


def number_of(text: str) -> int:
    """Return a whole number as posted, or 0."""
    is_number = text.isascii() and text.isdigit() and len(text) <= REVISION_DIGITS
    return int(text) if is_number else 0


def key_of(page_key: str, response: Any) -> str:
    """Return the key of a change in a posted page."""
    text = f"{page_key}\x1f{canonical(response)}"
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:40]
