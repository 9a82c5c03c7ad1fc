"""Choosing the questions of a paper: from a blueprint, a bank and a seed, always the same paper.

Chance is the SHA-256 of seed, place and question: no generator whose next release could give
another paper, and no influence of the order of the bank. Questions come without their keys, so
neither the choice nor the order of options can depend on what is right.

A paper is frozen when an attempt starts: its items (`Paper.as_data`) and what the learner is
shown (`sheet`). Not for marking (grading), and not for who may sit when (rules).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from courses.questions import LETTERS, Kind, Question

FULL_MARKS = Fraction(100)
SHUFFLED = {Kind.SINGLE, Kind.MULTIPLE, Kind.MATCHING, Kind.ORDERING}


class BlueprintError(ValueError):
    """A blueprint's data cannot be used: `code` says how, `section` where (empty: the whole)."""

    def __init__(self, code: str, section: str = "") -> None:
        super().__init__(f"{section}: {code}")
        self.code = code
        self.section = section


@dataclass(frozen=True, slots=True)
class Shortage:
    """These sections together ask for more questions than fit any of them."""

    sections: tuple[str, ...]
    wanted: int
    found: int


class DrawRefused(ValueError):
    """The bank cannot fill the blueprint; `shortages` says where and by how many."""

    def __init__(self, shortages: tuple[Shortage, ...]) -> None:
        super().__init__("; ".join(f"{s.sections}: {s.found} of {s.wanted}" for s in shortages))
        self.shortages = shortages


@dataclass(frozen=True, slots=True)
class Section:
    """So many questions of a sort, worth `points` together and each the same. Empty: any."""

    name: str
    pick: int
    points: Fraction
    kinds: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    modules: frozenset[str] = frozenset()
    difficulty: tuple[int, int] = (1, 5)

    def takes(self, question: Question) -> bool:
        """True when the question is of the sort asked for; both ends of difficulty belong."""
        lowest, highest = self.difficulty
        return (
            (not self.kinds or question.kind in self.kinds)
            and (not self.skills or question.skill in self.skills)
            and (not self.modules or question.module in self.modules)
            and lowest <= question.difficulty <= highest
        )


@dataclass(frozen=True, slots=True)
class Blueprint:
    """What a paper is made of. `pass_mark` is of 100, `minutes` is the time allowed."""

    sections: tuple[Section, ...]
    pass_mark: Decimal = Decimal(60)
    minutes: int = 60

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Blueprint:
        """Read the content's JSON; BlueprintError no_sections, doubled_name, bad_kind, bad_pick,
        bad_points, bad_difficulty, not_full_marks.

        Rule: the sections' points add up to 100, and in a section every question has the same.
        """
        sections = tuple(_section(entry) for entry in data["sections"])
        if not sections:
            raise BlueprintError("no_sections")
        if len({section.name for section in sections}) < len(sections):
            raise BlueprintError("doubled_name")
        if sum(section.points for section in sections) != FULL_MARKS:
            raise BlueprintError("not_full_marks")
        return cls(sections, Decimal(str(data["pass"])), data["minutes"])


