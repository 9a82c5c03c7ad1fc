import json
from decimal import Decimal
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from courses.drawing import draw
from courses.grading import (
    ExamRule,
    PaperMark,
    Part,
    PracticeTask,
    Rating,
    RatingRule,
    Verdict,
    answers_digest,
    exam_result,
    mark_item,
    mark_paper,
    practice_score,
    rating_fault,
    regrade,
    settle,
)
from courses.questions import (
    Kind,
    QuestionError,
    fold,
    is_blank,
    question_faults,
    read_key,
    read_number,
    read_question,
    response_fault,
)
from tests.courses.papers import (
    CONTENT,
    CONTENT_QUESTIONS,
    SAMPLES,
    as_shown,
    blueprint,
    keys_of,
    paper_of,
    right_response,
    sample,
)

AUTOMATIC = [kind for kind in Kind if kind not in {Kind.ESSAY, Kind.CASE}]
ONE_EXAMINER, TWO_EXAMINERS = RatingRule(), RatingRule(examiners=2)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


def marked(data, response=None, *, shown=None, ratings=(), rule=ONE_EXAMINER):
    """The mark of one question worth 100; `shown` gives an answer in the author's letters."""
    (item,) = paper_of(data).items
    given = response if shown is None else as_shown(item, shown)
    if data["type"] in {"single", "truefalse"} and shown is not None:
        given = given[0]
    rated = {data["id"]: ratings}
    return mark_item(item, read_key(data), given, ratings=rated, rule=rule)


def points(data, response=None, **how):
    found = marked(data, response, **how)
    return found.verdict, found.points


def rating(examiner, *given):
    return Rating(examiner, tuple(map(Decimal, given)))


@pytest.mark.parametrize("kind", AUTOMATIC)
def test_the_right_answer_earns_all_points(kind):
    data = sample(kind)
    (item,) = paper_of(data).items
    assert points(data, right_response(data, item)) == (Verdict.RIGHT, 100)


@pytest.mark.parametrize("kind", AUTOMATIC)
@pytest.mark.parametrize("response", [None, "", "  ", [], [None, ""]], ids=repr)
def test_no_answer_earns_nothing_at_once(kind, response):
    assert points(sample(kind), response) == (Verdict.UNANSWERED, 0)


@pytest.mark.parametrize("response", [None, "", "两个月内完成……"], ids=["none", "blank", "text"])
def test_an_essay_has_no_points_before_examiners_gave_theirs(response):
    """Not even a blank one: a lost text must not become a 0 by itself."""
    assert points(sample(Kind.ESSAY), response) == (Verdict.WAITING, None)


@pytest.mark.parametrize(("letter", "expected"), [("C", 100), ("A", 0), ("D", 0)])
def test_single_choice_is_right_or_wrong(letter, expected):
    assert marked(sample(Kind.SINGLE), shown=[letter]).points == expected


def test_single_choice_may_accept_several():
    data = sample(Kind.SINGLE, answer=["A", "C"])
    assert [marked(data, shown=[letter]).points for letter in "ABCD"] == [100, 0, 100, 0]


@pytest.mark.parametrize(
    ("chosen", "by_all", "by_share"),
    [
        ("ACE", 100, 100),
        ("ECA", 100, 100),
        ("AC", 0, Fraction(200, 3)),
        ("A", 0, Fraction(100, 3)),
        ("ACDE", 0, 0),
        ("AB", 0, 0),
        ("ABCDE", 0, 0),
    ],
)
def test_multiple_choice_needs_all_or_gives_shares_until_a_wrong_one(chosen, by_all, by_share):
    assert marked(sample(Kind.MULTIPLE), shown=chosen).points == by_all
    assert marked(sample(Kind.MULTIPLE, credit="share"), shown=chosen).points == by_share


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("DAECB", 100),
        ("DAEBC", 50),  # D-A, A-E
        ("BDAEC", 75),  # the last step came first: only its own neighbour is lost
        ("BCEAD", 0),
        ("DAE", 50),
    ],
)
def test_ordering_earns_a_share_for_each_right_successor(order, expected):
    assert marked(sample(Kind.ORDERING), shown=order).points == expected


