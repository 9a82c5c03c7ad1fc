import pytest

from tests.factories.outreach import make_answer, make_standard
from tests.factories.pages import make_news, make_site

pytestmark = [pytest.mark.django_db, pytest.mark.either]


def labels(items):
    return [str(item["label"]) for item in items]


def test_main_navigation_has_its_order(client):
    make_site()
    found = client.get("/").context["main_nav"]
    assert labels(found) == [
        "申报遴选",
        "解决方案",
        "培训认证",
        "政策标准",
        "新闻公告",
        "证书查验",
        "搜索",
    ]


@pytest.mark.parametrize(
    ("address", "main", "second"),
    [
        ("/policies/", "政策标准", "政策解读"),
        ("/standards/", "政策标准", "标准"),
        ("/guides/", "政策标准", "操作指南"),
        ("/faq/", "政策标准", "常见问题"),
        ("/resources/", "政策标准", "公共资源"),
        ("/events/", "新闻公告", "活动"),
        ("/news/", "新闻公告", "新闻与公告"),
    ],
)
def test_section_is_marked_in_both_levels(client, address, main, second):
    make_site()
    context = client.get(address).context
    for level, label in (("main_nav", main), ("sub_nav", second)):
        assert labels([item for item in context[level] if item["current"]]) == [label]


def test_page_names_its_section_in_the_trail(client):
    text = client.get(make_standard().get_url()).content.decode()
    assert '<li><a href="/standards/">标准</a></li>' in text


def test_foot_leads_to_goals_and_map(client):
    make_site()
    found = {str(item["label"]): item["url"] for item in client.get("/").context["footer_nav"]}
    assert (found["目标进展"], found["网站地图"]) == ("/goals/", "/sitemap/")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_map_names_services_sections_and_pages(client, language):
    make_news(title="一则公告", title_en="A notice")
    make_standard(number="GB/T 7-2026", title="示例标准", title_en="A standard")
    client.cookies["anfan_language"] = language
    text = client.get("/sitemap/").content.decode()
    words = {
        "zh-hans": ("申报遴选", "一则公告", "GB/T 7-2026 示例标准", "常见问题"),
        "en": ("Selection", "A notice", "GB/T 7-2026 A standard", "Questions and answers"),
    }
    assert [word for word in words[language] if word not in text] == []


def test_map_folds_what_is_many_in_one_statement_more_or_less(
    client, django_assert_max_num_queries
):
    for _number in range(33):
        make_answer()
    client.get("/sitemap/")
    with django_assert_max_num_queries(4):
        response = client.get("/sitemap/")
    branch = next(one for one in response.context["branches"] if one.url == "/faq/")
    assert (len(branch.pages), branch.more) == (30, 3)


def test_map_for_machines_lists_public_pages_only(client):
    hidden = make_news()
    hidden.unpublish()
    shown = make_news()
    text = client.get("/sitemap.xml").content.decode()
    assert (f"{shown.slug}/</loc>" in text, hidden.slug in text) == (True, False)
