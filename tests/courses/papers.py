"""Small questions, banks and papers for the tests of drawing and grading, and the real ones."""

import json
from pathlib import Path

from courses.drawing import Blueprint, draw
from courses.questions import LETTERS, Kind, read_key, read_question

DATA = Path(__file__).parents[2] / "portal" / "demo" / "data" / "courses"
CONTENT = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(DATA.glob("*-l[0-3].json"))
}
CONTENT_QUESTIONS = [question for course in CONTENT.values() for question in course["questions"]]

LEVELS = [{"points": points, "descriptor": "..."} for points in (10, 6, 2, 0)]
SAMPLES = {
    Kind.SINGLE: {"options": ["a", "b", "c", "d"], "answer": "C"},
    Kind.TRUEFALSE: {"options": ["正确", "错误"], "answer": "B"},
    Kind.MULTIPLE: {"options": ["a", "b", "c", "d", "e"], "answer": ["A", "C", "E"]},
    Kind.NUMERIC: {"options": [], "answer": 0.62, "tolerance": 0.01, "unit": "TB"},
    Kind.MATCHING: {
        "options": {"left": ["w", "x", "y", "z"], "right": ["1", "2", "3", "4", "5"]},
        "answer": ["E", "C", "A", "D"],
    },
    Kind.ORDERING: {"options": ["a", "b", "c", "d", "e"], "answer": ["D", "A", "E", "C", "B"]},
    Kind.SHORT: {"options": [], "answer": ["委托", "委托处理"]},
    Kind.ESSAY: {
        "options": [],
        "answer": "要点",
        "rubric": [
            {"criterion": "组织", "levels": LEVELS},
            {"criterion": "方法", "levels": LEVELS},
        ],
    },
    Kind.CASE: {
        "options": [],
        "answer": None,
        "parts": [
            {
                "id": "case-a",
                "type": "single",
                "stem": "?",
                "options": ["a", "b"],
                "answer": "A",
                "points": 3,
            },
            {
                "id": "case-b",
                "type": "numeric",
                "stem": "?",
                "options": [],
                "answer": 35,
                "tolerance": 0.5,
                "unit": "%",
                "points": 1,
            },
        ],
    },
}


def sample(kind, name="", **changes):
    """The data of a small question of a kind, as the content's files write it."""
    traits = {"skill": "IC-01", "difficulty": 2, "explanation": "because"}
    base = {"id": name or kind.value, "type": kind.value, "stem": "What?"}
    return base | traits | SAMPLES[kind] | changes


def blueprint(*sections):
    """A blueprint of (pick, points, wanted traits) in plain form."""
    return Blueprint.from_data(
        {
            "sections": [
                {"name": f"s{n}", "pick": pick, "points": points, "from": wanted}
                for n, (pick, points, wanted) in enumerate(sections)
            ],
            "pass": 60,
            "minutes": 90,
        }
    )


def paper_of(*datas, seed="seed"):
    """A paper that holds just these questions, in one section of 100 points, in this order."""
    bank = [read_question(data) for data in datas]
    drawn = draw(blueprint((len(datas), 100, {})), bank, seed=seed)
    order = {data["id"]: n for n, data in enumerate(datas)}
    items = tuple(sorted(drawn.items, key=lambda item: order[item.question]))
    return type(drawn)(drawn.seed, items)


def keys_of(*datas):
    return {data["id"]: read_key(data) for data in datas}


def as_shown(item, letters):
    """The letters a learner would give for the author's ones."""
    return [LETTERS[item.shown.index(letter)] for letter in letters]


def right_response(data, item):
    """What a learner who knows everything answers; None for what examiners read."""
    kind, answer = data["type"], data.get("answer")
    if data.get("parts"):
        pairs = zip(data["parts"], item.parts, strict=True)
        return {part["id"]: right_response(part, place) for part, place in pairs}
    if kind in {"single", "truefalse"}:
        return as_shown(item, [answer])[0]
    if kind in {"multiple", "matching", "ordering"}:
        return as_shown(item, answer)
    if kind == "short":
        return answer[0]
    return f"{answer}{data.get('unit', '')}" if kind == "numeric" else None