def test_ordering_by_all_takes_the_share_away():
    assert points(sample(Kind.ORDERING, credit="all"), shown="DAEBC") == (Verdict.WRONG, 0)


@pytest.mark.parametrize(
    ("row", "expected"), [("ECAD", 100), ("ECAB", 75), ("EEEE", 25), ("CEDA", 0)]
)
def test_matching_earns_a_share_for_each_right_line(row, expected):
    assert marked(sample(Kind.MATCHING), shown=row).points == expected


def test_matching_counts_an_empty_line_as_wrong():
    data = sample(Kind.MATCHING)
    (item,) = paper_of(data).items
    first = as_shown(item, "E")[0]
    assert points(data, [first, None, "", None]) == (Verdict.PARTLY, 25)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.62", (Verdict.RIGHT, 100)),
        (" ０．６２　ＴＢ ", (Verdict.RIGHT, 100)),
        (".62tb", (Verdict.RIGHT, 100)),
        ("6.2e-1 TB。", (Verdict.RIGHT, 100)),
        ("0.61", (Verdict.RIGHT, 100)),
        ("0.63", (Verdict.RIGHT, 100)),
        ("0.6300001", (Verdict.WRONG, 0)),
        ("0.6099999", (Verdict.WRONG, 0)),
        ("-0.62", (Verdict.WRONG, 0)),
        ("620 GB", (Verdict.OTHER_UNIT, 0)),
        ("六成", (Verdict.NO_NUMBER, 0)),
        ("0.6或0.7", (Verdict.NO_NUMBER, 0)),
        ("0.62" * 1000, (Verdict.NO_NUMBER, 0)),
        ("٣", (Verdict.NO_NUMBER, 0)),
        ("1e99", (Verdict.WRONG, 0)),
    ],
)
def test_a_number_counts_within_its_tolerance_and_unit(text, expected):
    assert points(sample(Kind.NUMERIC), text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8,200", ("8200", True)),
        ("８，２００ 条", ("8200", True)),
        ("1,234,567.5", ("1234567.5", True)),
        ("−5", ("-5", True)),
        ("+5条。", ("5", True)),
        ("5 台", ("5", False)),
        ("82,00", None),
        ("e5", None),
        ("-", None),
        ("", None),
    ],
)
def test_read_number_reads_what_people_type(text, expected):
    assert read_number(text, "条") == (expected and (Decimal(expected[0]), expected[1]))


@given(st.decimals(-(10**6), 10**6, places=3), st.decimals(0, 1000, places=3))
def test_a_number_is_right_exactly_within_the_tolerance(offset, tolerance):
    data = sample(Kind.NUMERIC, answer="0.5", tolerance=str(tolerance), unit="")
    found = marked(data, f"{Decimal('0.5') + offset:f}")
    assert (found.verdict == Verdict.RIGHT) == (abs(offset) <= tolerance)


@pytest.mark.parametrize(
    "text",
    ["委托", "委 托", "“委托”", "委托。", "「委托处理」", "（委托）", "\u200b委托", "委\n托"],
)
def test_a_short_text_ignores_how_it_was_entered(text):
    assert points(sample(Kind.SHORT), text) == (Verdict.RIGHT, 100)


@pytest.mark.parametrize("text", ["提供", "委", "委托处理者", "不委托"])
def test_a_short_text_is_wrong_when_it_says_something_else(text):
    assert points(sample(Kind.SHORT), text) == (Verdict.WRONG, 0)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＮＴＰ", "ntp"),
        ("Modbus　TCP", "modbus tcp"),
        ("TLCP／TLS", "tlcp/tls"),
        ("《数据安全法》", "<数据安全法>"),
        ("802–1X", "802-1x"),
        ("A、B", "a，b"),
    ],
)
def test_fold_makes_equal_what_differs_in_entering_only(one, other):
    assert fold(one) == fold(other)


