import pytest

from tests.factories.outreach import make_guide
from tests.outreach.counting import statements

pytestmark = pytest.mark.django_db


def test_guides_are_narrowed_by_reader(client):
    make_guide(title="给信息人员", readers=["it"])
    make_guide(title="给班组", readers=["shift", "it"])
    found = client.get("/guides/?for=shift").context["found"]
    assert [page.title for page in found.shown] == ["给班组"]


def test_checklist_is_printed_one_box_a_line(client):
    page = make_guide(checklist="第一项\n\n 第二项 \n")
    assert page.checks() == ["第一项", "第二项"]
    text = client.get(page.get_url()).content.decode()
    assert text.count("<li>第") == 2


def test_guide_without_checklist_has_no_empty_box(client):
    page = make_guide(checklist="")
    assert 'id="checklist"' not in client.get(page.get_url()).content.decode()


def test_readers_are_named_in_the_language_of_the_page(client):
    page = make_guide(readers=["it", "manager"])
    client.cookies["anfan_language"] = "en"
    labels = client.get(page.get_url()).context["labels"]
    assert labels == ["Plant managers and heads of departments", "IT and data"]


def test_list_takes_the_same_statements_for_one_and_many(client):
    make_guide()
    one = statements(client, "/guides/")
    for _number in range(12):
        make_guide()
    assert statements(client, "/guides/") == one <= 10
