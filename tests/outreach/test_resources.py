import pytest

from tests.factories.outreach import make_resource
from tests.outreach.counting import statements

pytestmark = pytest.mark.django_db


def test_resources_are_narrowed_by_kind_and_region(client):
    make_resource(title="甲", kind="training_base", region="320000")
    make_resource(title="乙", kind="training_base", region="110000")
    make_resource(title="丙", kind="assessment_body", region="110000")
    found = client.get("/resources/?kind=training_base&region=110000").context["found"]
    assert [page.title for page in found.shown] == ["乙"]


def test_regions_without_a_resource_are_not_offered(client):
    make_resource(region="320000")
    groups = client.get("/resources/").context["found"].groups()
    assert [option["label"] for option in groups[1]["options"]] == ["全部", "江苏"]


def test_page_tells_how_to_book(client):
    page = make_resource(
        booking="提交预约单。", lead_days=10, fee="免费", contact="base@example.org", hours="工作日"
    )
    text = client.get(page.get_url()).content.decode()
    shown = [word in text for word in ("提交预约单。", "10天", "免费", "mailto:base@example.org")]
    assert shown == [True] * 4


def test_list_takes_the_same_statements_for_one_and_many(client):
    make_resource()
    one = statements(client, "/resources/")
    for _number in range(12):
        make_resource()
    assert statements(client, "/resources/") == one <= 10