@given(st.text(alphabet="aAｂＢ中文，,。.“”()（） 0１-—", max_size=12))
def test_fold_is_settled_after_one_pass(text):
    assert fold(fold(text)) == fold(text)


@given(st.sampled_from(AUTOMATIC), json_values)
def test_marking_never_fails_and_waits_for_people_on_what_is_no_answer(kind, response):
    """Whatever is stored, a paper can be marked; what cannot be read is not a 0."""
    data = sample(kind)
    found = marked(data, response)
    is_storable = response_fault(read_question(data), response) is None
    assert (found.points is None) == (found.verdict == Verdict.UNREADABLE)
    assert not (is_storable and found.verdict == Verdict.UNREADABLE)
    assert found.points is None or 0 <= found.points <= 100


@given(st.sampled_from([Kind.MULTIPLE, Kind.MATCHING, Kind.ORDERING]), st.data())
def test_one_more_right_piece_never_costs_points(kind, draws):
    data = sample(kind, credit="share")
    answer = data["answer"]
    if kind == Kind.MATCHING:
        before = draws.draw(st.lists(st.sampled_from("ABCDE"), min_size=4, max_size=4))
        place = draws.draw(st.integers(0, 3))
        after = [*before[:place], answer[place], *before[place + 1 :]]
    else:
        length = draws.draw(st.integers(0, len(answer) - 1))
        before, after = answer[:length], answer[: length + 1]
    assert marked(data, shown=after).points >= marked(data, shown=before).points


@pytest.mark.parametrize("kind", [Kind.SINGLE, Kind.MULTIPLE, Kind.MATCHING, Kind.ORDERING])
def test_marks_do_not_depend_on_the_order_options_were_shown_in(kind):
    data, key = sample(kind), read_key(sample(kind))
    given = data["answer"][0] if kind == Kind.SINGLE else data["answer"][1:] + data["answer"][:1]
    found = set()
    for seed in range(40):
        (item,) = paper_of(data, seed=str(seed)).items
        shown = as_shown(item, given)
        found.add(mark_item(item, key, shown[0] if kind == Kind.SINGLE else shown).points)
    assert len(found) == 1


def test_options_of_multiple_choice_may_be_given_in_any_order():
    data = sample(Kind.MULTIPLE)
    assert {marked(data, shown=order).points for order in permutations("ACE")} == {100}


def test_a_case_is_the_sum_of_its_parts():
    data = sample(Kind.CASE)
    (item,) = paper_of(data).items
    right = right_response(data, item)
    assert points(data, right) == (Verdict.RIGHT, 100)
    assert points(data, right | {"case-b": "34"}) == (Verdict.PARTLY, 75)
    assert points(data, {"case-b": "35.5%"}) == (Verdict.PARTLY, 25)
    assert points(data, {"case-a": None}) == (Verdict.UNANSWERED, 0)
    assert points(data) == (Verdict.UNANSWERED, 0)
    assert points(data, ["A"]) == (Verdict.UNREADABLE, None)


def test_a_case_waits_while_one_of_its_parts_waits():
    data = sample(Kind.CASE)
    essay = sample(Kind.ESSAY, "case-c") | {"points": 4}
    data = data | {"parts": [*data["parts"], essay]}
    (item,) = paper_of(data).items
    key, given = read_key(data), right_response(data, item)
    waiting = mark_item(item, key, given)
    assert (waiting.verdict, waiting.points) == (Verdict.WAITING, None)
    assert [part.points for part in waiting.parts] == [Fraction(75, 2), Fraction(25, 2), None]
    rated = mark_item(item, key, given, ratings={"case-c": [rating("x", 10, 6)]})
    assert (rated.verdict, rated.points) == (Verdict.PARTLY, 90)


def test_a_case_without_parts_is_read_by_examiners():
    data = sample(Kind.CASE, parts=[], rubric=SAMPLES[Kind.ESSAY]["rubric"])
    assert points(data, "……") == (Verdict.WAITING, None)
    assert points(data, "……", ratings=[rating("x", 6, 0)]) == (Verdict.RATED, 30)


