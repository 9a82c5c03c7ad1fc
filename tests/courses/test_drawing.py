import json
from collections import Counter
from fractions import Fraction
from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.drawing import (
    Blueprint,
    BlueprintError,
    DrawRefused,
    Paper,
    Section,
    Shortage,
    draw,
    sheet,
    shortages,
)
from courses.questions import Kind, Question, read_question
from tests.courses.papers import CONTENT, blueprint, paper_of, right_response, sample

BANK = [
    Question(
        id=f"q{n:03}",
        kind=[Kind.SINGLE, Kind.MULTIPLE, Kind.ORDERING][n % 3],
        stem="?",
        options=("a", "b", "c", "d"),
        skill=f"S{n % 4}",
        module=f"m{n % 5}",
        difficulty=1 + n % 5,
    )
    for n in range(60)
]
MIXED = blueprint(
    (6, 40, {"types": ["single"]}),
    (4, 30, {"types": ["multiple"], "difficulty": [2, 4]}),
    (5, 30, {"skills": ["S1", "S2"]}),
)
seeds = st.text(min_size=1, max_size=20)


def names(paper):
    return [item.question for item in paper.items]


@pytest.mark.parametrize(
    ("wanted", "trait"),
    [
        ({"types": ["ordering"]}, lambda q: q.kind == Kind.ORDERING),
        ({"skills": ["S3"]}, lambda q: q.skill == "S3"),
        ({"modules": ["m0", "m4"]}, lambda q: q.module in {"m0", "m4"}),
        ({"difficulty": [4, 5]}, lambda q: q.difficulty in {4, 5}),
        (
            {"types": ["single"], "skills": ["S0"], "difficulty": [1, 3]},
            lambda q: (q.kind, q.skill, q.difficulty < 4) == (Kind.SINGLE, "S0", True),
        ),
    ],
)
def test_draw_takes_only_questions_of_the_sort_asked_for(wanted, trait):
    by_id = {question.id: question for question in BANK}
    paper = draw(blueprint((3, 100, wanted)), BANK, seed="1")
    assert [trait(by_id[name]) for name in names(paper)] == [True] * 3


@given(seeds)
def test_draw_fills_every_section_with_different_questions(seed):
    paper = draw(MIXED, BANK, seed=seed)
    assert Counter(item.section for item in paper.items) == {"s0": 6, "s1": 4, "s2": 5}
    assert len(set(names(paper))) == 15
    assert sum(item.points for item in paper.items) == 100


@given(seeds, st.randoms(use_true_random=False))
def test_draw_does_not_depend_on_the_order_of_the_bank(seed, rng):
    shuffled = list(BANK)
    rng.shuffle(shuffled)
    assert draw(MIXED, shuffled, seed=seed) == draw(MIXED, BANK, seed=seed)


def test_draw_gives_the_paper_it_gave_when_this_was_written():
    """Papers are drawn again years later to show that they were fair: this must never change."""
    paper = draw(blueprint((4, 100, {})), BANK, seed="GHA-2026")
    assert [(item.question, "".join(item.shown)) for item in paper.items] == [
        ("q048", "ADBC"),
        ("q058", "BDAC"),
        ("q023", "BACD"),
        ("q018", "CBDA"),
    ]


def test_draw_differs_between_seeds_and_reaches_every_question():
    drawn = [draw(blueprint((6, 100, {})), BANK, seed=str(n)) for n in range(200)]
    often = Counter(name for paper in drawn for name in names(paper))
    assert len({tuple(names(paper)) for paper in drawn}) == 200
    assert len(often) == len(BANK)
    assert max(often.values()) < 45  # 20 expected; a fair draw passes 45 once in a million


def test_draw_shares_overlapping_questions_so_that_all_sections_are_filled():
    """Section 0 may take anything, section 1 only the single ones: all of them are kept for it."""
    bank = BANK[:12]
    needs = blueprint((8, 50, {}), (4, 50, {"types": ["single"]}))
    for seed in range(20):
        paper = draw(needs, bank, seed=str(seed))
        assert Counter(item.section for item in paper.items) == {"s0": 8, "s1": 4}


