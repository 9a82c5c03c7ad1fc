import json
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, Site

from portal.demo.markdown_blocks import to_blocks
from portal.demo.site import SECTIONS, ensure_site_tree
from portal.outreach.models import NewsPage
from tests.factories.pages import make_news, make_site, make_solution
from tests.factories.showcase import make_round

pytestmark = [pytest.mark.django_db, pytest.mark.either]


def test_site_tree_replaces_the_welcome_page_and_may_be_repeated():
    home = ensure_site_tree()
    assert ensure_site_tree() == home
    assert Site.objects.get().root_page_id == home.pk
    slugs = Page.objects.filter(depth__gt=1).values_list("depth", "slug")
    sections = sorted((3, slug) for slug, _model, _texts in SECTIONS)
    assert sorted(slugs) == [(2, "home"), *sections]


def test_edited_pages_survive_a_second_run():
    home = ensure_site_tree()
    home.slogan = "改过的标语"
    home.save()
    assert ensure_site_tree().slogan == "改过的标语"


def test_home_takes_ten_queries_at_most_whatever_there_is(client):
    def count():
        client.get("/")
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/").status_code == 200
        return len(captured)

    make_site()
    make_round()
    make_solution()
    make_news(kind=NewsPage.Kind.NOTICE)
    one = count()
    for _number in range(3):
        make_solution()
        make_news(kind=NewsPage.Kind.NOTICE)
        make_news()
    assert count() == one <= 10


def test_empty_home_stands(client):
    make_site()
    assert client.get("/").status_code == 200


def test_section_lists_newest_first_and_by_kind(client):
    make_news(title="旧闻", published_on=date(2026, 1, 1))
    make_news(title="新告", published_on=date(2026, 2, 1), kind=NewsPage.Kind.NOTICE)
    text = client.get("/news/").content.decode()
    assert text.index("新告") < text.index("旧闻")
    only = client.get("/news/?kind=notice").content.decode()
    assert ("新告" in only, "旧闻" in only) == (True, False)
    assert client.get("/news/?kind=nonsense&page=x").status_code == 200


def test_markdown_becomes_text_and_table_blocks():
    blocks = to_blocks("### 时间\n\n| 环节 | 截止 |\n|---|---|\n| 提交 | 10月15日 |\n\n结束。")
    assert [block["type"] for block in blocks] == ["text", "table", "text"]
    assert blocks[0]["value"] == "<h2>时间</h2>\n"
    assert blocks[1]["value"] == {
        "columns": [{"type": "text", "heading": "环节"}, {"type": "text", "heading": "截止"}],
        "rows": [{"values": ["提交", "10月15日"]}],
        "caption": "",
    }


def test_words_of_tables_are_searchable():
    page = make_news(body=json.dumps(to_blocks("| 环节 |\n|---|\n| 形式审查 |")))
    assert "形式审查" in NewsPage.objects.get(pk=page.pk).searchable_text()