@pytest.mark.parametrize("kind", Kind)
def test_a_withdrawn_question_gives_everybody_its_points(kind):
    assert points(sample(kind, void=True), None) == (Verdict.VOIDED, 100)


@pytest.mark.parametrize(
    ("totals", "expected"),
    [
        ([16], (None, 1)),
        ([16, 12], (Fraction(14, 20), 0)),
        ([16, 11], None),
        ([18, 8], (None, 1)),
        ([18, 8, 10], (Fraction(9, 20), 0)),
        ([20, 10, 0], (Fraction(15, 20), 0)),  # equally near: the higher two
        ([12, 12, 0], (Fraction(12, 20), 0)),
    ],
)
def test_two_examiners_agree_or_a_third_reads(totals, expected):
    levels = tuple(Decimal(n) for n in range(21))
    rubric = [type(read_key(sample(Kind.ESSAY)).rubric[0])("all", levels)]
    for order in permutations(totals):
        ratings = [rating(f"e{n}", total) for n, total in enumerate(order)]
        found = settle(rubric, ratings, TWO_EXAMINERS)
        if expected is None:  # exactly a quarter apart is still agreement
            assert found.share == Fraction(27, 40)
        else:
            assert (found.share, found.needs) == expected


@pytest.mark.parametrize(
    ("given_points", "expected"),
    [((10, 0), None), ((10,), "incomplete"), ((10, 6, 2), "incomplete"), ((10, 5), "not_a_level")],
)
def test_a_rating_gives_a_level_for_each_criterion(given_points, expected):
    assert rating_fault(read_key(sample(Kind.ESSAY)).rubric, rating("x", *given_points)) == expected


@pytest.mark.parametrize(
    ("ratings", "message"),
    [
        ([rating("x", 10, 10), rating("x", 6, 6)], "an examiner has rated the answer twice"),
        ([rating("x", 10, 9)], "not_a_level"),
    ],
)
def test_settling_refuses_ratings_that_cannot_be(ratings, message):
    with pytest.raises(ValueError) as refused:
        settle(read_key(sample(Kind.ESSAY)).rubric, ratings)
    assert str(refused.value) == message


def whole_paper():
    """All nine kinds, equal points, with everything answered right but the ordering."""
    datas = [sample(kind) for kind in Kind]
    paper = paper_of(*datas)
    responses = {
        data["id"]: right_response(data, item)
        for data, item in zip(datas, paper.items, strict=True)
    }
    responses["ordering"] = responses["ordering"][::-1]
    return paper, keys_of(*datas), responses


def test_a_paper_is_the_sum_of_its_questions_rounded_once():
    paper, keys, responses = whole_paper()
    found = mark_paper(paper, keys, responses, ratings={"essay": [rating("x", 10, 6)]})
    assert found.points == Fraction(100, 9) * 7 + Fraction(100, 9) * Fraction(16, 20)
    assert found.score == Decimal("86.67")
    assert found.waiting == ()


def test_a_paper_has_no_score_while_a_question_waits():
    paper, keys, responses = whole_paper()
    found = mark_paper(paper, keys, responses)
    assert (found.points, found.score, found.waiting) == (None, None, ("essay",))


def test_a_paper_needs_a_key_for_every_question():
    paper, keys, responses = whole_paper()
    del keys["matching"]
    with pytest.raises(ValueError) as refused:
        mark_paper(paper, keys, responses)
    assert str(refused.value) == "no key for question matching"


@given(st.permutations(range(9)), st.data())
def test_a_paper_does_not_depend_on_the_order_of_its_questions(order, draws):
    paper, keys, responses = whole_paper()
    missing = draws.draw(st.sets(st.sampled_from(list(responses))))
    given_ones = {name: answer for name, answer in responses.items() if name not in missing}
    ratings = {"essay": [rating("x", 2, 6)]}
    other = type(paper)(paper.seed, tuple(paper.items[n] for n in order))
    one = mark_paper(paper, keys, given_ones, ratings=ratings)
    assert mark_paper(other, keys, given_ones, ratings=ratings).points == one.points