def test_draw_moves_takers_along_a_chain():
    bank = [
        Question("a", Kind.SINGLE, "?", ("x", "y"), skill="S1"),
        Question("b", Kind.SINGLE, "?", ("x", "y"), skill="S2"),
        Question("c", Kind.SINGLE, "?", ("x", "y"), skill="S3"),
    ]
    needs = blueprint(
        (1, 40, {"skills": ["S1", "S2"]}),
        (1, 30, {"skills": ["S2", "S3"]}),
        (1, 30, {"skills": ["S1"]}),
    )
    for seed in range(20):
        assert names(draw(needs, bank, seed=str(seed))) == ["b", "c", "a"]


@pytest.mark.parametrize(
    ("sections", "expected"),
    [
        ([(21, 100, {"types": ["single"]})], [Shortage(("s0",), 21, 20)]),
        ([(1, 100, {"skills": ["none"]})], [Shortage(("s0",), 1, 0)]),
        (
            [
                (15, 40, {"types": ["single"]}),
                (6, 30, {"types": ["single"]}),
                (5, 30, {"types": ["multiple"]}),
            ],
            [Shortage(("s0", "s1"), 21, 20)],
        ),
        (
            [(30, 40, {"types": ["single"]}), (31, 60, {"types": ["multiple"]})],
            [Shortage(("s0",), 30, 20), Shortage(("s1",), 31, 20)],
        ),
    ],
)
def test_draw_refuses_with_the_sections_that_stay_short(sections, expected):
    needs = blueprint(*sections)
    with pytest.raises(DrawRefused) as refused:
        draw(needs, BANK, seed="1")
    assert list(refused.value.shortages) == expected
    assert list(shortages(needs, BANK)) == expected


sorts = st.fixed_dictionaries(
    {
        "types": st.lists(st.sampled_from(["single", "multiple", "ordering"]), unique=True),
        "skills": st.lists(st.sampled_from(["S0", "S1", "S2", "S3"]), unique=True),
    }
)


@given(st.lists(st.tuples(st.integers(1, 4), sorts), min_size=1, max_size=4), st.integers(1, 16))
def test_draw_refuses_exactly_when_some_sections_want_more_than_there_is(wanted, size):
    """Hall's condition, checked over every group of sections by brute force."""
    bank, points = BANK[:size], Fraction(100, len(wanted))
    sections = tuple(
        Section(f"s{n}", pick, points, frozenset(sort["types"]), frozenset(sort["skills"]))
        for n, (pick, sort) in enumerate(wanted)
    )
    groups = chain.from_iterable(combinations(sections, n) for n in range(1, len(sections) + 1))
    is_lacking = any(
        sum(s.pick for s in group) > sum(any(s.takes(q) for s in group) for q in bank)
        for group in groups
    )
    short = shortages(Blueprint(sections), bank)
    assert bool(short) == is_lacking
    assert all(shortage.found < shortage.wanted for shortage in short)


def test_draw_refuses_a_doubled_id():
    with pytest.raises(ValueError) as refused:
        draw(MIXED, [*BANK, Question("q000", Kind.SINGLE, "other")], seed="1")
    assert str(refused.value) == "question q000 is in the bank twice"


@pytest.mark.parametrize("kind", [Kind.SINGLE, Kind.MULTIPLE, Kind.MATCHING, Kind.ORDERING])
def test_options_are_shown_in_an_order_that_does_not_depend_on_the_answer(kind):
    """Each place has each option about as often, and another key gives the same order."""
    data = sample(kind)
    options = len(read_question(data).options)
    orders = [paper_of(data, seed=str(n)).items[0].shown for n in range(400)]
    for place in range(options):
        often = Counter(order[place] for order in orders)
        assert len(often) == options
        assert max(often.values()) < 2 * 400 / options
    answer = data["answer"]
    other = data | {"answer": "D" if kind == Kind.SINGLE else answer[::-1]}
    assert [paper_of(other, seed=str(n)).items[0].shown for n in range(400)] == orders


