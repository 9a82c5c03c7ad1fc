import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.pages import make_news, make_solution

pytestmark = pytest.mark.django_db


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