def test_marks_survive_being_stored():
    paper, keys, responses = whole_paper()
    found = mark_paper(paper, keys, responses)
    assert PaperMark.from_data(json.loads(json.dumps(found.as_data()))) == found


def test_regrading_with_the_same_keys_changes_nothing():
    paper, keys, responses = whole_paper()
    before = mark_paper(paper, keys, responses)
    again = regrade(PaperMark.from_data(before.as_data()), paper, keys, responses)
    assert (again.after, again.changes) == (before, ())


def test_regrading_lists_what_a_corrected_key_changed():
    paper, keys, responses = whole_paper()
    before = mark_paper(paper, keys, responses)
    corrected = keys | {
        "ordering": read_key(sample(Kind.ORDERING, answer=["B", "C", "E", "A", "D"])),
        "single": read_key(sample(Kind.SINGLE, answer="A")),
        "short": read_key(sample(Kind.SHORT, answer=["委托", "受托"])),
    }
    found = regrade(before, paper, corrected, responses)
    ninth = Fraction(100, 9)
    assert [
        (c.question, c.points_before, c.points_after, c.verdict_after) for c in found.changes
    ] == [
        ("single", ninth, 0, Verdict.WRONG),
        ("ordering", 0, ninth, Verdict.RIGHT),
    ]
    assert found.before == before


def test_regrading_names_the_parts_of_a_case_that_changed():
    data = sample(Kind.CASE)
    paper = paper_of(data)
    responses = {data["id"]: {"case-b": "36"}}
    wider = [data["parts"][0], data["parts"][1] | {"tolerance": 1}]
    before = mark_paper(paper, keys_of(data), responses)
    (change,) = regrade(before, paper, keys_of(data | {"parts": wider}), responses).changes
    assert (change.points_before, change.points_after, change.parts) == (0, 25, ("case-b",))


@pytest.mark.parametrize(
    ("theory", "practice", "passed", "final", "failed"),
    [
        ("60", "60", True, "60.00", ()),
        ("59.99", "100", False, "75.99", (Part.THEORY,)),
        ("100", "59.99", False, "84.00", (Part.PRACTICE,)),
        ("10", "10", False, "10.00", (Part.THEORY, Part.PRACTICE)),
        ("85.55", "70.33", True, "79.46", ()),
        (None, "90", None, None, ()),
        ("30", None, None, None, (Part.THEORY,)),
    ],
)
def test_both_parts_must_be_passed(theory, practice, passed, final, failed):
    found = exam_result(theory and Decimal(theory), practice and Decimal(practice))
    assert (found.passed, found.final, found.failed) == (passed, final and Decimal(final), failed)


def test_a_course_without_practice_is_passed_by_theory_alone():
    rule = ExamRule(theory_weight=Decimal(100), practice_weight=Decimal(0))
    found = exam_result(Decimal("61.5"), None, rule)
    assert (found.passed, found.final, found.waiting) == (True, Decimal("61.50"), ())


def test_the_published_figure_decides_about_passing():
    """59.995 is published as 60.00, and who reads 60.00 must see a pass."""
    item = marked(sample(Kind.SINGLE), shown=["C"])
    mark = PaperMark((type(item)("q", Fraction(100), Fraction(59995, 1000), Verdict.RATED),))
    assert exam_result(mark.score, Decimal(60)).passed is True


def test_practice_weighs_its_tasks_by_hours():
    rubric = read_key(sample(Kind.ESSAY)).rubric
    tasks = [
        PracticeTask(Decimal(6), rubric, (rating("x", 10, 10),)),
        PracticeTask(Decimal(4), rubric, (rating("y", 10, 0),)),
    ]
    assert practice_score(tasks) == Decimal("80.00")
    assert practice_score([tasks[0], PracticeTask(Decimal(4), rubric)]) is None
    assert practice_score([]) is None


