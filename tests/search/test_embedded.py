import pytest

from portal.core.searchable import query_terms
from search.queries.finding import Search, answer
from search.queries.highlighting import Part, marks_of, parts, snippet
from tests.factories.pages import make_news, make_solution

pytestmark = [pytest.mark.django_db, pytest.mark.both]

# The table of libraries.md, section 1: pages, and which of them each query must find.
PAGES = {
    "一": ("钢铁企业工控系统的安全监测方案", "面向工控网络的监测。"),
    "二": ("边缘网关可信接入", "在边缘网关上校验设备身份，PLC firmware is checked."),
    "三": ("工业数据安全分类分级", "按 GB/T 43697-2024 落实数据安全管理。"),
    "四": ("云边协同的边缘侧防护", "边缘网关与云平台之间的加密。"),
    "五": ("水务泵站远程运维", "统一安全网关，逐次授权。"),
}
QUERIES = [
    ("工控", "一"),
    ("数据安全", "三"),
    ("边缘", "二四"),
    ("网关", "二四五"),
    ("安全", "一三五"),
    ("工控系统的安全监测方案", "一"),
    ("plc FIRMWARE", "二"),
    ("GB/T 43697-2024", "三"),
    ("ＰＬＣ", "二"),
    ("泵", "五"),
    ("全边", ""),
]


def publish_pages():
    """Publish PAGES; return their names by address."""
    return {
        make_solution(
            title=title, abstract=abstract, abstract_en="", direction_name="方向", sections=[]
        ).get_url(): name
        for name, (title, abstract) in PAGES.items()
    }


def test_chinese_words_are_found_inside_runs():
    names = publish_pages()
    found = {query: {names[hit.url] for hit in answer(Search(query)).hits} for query, _ in QUERIES}
    assert found == {query: set(expected) for query, expected in QUERIES}


def test_pages_that_hold_only_a_part_follow_those_that_hold_all():
    names = publish_pages()
    assert [names[hit.url] for hit in answer(Search("边缘 加密")).hits] == ["四", "二"]


def test_title_matches_come_first():
    make_solution(title="别的方案", abstract="边缘网关。" * 30)
    make_solution(title="边缘网关接入", abstract="边缘网关。")
    hits = answer(Search("边缘网关")).hits
    assert ["".join(part.text for part in hit.title) for hit in hits] == [
        "边缘网关接入",
        "别的方案",
    ]


def test_counts_cover_every_kind_whatever_kind_is_asked_for():
    make_solution(title="白名单方案")
    make_news(title="白名单讲座")
    make_news(title="白名单通报")
    results = answer(Search("白名单", {"kind": frozenset({"solution"})}))
    assert (results.counts, results.total) == ({"solution": 1, "news": 2}, 1)


def test_only_live_public_pages_are_found():
    from wagtail.models import PageViewRestriction

    make_solution(title="公开的白名单")
    make_solution(title="草稿白名单").unpublish()
    closed = make_news(title="内部白名单")
    PageViewRestriction.objects.create(page=closed, restriction_type=PageViewRestriction.LOGIN)
    assert answer(Search("白名单")).counts == {"solution": 1}


def test_page_beyond_the_last_gives_the_last():
    for _number in range(21):
        make_news(title="同名白名单")
    results = answer(Search("白名单", page=9))
    assert (results.page, results.total, len(results.hits)) == (2, 21, 1)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "   ",
        "😀",
        "AND OR NOT",
        '"',
        "a" * 10_000,
        "工" * 10_000,
        "%_*?:()'\\\x00-",
        "' OR 1=1",
    ],
)
def test_odd_queries_never_fail(query):
    make_solution()
    assert answer(Search(query)).hits == []


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("工控", ["工控"]),
        ("工控系统", ["工控", "控系", "系统"]),
        ("控", ["控"]),
        ("PLC 固件", ["plc", "固件"]),
        ("GB/T 22239-2019", ["gb", "t", "22239", "2019"]),
        ("😀", []),
    ],
)
def test_query_is_cut_as_the_index_is(query, terms):
    assert query_terms(query) == terms


def test_matches_are_cut_out_and_nothing_is_lost():
    cut = parts("边缘网关与<b>网关</b>", marks_of(["网关"]))
    assert cut == [
        Part("边缘"),
        Part("网关", True),
        Part("与<b>"),
        Part("网关", True),
        Part("</b>"),
    ]


def test_latin_words_are_marked_as_words_only():
    marked = [part.text for part in parts("plcs and PLC", marks_of(["plc"])) if part.is_match]
    assert marked == ["PLC"]


def test_snippet_surrounds_the_longest_match():
    text = "无关的话。" * 40 + "这里有边缘网关的说明。" + "又是无关的话。" * 40
    cut = snippet(text, marks_of(["边缘网关"]))
    assert [part.text for part in cut if part.is_match] == ["边缘网关"]
    assert (cut[0].text, cut[-1].text) == ("…", "…")
