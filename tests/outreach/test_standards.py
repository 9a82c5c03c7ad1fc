import pytest

from tests.factories.outreach import make_reading, make_standard
from tests.factories.pages import make_site
from tests.outreach.counting import statements

pytestmark = pytest.mark.django_db


def listed(client, query=""):
    found = client.get(f"/standards/{query}").context["found"]
    return [page.number for page in found.shown]


def test_standards_are_listed_by_number(client):
    make_standard(number="GB/T 2-2026")
    make_standard(number="GB/T 1-2026")
    assert listed(client) == ["GB/T 1-2026", "GB/T 2-2026"]


def test_conditions_narrow_each_other(client):
    make_standard(number="A", objects_protected=["control", "data"], status="current")
    make_standard(number="B", objects_protected=["data"], status="unsettled")
    assert listed(client, "?object=data") == ["A", "B"]
    assert listed(client, "?object=data&state=unsettled") == ["B"]
    assert listed(client, "?object=nonsense&state=1") == ["A", "B"]


def test_counts_obey_the_other_condition(client):
    make_standard(objects_protected=["control"], status="current")
    make_standard(objects_protected=["data"], status="unsettled")
    groups = client.get("/standards/?state=current").context["found"].groups()
    objects = {option["url"]: option["count"] for option in groups[0]["options"]}
    assert objects == {"?state=current": 1, "?object=control&state=current": 1} or objects == {
        "?state=current": 1,
        "?state=current&object=control": 1,
    }


def test_list_without_a_hit_shows_the_way_back(client):
    make_standard(objects_protected=["control"], status="current")
    make_standard(objects_protected=["data"], status="unsettled")
    text = client.get("/standards/?object=control&state=unsettled").content.decode()
    assert "没有符合条件的内容" in text


def test_empty_list_stands(client):
    make_site()
    assert client.get("/standards/").status_code == 200


def test_list_takes_the_same_statements_for_one_and_many(client):
    make_standard()
    one = statements(client, "/standards/")
    for _number in range(12):
        make_standard()
    assert statements(client, "/standards/") == one <= 10


def test_page_shows_number_state_and_points(client):
    page = make_standard(number="GB/T 44462.2", year=None, status="unsettled", asks="第一\n第二")
    text = client.get(page.get_url()).content.decode()
    shown = [word in text for word in ("GB/T 44462.2", "待核对", "未核实", "<li>第一</li>")]
    assert shown == [True] * 4


def test_page_names_readings_of_its_tasks_most_shared_first(client):
    make_reading(title="一项", tasks=["6"])
    make_reading(title="两项", tasks=["6", "7"])
    make_reading(title="无关", tasks=["1"])
    page = make_standard(tasks=["6", "7"])
    readings = client.get(page.get_url()).context["readings"]
    assert [reading.title for reading in readings] == ["两项", "一项"]


def test_english_reader_is_told_that_the_points_are_chinese(client):
    page = make_standard(asks="第一")
    client.cookies["anfan_language"] = "en"
    assert "The full text is published in Chinese." in client.get(page.get_url()).content.decode()
    page.asks_en = "First"
    page.save()
    text = client.get(page.get_url()).content.decode()
    assert ("published in Chinese" in text, "First" in text) == (False, True)


def test_standard_is_found_by_number_and_points():
    text = make_standard(number="GB/T 5-2026", asks="先定级").searchable_text()
    assert ("GB/T 5-2026" in text, "先定级" in text) == (True, True)