def test_a_receipt_covers_attempt_paper_and_answers():
    paper, _keys, responses = whole_paper()
    plain = answers_digest(attempt="a1", paper=paper, responses=responses)
    shuffled = dict(reversed(list(responses.items())))
    assert len(plain) == 64
    assert answers_digest(attempt="a1", paper=paper, responses=shuffled) == plain
    assert answers_digest(attempt="a1", paper=paper, responses=responses | {"x": " "}) == plain
    other_paper = paper_of(*[sample(kind) for kind in Kind], seed="other")
    changed = [
        answers_digest(attempt="a2", paper=paper, responses=responses),
        answers_digest(attempt="a1", paper=other_paper, responses=responses),
        answers_digest(attempt="a1", paper=paper, responses=responses | {"short": "委托 "}),
    ]
    assert len({plain, *changed}) == 4


def test_a_receipt_is_the_one_it_was_when_this_was_written():
    """Learners keep their receipts: this must never change."""
    responses = {"case": {"case-a": "B", "case-b": "３５％"}}
    found = answers_digest(attempt="a1", paper=paper_of(sample(Kind.CASE)), responses=responses)
    assert found == "fcc223b7a1b9603f141716b0ad15ad6e7528093b6510369edea09da0f27f433a"


def test_the_digest_of_marks_covers_every_point():
    paper, keys, responses = whole_paper()
    found = mark_paper(paper, keys, responses)
    other = mark_paper(paper, keys, responses | {"short": "提供"})
    again = PaperMark.from_data(found.as_data())
    assert (again.digest() == found.digest(), other.digest() == found.digest()) == (True, False)


@pytest.mark.parametrize(
    ("kind", "response", "expected"),
    [
        (Kind.SINGLE, "B", None),
        (Kind.SINGLE, "E", "wrong_shape"),
        (Kind.SINGLE, ["B"], "wrong_shape"),
        (Kind.MULTIPLE, ["E", "A"], None),
        (Kind.MULTIPLE, ["A", "A"], "wrong_shape"),
        (Kind.MULTIPLE, "AE", "wrong_shape"),
        (Kind.ORDERING, ["B", "A"], None),
        (Kind.MATCHING, ["A", None, "A", ""], None),
        (Kind.MATCHING, ["A", "B", "C"], "wrong_shape"),
        (Kind.MATCHING, [[], "B", "C", "A"], "wrong_shape"),
        (Kind.NUMERIC, "0.62 TB", None),
        (Kind.NUMERIC, 0.62, "wrong_shape"),
        (Kind.SHORT, "委" * 200, None),
        (Kind.SHORT, "委" * 201, "too_long"),
        (Kind.ESSAY, "第一段\n\n第二段\t😀", None),
        (Kind.ESSAY, "字" * 1_000_000, "too_long"),
        (Kind.ESSAY, "\ud800", "not_text"),
        (Kind.ESSAY, "\x00", "not_text"),
        (Kind.CASE, {"case-a": "A", "case-b": None}, None),
        (Kind.CASE, {"case-x": "A"}, "wrong_shape"),
        (Kind.CASE, {"case-b": "\ud800"}, "not_text"),
        (Kind.CASE, "A", "wrong_shape"),
    ],
)
def test_an_answer_is_stored_only_in_its_form(kind, response, expected):
    assert response_fault(read_question(sample(kind)), response) == expected


