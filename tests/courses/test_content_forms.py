import pytest
from django.core.exceptions import ValidationError

from courses.forms.content import RubricField, SelfCheckField
from tests.factories.courses import RUBRIC

QUESTION = {"q": "先做什么？", "options": ["断电", "报告"], "answer": "B", "feedback": "先确认。"}
TEXT = "先做什么？\nA 断电\nB* 报告\n先确认。"


def test_questions_are_read_and_written_as_lines():
    field = SelfCheckField(required=False)
    assert field.clean(f"{TEXT}\r\n\r\n\r\n{TEXT}") == [QUESTION, QUESTION]
    assert field.clean(field.prepare_value([QUESTION])) == [QUESTION]
    assert field.clean("") == []


@pytest.mark.parametrize("mark", ["B*.", "B*．", "B*、", "B*：", "B* "])
def test_options_may_be_marked_as_people_do(mark):
    found = SelfCheckField().clean(f"问？\nA.甲\n{mark}乙")
    assert found == [{"q": "问？", "options": ["甲", "乙"], "answer": "B", "feedback": ""}]


@pytest.mark.parametrize(
    "text",
    [
        "问？",
        "A 甲\nB* 乙",
        "问？\nA* 甲",
        "问？\nA 甲\nC* 丙",
        "问？\nA 甲\nB 乙",
        "问？\nA* 甲\nB* 乙",
    ],
)
def test_question_that_cannot_be_read_is_named_by_its_number(text):
    with pytest.raises(ValidationError) as refused:
        SelfCheckField().clean(f"{TEXT}\n\n{text}")
    assert [error.params["number"] for error in refused.value.error_list] == [2]


def test_rubric_is_read_and_written_as_lines():
    field = RubricField()
    assert field.clean(field.prepare_value(RUBRIC)) == RUBRIC


@pytest.mark.parametrize(
    "text", ["分析", "分析\n完整", "分析\n10 部分\n20 完整\n0 缺失", "分析\n20 完整\n10 部分"]
)
def test_rubric_that_cannot_be_read_is_refused(text):
    with pytest.raises(ValidationError):
        RubricField().clean(text)
