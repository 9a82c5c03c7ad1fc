import pytest

from portal.outreach.models import FaqEntryPage
from tests.factories.outreach import make_answer
from tests.factories.pages import make_site
from tests.outreach.counting import statements

pytestmark = pytest.mark.django_db


def test_questions_stand_by_group_in_the_editors_order(client):
    site = make_answer(group="site")
    second = make_answer(group="applying")
    third = make_answer(group="applying")
    groups = client.get("/faq/").context["groups"]
    assert [(group.value, entries) for group, entries in groups] == [
        ("applying", [second, third]),
        ("site", [site]),
    ]


def test_group_and_question_have_anchors(client):
    page = make_answer(group="training", slug="pass")
    text = client.get("/faq/").content.decode()
    assert [f'id="{name}"' in text for name in ("training", "q-pass")] == [True, True]
    assert 'href="#training"' in text
    assert page.anchor == "q-pass"


def test_question_has_an_address_of_its_own_with_its_group_beside(client):
    page = make_answer(title="个人可以申报吗？", answer="不可以。\n请由单位申报。")
    make_answer(title="同组的问题")
    make_answer(title="别组的问题", group="site")
    text = client.get(page.get_url()).content.decode()
    shown = [word in text for word in ("不可以。", "同组的问题", "别组的问题")]
    assert shown == [True, True, False]


def test_answer_is_read_in_the_language_of_the_page(client):
    page = make_answer(answer="不可以。", answer_en="No.")
    client.cookies["anfan_language"] = "en"
    text = client.get(page.get_url()).content.decode()
    assert ("<p>No.</p>" in text, "不可以" in text) == (True, False)


def test_every_question_is_a_document_of_the_search():
    page = make_answer(title="怎样查验？", answer="凭编号。", answer_en="By number.")
    assert page.search_kind == "faq"
    assert page.searchable_text().splitlines()[-2:] == ["凭编号。", "By number."]
    assert page.search_note() == "申报"


def test_search_finds_a_question_by_its_answer(client):
    page = make_answer(title="怎样查验？", answer="凭编号和姓名查询。")
    text = client.get("/search/?q=姓名查询").content.decode()
    assert page.get_url() in text


def test_empty_page_stands(client):
    make_site()
    assert client.get("/faq/").status_code == 200


def test_list_takes_the_same_statements_for_one_and_many(client):
    make_answer()
    one = statements(client, "/faq/")
    for number in range(12):
        make_answer(group=FaqEntryPage.Group.values[number % 4])
    assert statements(client, "/faq/") == one <= 10