@given(st.sampled_from(list(Kind)), json_values)
def test_the_form_of_an_answer_can_always_be_judged(kind, response):
    assert response_fault(read_question(sample(kind)), response) in {
        None, "wrong_shape", "not_text", "too_long",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "change", "expected"),
    [
        (Kind.SINGLE, {"id": ""}, ["no_id"]),
        (Kind.SINGLE, {"stem": " "}, ["no_stem"]),
        (Kind.SINGLE, {"type": "riddle"}, ["unknown_kind"]),
        (Kind.SINGLE, {"difficulty": 6}, ["bad_difficulty"]),
        (Kind.SINGLE, {"credit": "some"}, ["bad_credit"]),
        (Kind.SINGLE, {"options": ["a", "a", "b"]}, ["bad_options"]),
        (Kind.SINGLE, {"answer": "E"}, ["bad_answer"]),
        (Kind.MULTIPLE, {"answer": []}, ["bad_answer"]),
        (Kind.MULTIPLE, {"answer": ["A", "A"]}, ["bad_answer"]),
        (Kind.ORDERING, {"answer": ["A", "B"]}, ["bad_answer"]),
        (Kind.ORDERING, {"keep_order": True}, ["bad_order"]),
        (Kind.MATCHING, {"answer": ["A", "B"]}, ["bad_answer"]),
        (Kind.MATCHING, {"options": ["a", "b"]}, ["bad_options"]),
        (Kind.NUMERIC, {"answer": "many"}, ["bad_number"]),
        (Kind.NUMERIC, {"tolerance": -1}, ["bad_number"]),
        (Kind.SHORT, {"answer": "委托"}, ["bad_answer"]),
        (Kind.SHORT, {"answer": ["。"]}, ["bad_answer"]),
        (Kind.ESSAY, {"rubric": []}, ["bad_rubric"]),
        (Kind.CASE, {"parts": []}, ["bad_rubric"]),
        (Kind.CASE, {"parts": [sample(Kind.SHORT)]}, ["bad_points"]),
        (Kind.CASE, {"parts": [sample(Kind.SHORT, points=0)]}, ["bad_points"]),
    ],
)
def test_a_question_that_cannot_be_used_says_why(kind, change, expected):
    data = sample(kind, **change)
    assert [fault.code for fault in question_faults(data)] == expected
    with pytest.raises(QuestionError):
        read_key(data)


@given(
    st.sampled_from(list(Kind)),
    st.sampled_from(
        [
            "options",
            "answer",
            "parts",
            "rubric",
            "type",
            "credit",
            "difficulty",
            "tolerance",
            "points",
        ]
    ),
    json_values,
)
@example(Kind.NUMERIC, "options", True)
def test_a_question_of_any_data_can_be_judged(kind, name, value):
    data = sample(kind, **{name: value})
    if not question_faults(data):
        assert read_question(data).kind == read_key(data).kind


@pytest.mark.parametrize("data", CONTENT_QUESTIONS, ids=lambda data: data["id"])
def test_every_question_of_the_courses_can_be_answered_right(data):
    """By the key all points, by nothing none, and what examiners read waits for them."""
    assert question_faults(data) == ()
    for seed in range(3):
        paper = paper_of(data, seed=str(seed))
        (item,) = paper.items
        right = right_response(data, item)
        key, question = read_key(data), read_question(data)
        assert response_fault(question, right) is None
        if data["type"] == "essay":
            best = Rating("x", tuple(line.top for line in key.rubric))
            assert mark_item(item, key, "……").points is None
            assert mark_item(item, key, "……", ratings={data["id"]: [best]}).points == 100
        else:
            assert mark_item(item, key, right).verdict == Verdict.RIGHT
            assert mark_item(item, key, None).points == 0


@pytest.mark.parametrize("course", CONTENT)
def test_every_practice_task_of_the_courses_gives_a_hundred_at_best(course):
    for task in CONTENT[course]["practice"]:
        essay = sample(Kind.ESSAY, rubric=task["rubric"])
        rubric = read_key(essay).rubric
        best = rating("x", *[line.top for line in rubric])
        assert sum(best.points) == 100
        assert practice_score([PracticeTask(Decimal(task["hours"]), rubric, (best,))]) == 100


def test_blank_is_what_holds_nothing():
    assert [is_blank(value) for value in (None, " ", [], {}, {"a": [None, ""]}, "0", ["A"])] == [
        True, True, True, True, True, False, False,
    ]  # fmt: skip


def test_a_drawn_paper_can_be_marked():
    datas = [sample(Kind.SINGLE, f"q{n}") for n in range(9)]
    paper = draw(blueprint((3, 100, {})), [read_question(data) for data in datas], seed="1")
    keys = keys_of(*datas)
    responses = {item.question: as_shown(item, "C")[0] for item in paper.items}
    assert mark_paper(paper, keys, responses).score == 100
