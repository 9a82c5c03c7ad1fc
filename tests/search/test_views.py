from copy import copy

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.core import clock
from search.models import Document
from search.queries.finding import Search, answer
from tests.factories.pages import make_news, make_solution

pytestmark = [pytest.mark.django_db, pytest.mark.either]


def test_results_are_grouped_and_marked(client):
    make_solution(title="指令白名单网关")
    make_news(title="白名单讲座")
    text = client.get("/search/?q=白名单").content.decode()
    assert text.count("<mark>白名单</mark>") == 2
    only = client.get("/search/?q=白名单&kind=news").content.decode()
    assert ("<mark>白名单</mark>讲座" in only, "指令<mark>" in only) == (True, False)


def test_markup_in_texts_and_queries_is_escaped(client):
    make_solution(title="白名单<img src=x onerror=alert(1)>")
    text = client.get("/search/?q=白名单<script>").content.decode()
    assert ("<img src=x" in text, "<script>" in text.replace("<script type", "")) == (False, False)


@pytest.mark.parametrize(
    "query",
    ["", "q=", "q=%F0%9F%98%80", "q=%00", "q=a&page=-1", "q=a&page=99999999", "q=a&page=x"]
    + ["q=a&kind=nonsense", "q=" + "a" * 10_000, "q=" + "%E5%B7%A5" * 3_000, "q=*&q=%22", "q=%FF"],
)
def test_odd_addresses_never_fail(client, query):
    make_solution()
    assert client.get(f"/search/?{query}").status_code == 200


def test_search_takes_ten_queries_at_most_whatever_is_found(client):
    def count():
        client.get("/search/?q=示例")
        with CaptureQueriesContext(connection) as captured:
            client.get("/search/?q=示例")
        return len(captured)

    make_solution()
    make_news()
    one = count()
    for _number in range(3):
        make_solution()
        make_news()
    assert count() == one <= 10


def page_of(client, query):
    return client.get(f"/search/?{query}").content.decode()


def test_results_by_kind_show_the_best_three_and_the_way_to_all(client):
    for _number in range(5):
        make_news(title="白名单讲座")
    make_solution(title="白名单方案")
    text = page_of(client, "q=白名单&view=kinds")
    assert (text.count('class="hit"'), "kind=news" in text, "全部 5 条" in text) == (4, True, True)


def test_facets_narrow_each_other_and_count_without_their_own_choice(client):
    make_solution(title="白名单甲", region="320000", industry="C31")
    make_solution(title="白名单乙", region="330000", industry="C31")
    make_solution(title="白名单丙", region="330000", industry="C26")
    wanted = Search("白名单", {"region": frozenset({"330000"}), "industry": frozenset({"C31"})})
    results = answer(wanted)
    counts = results.narrowed.counts
    assert [entry.title for entry in results.narrowed.entries] == ["白名单乙"]
    assert counts["region"] == {"320000": 1, "330000": 1}
    assert counts["industry"] == {"C31": 1, "C26": 1}
    assert results.counts == {"solution": 1}
    text = page_of(client, "q=白名单&region=330000&industry=C31")
    assert ("白名单</mark>乙" in text, "白名单</mark>甲" in text) == (True, False)
    assert 'name="region" value="330000" checked' in text


def test_directions_and_levels_have_their_own_names(client):
    make_solution(title="白名单甲", direction_code="control", direction_name="控制安全")
    make_solution(title="白名单乙", direction_code="data", direction_name="数据安全")
    text = page_of(client, "q=白名单")
    assert ("<span>控制安全</span>" in text, "<span>数据安全</span>" in text) == (True, True)


def test_titles_and_snippets_are_in_the_readers_language(client):
    make_solution(
        title="边缘网关接入",
        title_en="Admission at the edge gateway",
        abstract_en="Every gateway is checked.",
    )
    english = client.get("/search/?q=gateway", headers={"accept-language": "en"}).content.decode()
    assert "Admission at the edge <mark>gateway</mark>" in english
    assert "Every <mark>gateway</mark> is checked." in english
    chinese = page_of(client, "q=gateway")
    assert "边缘网关接入" in chinese


def test_synonyms_find_and_are_marked(client):
    make_solution(title="可编程逻辑控制器的加固", abstract="示例", sections=[])
    assert "<mark>可编程逻辑控制器</mark>的加固" in page_of(client, "q=PLC")


def test_slip_is_put_right_and_can_be_insisted_on(client):
    make_news(title="停机窗口通知")
    text = page_of(client, "q=停机窗扣")
    assert ("<b>停机窗口</b>" in text, "exact=1" in text) == (True, True)
    assert "<mark>停机窗口</mark>" in text
    exact = page_of(client, "q=停机窗扣&exact=1")
    assert ("<mark>停机窗口</mark>" in exact, "<b>停机窗口</b>" in exact) == (False, False)


def test_pinyin_finds_the_title(client):
    make_news(title="停机窗口通知")
    assert "<mark>停机窗口</mark>通知" in page_of(client, "q=tingjichuangkou")


def suggested(client, text):
    return [one["title"] for one in client.get(f"/search/suggest/?q={text}").json()["suggestions"]]


@pytest.mark.parametrize("typed", ["停机", "窗口", "tingji", "tjck", "Main", "window"])
def test_suggestions_complete_titles_in_every_script(client, typed):
    make_news(title="停机窗口通知", title_en="Maintenance window")
    make_news(title="别的消息")
    assert suggested(client, typed) == ["停机窗口通知"]


def test_suggestions_are_for_public_pages_only(client):
    make_news(title="白名单草稿", live=False)
    make_news(title="白名单撤下").unpublish()
    assert suggested(client, "白名单") == []


@pytest.mark.parametrize("typed", ["", "a", "%F0%9F%98%80", "%00", "a" * 10_000, "*", "%FF"])
def test_odd_suggestions_are_empty(client, typed):
    make_news(title="白名单")
    assert suggested(client, typed) == []


def test_suggestions_are_refused_beyond_five_a_second(client, settings):
    settings.RATE_LIMITS_ENABLED = True
    with clock.at(clock.now()):
        codes = [client.get("/search/suggest/?q=a") for _ in range(6)]
    assert [one.status_code for one in codes] == [200] * 5 + [429]
    assert codes[-1].headers["Retry-After"] in {"1", "2"}


def test_suggestions_take_three_queries_at_most(client, django_assert_max_num_queries):
    for _number in range(10):
        make_news(title="白名单")
    client.get("/search/suggest/?q=白名单")
    with django_assert_max_num_queries(3):
        client.get("/search/suggest/?q=白名单")


def test_hundred_rows_cost_as_many_queries_as_one(client):
    def count(query):
        client.get(f"/search/?{query}")
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/search/?{query}")
        return len(captured)

    queries = ("q=白名单", "q=白名单&view=kinds", "q=白名单&region=320000")
    make_solution(title="白名单")
    make_solution(title="白名单", region="330000")
    make_news(title="白名单")
    few = [count(query) for query in queries]
    solution = Document.objects.filter(kind="solution").first()
    copies = []
    for number in range(100):
        solution.pk, solution.key, solution.stamp = None, f"page-{10_000 + number}", number
        copies.append(copy(solution))
    Document.objects.bulk_create(copies)
    assert [count(query) for query in queries] == few
    assert max(few) <= 10
