import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from wagtail.models import PageViewRestriction

from portal.core import clock
from showcase.models import SolutionPage
from showcase.queries.detail import standards, steps
from showcase.queries.solutions import SolutionList, related_solutions
from tests.factories.pages import make_site, make_solution

pytestmark = [pytest.mark.django_db, pytest.mark.either]


def found(query=""):
    return [page.title for page in SolutionList(QueryDict(query)).found]


def options(query, name):
    groups = SolutionList(QueryDict(query)).groups()
    group = next(group for group in groups if group["name"] == name)
    return {option["value"]: option["count"] for option in group["options"]}


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", ["甲", "乙", "丙"]),
        ("direction=control", ["甲", "乙"]),
        ("direction=control&direction=data", ["甲", "乙", "丙"]),
        ("direction=control&region=110000", ["乙"]),
        ("object=network", ["甲", "丙"]),
        ("industry=C25", ["丙"]),
        ("year=2025", ["丙"]),
        ("evidence=A", ["乙"]),
        ("state=revoked", ["丙"]),
        ("direction=nonsense", ["甲", "乙", "丙"]),
        ("evidence=A&year=2025", []),
        ("sort=name", ["丙", "乙", "甲"]),
        ("sort=evidence", ["乙", "甲", "丙"]),
        ("sort=nonsense", ["甲", "乙", "丙"]),
        ("page=99", ["甲", "乙", "丙"]),
    ],
)
def test_list_is_narrowed_and_ordered_by_its_address(query, titles):
    today = clock.today()
    make_solution(title="甲", listed_on=today, objects_protected=["control", "network"])
    make_solution(
        title="乙", listed_on=today.replace(year=today.year - 1), region="110000", evidence="A"
    )
    make_solution(
        title="丙",
        listed_on=today.replace(year=today.year - 2),
        direction_code="data",
        direction_name="数据安全",
        industry="C25",
        objects_protected=["network"],
        year=2025,
        revoked_on=today,
        revoked_reason="成效数据与现场核查不符。",
    )
    assert found(query) == titles


def test_counts_of_a_facet_obey_the_others_but_not_its_own_choice():
    make_solution(region="110000")
    make_solution(region="320000")
    make_solution(region="320000", direction_code="data", direction_name="数据安全")
    assert options("direction=control", "direction") == {"control": 2, "data": 1}
    assert options("direction=control", "region") == {"110000": 1, "320000": 1}


def test_chosen_value_without_hits_stays_visible_with_zero():
    make_solution(region="110000", year=2025)
    make_solution(region="320000", year=2026)
    assert options("year=2025&region=320000", "region") == {"110000": 1, "320000": 0}


@pytest.mark.usefixtures("cms_index")
@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("q=白名单", ["指令白名单网关"]),
        ("q=指令 网关", ["指令白名单网关"]),
        ("q=firewall", ["分区隔离"]),
        ("q=白名单&direction=data", []),
        ("q=没有的词", []),
        ("q=%F0%9F%98%80", []),
        ("q=%22OR%20*%20NOT%22%00", []),
    ],
)
def test_keyword_finds_words_inside_runs(query, titles):
    make_solution(title="指令白名单网关", direction_code="control")
    make_solution(title="分区隔离", abstract_en="An industrial firewall.", direction_code="data")
    assert found(query) == titles


def test_removing_an_applied_condition_keeps_the_others(client):
    make_solution(year=2025)
    applied = SolutionList(QueryDict("q=示例&year=2025&evidence=B&page=3")).applied()
    assert [one["url"] for one in applied] == [
        "?q=%E7%A4%BA%E4%BE%8B&evidence=B",
        "?q=%E7%A4%BA%E4%BE%8B&year=2025",
    ]


def count_queries(client, url):
    client.get(url)  # content types, site and its paths are known from here on
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.parametrize("query", ["", "?q=示例&direction=control"])
def test_list_takes_ten_queries_at_most_whatever_its_length(client, query):
    make_solution()
    one = count_queries(client, f"/solutions/{query}")
    for _number in range(4):
        make_solution()
    assert count_queries(client, f"/solutions/{query}") == one <= 10


def test_page_takes_ten_queries_at_most_however_many_are_related(client):
    page = make_solution()
    make_solution()
    one = count_queries(client, page.get_url())
    for _number in range(4):
        make_solution()
    assert count_queries(client, page.get_url()) == one <= 10


def test_list_shows_twenty_a_page(client):
    for _number in range(21):
        make_solution()
    assert client.get("/solutions/").content.count(b'<article class="case') == 20
    assert client.get("/solutions/?page=2").content.count(b'<article class="case') == 1


def test_page_leads_with_effects_and_escapes_what_the_applicant_wrote(client):
    page = make_solution(
        sections=[
            {"key": "tx.background", "zh": "背景", "text": "<script>x</script> [a](javascript:b)"}
        ]
    )
    text = client.get(page.get_url()).content.decode()
    assert text.index('class="deltas deltas--l"') < text.index("section-1")
    assert "<script>x" not in text
    assert 'href="javascript:' not in text


def test_revoked_solution_stays_findable_and_says_so(client):
    page = make_solution(revoked_on=clock.today(), revoked_reason="成效数据与现场核查不符。")
    text = client.get(page.get_url()).content.decode()
    assert "成效数据与现场核查不符。" in text
    assert 'class="deltas deltas--l"' not in text
    assert "成效数据与现场核查不符。" in client.get("/solutions/").content.decode()


def test_unpublished_solution_is_nowhere(client):
    page = make_solution(title="撤下的方案")
    page.unpublish()
    assert client.get(page.get_url()).status_code == 404
    assert found() == []


def test_empty_list_explains_itself(client):
    make_site()
    assert client.get("/solutions/").status_code == 200


@pytest.mark.parametrize(
    ("facts", "states"),
    [
        ({}, ["done", "now", ""]),
        ({"valid_until": "past"}, ["done", "done", "done"]),
        ({"revoked_on": "today"}, ["done", "stop"]),
    ],
)
def test_steps_follow_the_term(facts, states):
    today = clock.today()
    dates = {"past": today.replace(year=today.year - 1), "today": today}
    page = SolutionPage(listed_on=today.replace(year=today.year - 2), valid_until=today)
    for name, word in facts.items():
        setattr(page, name, dates[word])
    assert [step["state"] for step in steps(page)] == states


def test_standards_are_split_into_number_and_title():
    page = SolutionPage(
        standards=["GB/T 22239-2019 信息安全技术 网络安全等级保护基本要求", "企业标准"]
    )
    assert standards(page) == [
        {"number": "GB/T 22239-2019", "title": "信息安全技术 网络安全等级保护基本要求"},
        {"number": "企业标准", "title": ""},
    ]


def test_page_reads_in_english_where_there_is_english(client):
    page = make_solution(title_en="Command allow-list")
    with translation.override("en"):
        text = client.get(page.get_url(), headers={"accept-language": "en"}).content.decode()
    assert "<h1>Command allow-list</h1>" in text
    assert "A public abstract." in text


def test_page_behind_a_view_restriction_is_in_no_public_list(client):
    closed = make_solution(title="内部方案")
    open_page = make_solution(title="公开方案")
    PageViewRestriction.objects.create(page=closed, restriction_type=PageViewRestriction.LOGIN)
    assert found() == ["公开方案"]
    assert related_solutions(open_page) == []