@pytest.mark.parametrize(
    "data",
    [sample(Kind.TRUEFALSE), sample(Kind.SINGLE, keep_order=True)],
    ids=["truefalse", "kept"],
)
def test_options_of_true_and_false_and_of_ladders_stay(data):
    letters = tuple("ABCD"[: len(data["options"])])
    assert {paper_of(data, seed=str(n)).items[0].shown for n in range(30)} == {letters}


def test_a_case_shares_its_points_among_its_parts():
    (item,) = paper_of(sample(Kind.CASE)).items
    assert [(part.question, part.points) for part in item.parts] == [("case-a", 75), ("case-b", 25)]


def test_points_of_a_section_that_does_not_divide_stay_exact():
    paper = draw(blueprint((3, 100, {})), BANK, seed="1")
    assert [item.points for item in paper.items] == [Fraction(100, 3)] * 3


def test_sheet_shows_no_key():
    """Marked words in everything a learner must not see; none of them is on the sheet."""
    datas = [sample(kind, explanation="SECRET") for kind in Kind]
    datas = [
        d | {"rubric": [{**r, "criterion": "SECRET"} for r in d.get("rubric", [])]} for d in datas
    ]
    paper = paper_of(*datas)
    shown = sheet(paper, {data["id"]: read_question(data) for data in datas})
    assert {key for entry in shown for key in entry} == {
        "id", "section", "type", "stem", "points", "unit", "left", "options", "parts",
    }  # fmt: skip
    text = json.dumps(shown, ensure_ascii=False)
    assert [word for word in ("SECRET", "委托", "要点", "0.62", "0.01") if word in text] == []


def test_sheet_is_the_same_whatever_the_key_says():
    plain, other = sample(Kind.MULTIPLE), sample(Kind.MULTIPLE, answer=["B"])
    sheets = [sheet(paper_of(data), {data["id"]: read_question(data)}) for data in (plain, other)]
    assert sheets[0] == sheets[1]


def test_sheet_letters_options_as_they_are_shown():
    data = sample(Kind.MATCHING)
    paper = paper_of(data)
    (shown,) = sheet(paper, {data["id"]: read_question(data)})
    texts = dict(zip("ABCDE", data["options"]["right"], strict=True))
    assert [option["letter"] for option in shown["options"]] == list("ABCDE")
    assert [option["text"] for option in shown["options"]] == [
        texts[letter] for letter in paper.items[0].shown
    ]
    assert shown["left"] == ["w", "x", "y", "z"]


@given(seeds)
def test_paper_survives_being_stored(seed):
    paper = draw(MIXED, BANK, seed=seed)
    assert Paper.from_data(json.loads(json.dumps(paper.as_data()))) == paper


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"points": 50}, "not_full_marks"),
        ({"points": -1}, "bad_points"),
        ({"pick": 0}, "bad_pick"),
        ({"pick": 1.5}, "bad_pick"),
        ({"from": {"types": ["riddle"]}}, "bad_kind"),
        ({"from": {"difficulty": [4, 2]}}, "bad_difficulty"),
    ],
)
def test_blueprint_that_cannot_be_used_says_why(change, code):
    section = {"name": "s", "pick": 1, "points": 100, "from": {}}
    with pytest.raises(BlueprintError) as refused:
        Blueprint.from_data({"sections": [section | change], "pass": 60, "minutes": 10})
    assert refused.value.code == code


@pytest.mark.parametrize("course", CONTENT)
def test_every_course_can_draw_its_paper(course):
    data = CONTENT[course]
    bank = [read_question(question) for question in data["questions"]]
    needs = Blueprint.from_data(data["blueprint"])
    papers = [draw(needs, bank, seed=f"learner {n}") for n in range(30)]
    assert {len(paper.items) for paper in papers} == {sum(s.pick for s in needs.sections)}
    assert {sum(item.points for item in paper.items) for paper in papers} == {100}
    assert len({tuple(names(paper)) for paper in papers}) > 25


def test_right_answers_are_spread_over_the_letters_shown():
    """Nobody passes by always choosing one letter."""
    data = sample(Kind.SINGLE)
    given = (paper_of(data, seed=str(n)).items[0] for n in range(400))
    often = Counter(right_response(data, item) for item in given)
    assert min(often[letter] for letter in "ABCD") > 70
