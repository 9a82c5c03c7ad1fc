"""Marked papers read again: a learner's own with explanations, and what a whole sitting says.

Both show keys. The learner's belongs behind the release of results, the statistics behind the
rules of examiners.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _

from courses.drawing import PaperItem
from courses.grading import ItemMark, PaperMark, Verdict, item_statistics, option_counts
from courses.lifecycle import AttemptState
from courses.models import AnswerRating, Attempt, Exam
from courses.queries.bank import frozen_questions
from courses.queries.sitting import paper_of, responses_of
from courses.questions import LETTERS, Kind, is_blank
from portal.core.exact import round_half_up

CHOSEN = {Kind.SINGLE, Kind.TRUEFALSE, Kind.MULTIPLE}

VERDICTS = {
    Verdict.RIGHT: _("Right"),
    Verdict.PARTLY: _("Right in part"),
    Verdict.WRONG: _("Wrong"),
    Verdict.UNANSWERED: _("Not answered"),
    Verdict.NO_NUMBER: _("No number"),
    Verdict.OTHER_UNIT: _("Another unit"),
    Verdict.RATED: _("Read by examiners"),
    Verdict.VOIDED: _("Question withdrawn"),
    Verdict.WAITING: _("Waits for an examiner"),
    Verdict.UNREADABLE: _("Unreadable"),
}


@dataclass(frozen=True)
class ShownOption:
    """An option as the learner saw it: whether they chose it, and whether it is right."""

    letter: str
    text: str
    is_chosen: bool
    is_right: bool


@dataclass(frozen=True)
class ReviewedItem:
    """One question of a marked paper, in the letters the learner saw."""

    code: str
    kind: str
    stem: str
    points: Decimal
    worth: Decimal
    verdict: Verdict
    answer: str
    right: str
    explanation: str
    options: list[ShownOption] = field(default_factory=list)
    parts: list["ReviewedItem"] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    @property
    def verdict_label(self) -> str:
        return str(VERDICTS[self.verdict])

    @property
    def tone(self) -> str:
        """The tone of the verdict's pill."""
        if self.verdict in {Verdict.RIGHT, Verdict.VOIDED}:
            return "good"
        return "" if self.points == self.worth else "warn" if self.points else "bad"


def paper_review(attempt: Attempt) -> list[ReviewedItem]:
    """Return a graded attempt's paper with marks, right answers and explanations."""
    exam = attempt.exam
    codes = {item.question for item in paper_of(attempt).items}
    versions = {code: (exam.bank | exam.key_versions)[code] for code in codes}
    rows = frozen_questions(exam, versions)
    marks = PaperMark.from_data(attempt.marks or {"items": []})
    responses = responses_of(attempt)
    comments = comments_on(attempt)
    triples = zip(paper_of(attempt).items, attempt.sheet, marks.items, strict=True)
    return [
        reviewed(
            item,
            shown,
            mark,
            rows[item.question].data,
            responses.get(item.question),
            comments,
        )
        for item, shown, mark in triples
    ]


def comments_on(attempt: Attempt) -> dict[str, list[str]]:
    """Return the examiners' comments by question or part, without their names."""
    found: dict[str, list[str]] = {}
    rows = AnswerRating.objects.filter(attempt=attempt).exclude(comment="").order_by("pk")
    for row in rows:
        found.setdefault(row.question, []).append(row.comment)
    return found


def reviewed(
    item: PaperItem,
    shown: Mapping[str, Any],
    mark: ItemMark,
    data: Mapping[str, Any],
    response: Any,
    comments: Mapping[str, list[str]],
) -> ReviewedItem:
    """Return one question with everything beside it."""
    texts = {option["letter"]: option["text"] for option in shown["options"]}
    right = right_letters(item, data)
    chosen = [response] if isinstance(response, str) else response or []
    parts = {part["id"]: part for part in data.get("parts") or ()}
    given = response if isinstance(response, Mapping) else {}
    marks = {part.question: part for part in mark.parts} if mark.parts else {}
    faces = {part["id"]: part for part in shown["parts"]}
    return ReviewedItem(
        code=item.question,
        kind=str(shown["type"]),
        stem=str(shown["stem"]),
        points=round_half_up(mark.points or Fraction(0)),
        worth=round_half_up(mark.worth),
        verdict=mark.verdict,
        answer="" if is_blank(response) else answer_text(shown, response, texts),
        right=right_text(shown, data, right, texts),
        explanation=str(data.get("explanation") or ""),
        options=[
            ShownOption(letter, text, letter in chosen, letter in right)
            for letter, text in texts.items()
        ]
        if shown["type"] in CHOSEN
        else [],
        parts=[
            reviewed(
                part,
                faces[part.question],
                marks[part.question],
                parts[part.question],
                given.get(part.question),
                comments,
            )
            for part in item.parts
            if part.question in marks
        ],
        comments=comments.get(item.question, []),
    )