@dataclass(frozen=True, slots=True)
class PaperItem:
    """One question of one paper: what it is worth, and its options as shown.

    `shown` are the author's letters in the order shown: the learner's A is the author's shown[0].
    Empty for questions without options, and for a case, which has items of its own.
    """

    question: str
    section: str
    points: Fraction
    shown: tuple[str, ...] = ()
    parts: tuple[PaperItem, ...] = ()

    def author_letter(self, letter: str) -> str:
        """The author's letter behind a shown one; ValueError when no such option was shown."""
        place = LETTERS.find(letter) if len(letter) == 1 else -1
        if not 0 <= place < len(self.shown):
            raise ValueError(f"{self.question} has no option {letter!r}")
        return self.shown[place]

    def as_data(self) -> dict[str, Any]:
        """Plain JSON data; points as text, exact ("20/3")."""
        return {
            "question": self.question,
            "section": self.section,
            "points": str(self.points),
            "shown": list(self.shown),
            "parts": [part.as_data() for part in self.parts],
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> PaperItem:
        """Read back what `as_data` wrote."""
        return cls(
            question=data["question"],
            section=data["section"],
            points=Fraction(data["points"]),
            shown=tuple(data["shown"]),
            parts=tuple(map(cls.from_data, data["parts"])),
        )


@dataclass(frozen=True, slots=True)
class Paper:
    """The items in the order shown, with the seed they were drawn by."""

    seed: str
    items: tuple[PaperItem, ...]

    def as_data(self) -> dict[str, Any]:
        """Plain JSON data, as frozen with an attempt."""
        return {"seed": self.seed, "items": [item.as_data() for item in self.items]}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Paper:
        """Read back what `as_data` wrote."""
        return cls(data["seed"], tuple(map(PaperItem.from_data, data["items"])))


def shortages(blueprint: Blueprint, bank: Iterable[Question]) -> tuple[Shortage, ...]:
    """What keeps the bank from filling the blueprint, for any seed; empty when it can.

    Tried before an examination opens, not when the first learner starts.
    """
    return _choose(blueprint.sections, _by_id(bank), seed="")[1]


def draw(blueprint: Blueprint, bank: Iterable[Question], *, seed: str) -> Paper:
    """The paper of this seed; DrawRefused when the bank cannot fill it.

    Rule: the same blueprint, bank and seed give the same paper; no question comes twice; sections
    keep their order, questions within one and the options of a question are in random order.
    Where sections ask for overlapping sorts, questions are shared out so that all can be filled
    whenever that is possible at all. Raises ValueError for a doubled id in the bank.
    """
    questions = _by_id(bank)
    chosen, short = _choose(blueprint.sections, questions, seed)
    if short:
        raise DrawRefused(short)
    items = (
        _item(questions[name], section.name, section.points / section.pick, seed)
        for section in blueprint.sections
        for name in _shuffled(chosen[section.name], seed, "order", section.name)
    )
    return Paper(seed, tuple(items))


def sheet(paper: Paper, questions: Mapping[str, Question]) -> list[dict[str, Any]]:
    """All a learner is shown of a paper, as JSON data to be frozen with the attempt: no key.

    Options carry the letters shown, which answers are given in.
    """
    return [_shown(item, questions[item.question]) for item in paper.items]


def face_of(shown: Mapping[str, Any]) -> Question:
    """The question as it was shown, read back from one entry of a sheet: for checking answers."""
    return Question(
        id=shown["id"],
        kind=Kind(shown["type"]),
        stem=shown["stem"],
        options=tuple(option["text"] for option in shown["options"]),
        left=tuple(shown["left"]),
        unit=shown["unit"],
        parts=tuple(map(face_of, shown["parts"])),
        points=Fraction(shown["points"]),
    )


def _section(data: Mapping[str, Any]) -> Section:
    wanted, name = data["from"], data["name"]
    kinds = frozenset(wanted.get("types") or ())
    lowest, highest = wanted.get("difficulty") or (1, 5)
    points = Fraction(str(data["points"]))
    if not kinds <= set(Kind):
        raise BlueprintError("bad_kind", name)
    if isinstance(data["pick"], bool) or not isinstance(data["pick"], int) or data["pick"] < 1:
        raise BlueprintError("bad_pick", name)
    if points <= 0:
        raise BlueprintError("bad_points", name)
    if not 1 <= lowest <= highest <= 5:
        raise BlueprintError("bad_difficulty", name)
    return Section(
        name=name,
        pick=data["pick"],
        points=points,
        kinds=kinds,
        skills=frozenset(wanted.get("skills") or ()),
        modules=frozenset(wanted.get("modules") or ()),
        difficulty=(lowest, highest),
    )


def _by_id(bank: Iterable[Question]) -> dict[str, Question]:
    questions: dict[str, Question] = {}
    for question in bank:
        if questions.setdefault(question.id, question) is not question:
            raise ValueError(f"question {question.id} is in the bank twice")
    return questions


def _shuffled(names: Iterable[str], *scope: str) -> list[str]:
    """The names in an order that depends on them and on the scope alone, and favours none."""

    def chance(name: str) -> bytes:
        return hashlib.sha256("\x1f".join((*scope, name)).encode()).digest()

    return sorted(names, key=chance)


def _choose(
    sections: Sequence[Section], questions: Mapping[str, Question], seed: str
) -> tuple[dict[str, list[str]], tuple[Shortage, ...]]:
    """Questions for each section, and the sections that stay short.

    Every section takes in its own random order; one that finds its questions taken asks the
    taker to move to another (augmenting paths), so nothing fails that could be arranged.
    """
    pools = {
        section.name: _shuffled(
            (name for name, question in questions.items() if section.takes(question)),
            seed,
            "draw",
            section.name,
        )
        for section in sections
    }
    taker: dict[str, str] = {}
    short: dict[frozenset[str], Shortage] = {}
    for section in sections:
        for _ in range(section.pick):
            seen: dict[str, None] = {}
            if not _take(section.name, pools, taker, seen):
                lack = _shortage(section.name, sections, pools, taker, seen)
                short[frozenset(lack.sections)] = lack
                break
    chosen = {
        section.name: [name for name, owner in taker.items() if owner == section.name]
        for section in sections
    }
    return chosen, tuple(short.values())


def _take(
    section: str, pools: Mapping[str, list[str]], taker: dict[str, str], seen: dict[str, None]
) -> bool:
    """Give the section one more question, moving others where needed; False when none is left."""
    for name in pools[section]:
        if name not in seen and name not in taker:
            seen[name] = None
            taker[name] = section
            return True
    for name in pools[section]:
        if name in seen or taker[name] == section:
            continue
        seen[name] = None
        if _take(taker[name], pools, taker, seen):
            taker[name] = section
            return True
    return False


def _shortage(
    section: str,
    sections: Sequence[Section],
    pools: Mapping[str, list[str]],
    taker: Mapping[str, str],
    seen: Mapping[str, None],
) -> Shortage:
    """The sections that compete for the questions that ran out, and how many there are."""
    names = {section} | {taker[name] for name in seen}
    among = [entry for entry in sections if entry.name in names]
    return Shortage(
        sections=tuple(entry.name for entry in among),
        wanted=sum(entry.pick for entry in among),
        found=len({name for entry in among for name in pools[entry.name]}),
    )


def _item(question: Question, section: str, points: Fraction, seed: str) -> PaperItem:
    """The question in place: a case shares its points among its parts by their weights."""
    whole = sum((part.points for part in question.parts), Fraction(0))
    parts = (
        _item(part, section, points * part.points / whole, f"{seed}\x1f{question.id}")
        for part in question.parts
    )
    return PaperItem(question.id, section, points, _order(question, seed), tuple(parts))


def _order(question: Question, seed: str) -> tuple[str, ...]:
    """Rule: options are shown in random order, for matching those on the right; true and false,
    and choices the author marked (`keep_order`, as a ladder of sizes), stay as they are.

    The right order of an ordering question may come up like any other: leaving it out would tell
    something. An answer counts only once given, so untouched options earn nothing.
    """
    letters = LETTERS[: len(question.options)]
    if question.keep_order or question.kind not in SHUFFLED:
        return tuple(letters)
    return tuple(_shuffled(letters, seed, "options", question.id))


def _shown(item: PaperItem, question: Question) -> dict[str, Any]:
    texts = dict(zip(LETTERS, question.options, strict=False))
    return {
        "id": item.question,
        "section": item.section,
        "type": question.kind.value,
        "stem": question.stem,
        "points": str(item.points),
        "unit": question.unit,
        "left": list(question.left),
        "options": [
            {"letter": shown, "text": texts[letter]}
            for shown, letter in zip(LETTERS, item.shown, strict=False)
        ],
        "parts": [
            _shown(part, face) for part, face in zip(item.parts, question.parts, strict=True)
        ],
    }