def right_letters(item: PaperItem, data: Mapping[str, Any]) -> list[str]:
    """Return the right answer in the letters shown; empty for a question without letters."""
    if not item.shown:
        return []
    answer = data.get("answer") or []
    shown_as = {author: LETTERS[place] for place, author in enumerate(item.shown)}
    return [shown_as.get(letter, "") for letter in answer]


def answer_text(shown: Mapping[str, Any], response: Any, texts: Mapping[str, str]) -> str:
    """Return what a learner answered as lines of text."""
    if shown["type"] == Kind.MATCHING:
        return matched(shown["left"], [texts.get(letter or "", "–") for letter in response])
    if isinstance(response, Mapping):
        return ""
    if isinstance(response, str):
        return f"{response}  {texts[response]}" if response in texts else response
    return "\n".join(f"{letter}  {texts.get(letter, '')}" for letter in response)


def right_text(
    shown: Mapping[str, Any], data: Mapping[str, Any], right: list[str], texts: Mapping[str, str]
) -> str:
    """Return the right answer as lines of text."""
    kind = shown["type"]
    if kind == Kind.MATCHING:
        return matched(shown["left"], [texts.get(letter, "") for letter in right])
    if right:
        return "\n".join(f"{letter}  {texts.get(letter, '')}" for letter in right)
    answer = data.get("answer")
    if kind == Kind.NUMERIC:
        tolerance = f" ± {data['tolerance']}" if float(data.get("tolerance") or 0) else ""
        return f"{answer}{tolerance} {data.get('unit') or ''}".strip()
    if isinstance(answer, list):
        return " / ".join(map(str, answer))
    return str(answer or "")


def matched(left: Sequence[str], partners: Sequence[str]) -> str:
    pairs = zip(left, partners, strict=False)
    return "\n".join(f"{line} – {partner}" for line, partner in pairs)


@dataclass(frozen=True)
class ItemReport:
    """One question of an examination after it: figures, and how often each option was chosen."""

    code: str
    stem: str
    takers: int
    facility: Fraction
    discrimination: Fraction | None
    is_doubtful: bool
    options: list[tuple[str, str, int, bool]]

    @property
    def facility_percent(self) -> str:
        return f"{float(self.facility * 100):.0f}"

    @property
    def discrimination_text(self) -> str:
        return "" if self.discrimination is None else f"{float(self.discrimination):.2f}"


def item_statistics_of(exam: Exam) -> list[ItemReport]:
    """Return the statistics of an examination's questions from its graded attempts; 3 queries."""
    rows = Attempt.objects.filter(exam=exam, state=AttemptState.GRADED)
    attempts = list(rows.prefetch_related("answers").defer("sheet").order_by("pk"))
    questions = frozen_questions(exam, exam.bank | exam.key_versions)
    figures = item_statistics([PaperMark.from_data(one.marks or {}) for one in attempts])
    chosen = letters_by_question(attempts)
    return [
        ItemReport(
            one.question,
            str(questions[one.question].data.get("stem", "")),
            one.takers,
            one.facility,
            one.discrimination,
            one.is_doubtful,
            option_report(questions[one.question].data, chosen.get(one.question, [])),
        )
        for one in figures
    ]


def letters_by_question(attempts: Sequence[Attempt]) -> dict[str, list[list[str]]]:
    """Return what was chosen of each choice question, in the authors' letters."""
    found: dict[str, list[list[str]]] = {}
    for attempt in attempts:
        responses = responses_of(attempt)
        for item in paper_of(attempt).items:
            given = responses.get(item.question)
            if item.shown and given and not isinstance(given, Mapping):
                known = [one for one in given if one in LETTERS[: len(item.shown)] and one]
                letters = [item.author_letter(one) for one in known]
                found.setdefault(item.question, []).append(letters)
    return found


def option_report(
    data: Mapping[str, Any], answers: Sequence[Sequence[str]]
) -> list[tuple[str, str, int, bool]]:
    """Return the options of a choice with their counts and whether they are right."""
    if data.get("type") not in CHOSEN:
        return []
    options = dict(zip(LETTERS, data.get("options") or [], strict=False))
    right = data.get("answer") or []
    return [
        (letter, text, count, letter in right)
        for letter, text, count in option_counts(answers, options)
    ]
