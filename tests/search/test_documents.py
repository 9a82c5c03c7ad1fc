"""Documents follow what is public, at once and in any order of events."""

import logging

import pytest
from django.db import transaction
from wagtail.models import Page, PageViewRestriction

from search.engines.catalogue import catalogue
from search.models import Document
from search.queries.content import key_of
from search.queries.finding import Search, answer
from search.queries.suggesting import suggestions
from search.services.indexing import refresh_page, repair_documents
from showcase.models import ShowcasePage, SolutionPage
from tests.factories.pages import make_news, make_solution

pytestmark = [pytest.mark.django_db, pytest.mark.both]
# A word of no language, in every text of what nobody may find.
CANARY = "zqxcanary金丝雀鹬"


def document(page):
    return Document.objects.get(key=key_of(page.pk))


def shown(text):
    """Everything search says for a text, in all its answers, as one text."""
    results = answer(Search(text))
    grouped = answer(Search(text, is_grouped=True))
    return repr(
        (results.hits, results.counts, grouped.groups, suggestions(text), results.question.text)
    )


def everything_kept():
    """Every text that search stores or holds in memory."""
    known = catalogue()
    rows = list(Document.objects.values())
    return repr((rows, known.entries, known.vocabulary.phrases, known.vocabulary.words))


def close(page):
    return PageViewRestriction.objects.create(
        page=page, restriction_type=PageViewRestriction.PASSWORD, password="x"
    )


def test_published_page_is_found_and_unpublished_page_is_gone_at_once():
    page = make_news(title="停机窗口通知")
    assert answer(Search("停机窗口")).counts == {"news": 1}
    page.unpublish()
    assert answer(Search("停机窗口")).counts == {}
    row = document(page)
    assert (row.is_gone, row.title, row.text, bytes(row.terms)) == (True, "", "", b"")


def test_nothing_private_is_kept_or_shown(caplog):
    caplog.set_level(logging.DEBUG)
    draft = make_solution(title=f"草稿{CANARY}", abstract=CANARY)
    draft.unpublish()
    never = make_news(title="公开的新闻")
    never.title = f"未发布的{CANARY}"
    never.save_revision()
    closed = make_solution(title=f"内部{CANARY}", abstract=CANARY)
    close(closed)
    below = make_news(title=f"关闭的栏目{CANARY}", abstract=CANARY)
    close(below.get_parent())
    deleted = make_solution(title=f"删除{CANARY}", abstract=CANARY)
    Page.objects.get(pk=deleted.pk).delete()
    caplog.clear()
    for text in (CANARY, "金丝雀鹬", "zqxcanary", "jinsiqueyu", "内部金丝雀鹬"):
        said = shown(text)
        assert ("'news'" in said, "'solution'" in said) == (False, False), said
    kept = everything_kept()
    assert ("金丝雀" in kept, "canary" in kept) == (False, False)
    assert CANARY not in caplog.text


def test_opened_branch_is_found_again():
    page = make_news(title="栏目里的白名单")
    restriction = close(page.get_parent())
    assert answer(Search("白名单")).counts == {}
    restriction.delete()
    assert answer(Search("白名单")).counts == {"news": 1}


def test_drafts_leave_no_row_behind():
    page = make_news(title="草稿", live=False)
    assert Document.objects.filter(key=key_of(page.pk)).exists() is False


def test_version_grows_with_every_change_also_over_a_disappearance():
    page = make_news(title="第一版")
    versions = [document(page).version]
    page.title = "第二版"
    page.save()
    versions.append(document(page).version)
    page.save()
    versions.append(document(page).version)
    page.unpublish()
    versions.append(document(page).version)
    page.live = True
    page.save()
    versions.append(document(page).version)
    assert versions == [1, 2, 2, 3, 4]


def test_late_and_repeated_refreshes_change_nothing():
    page = make_news(title="白名单")
    page.unpublish()
    before = document(page)
    assert [refresh_page(page.pk) for _ in range(3)] == [False] * 3
    assert (document(page).version, document(page).stamp) == (before.version, before.stamp)


def test_rolled_back_publication_leaves_no_document():
    page = make_news(title="旧标题")
    place = transaction.savepoint()
    page.title = "新标题"
    page.save()
    assert document(page).title == "新标题"
    transaction.savepoint_rollback(place)
    assert document(page).title == "旧标题"


def test_renamed_section_changes_the_addresses_below(django_capture_on_commit_callbacks):
    page = make_news(title="白名单")
    section = page.get_parent().specific
    section.slug = "renamed"
    with django_capture_on_commit_callbacks(execute=True):
        section.save_revision().publish()
    assert [hit.url for hit in answer(Search("白名单")).hits] == [f"/renamed/{page.slug}/"]


def test_repair_mends_what_no_signal_told():
    page, other = make_news(title="白名单一"), make_news(title="白名单二")
    Page.objects.filter(pk=page.pk).update(live=False)
    Document.objects.filter(key=key_of(other.pk)).update(title="错误")
    ghost = Document.objects.create(key="page-999999", kind="news", title="鬼", is_gone=False)
    assert repair_documents() == 3
    assert repair_documents() == 0
    ghost.refresh_from_db()
    assert (ghost.is_gone, document(page).is_gone, document(other).title) == (
        True,
        True,
        "白名单二",
    )


def test_page_that_search_cannot_read_is_published_all_the_same(caplog, monkeypatch):
    make_solution()
    page = SolutionPage.objects.get()
    page.effects = [CANARY]  # not what the page expects
    page.title = "照常发布"
    page.save()
    assert SolutionPage.objects.get().title == "照常发布"
    assert CANARY not in caplog.text
    assert "search cannot read page" in caplog.text


def test_facets_are_what_the_page_says():
    page = make_solution(objects_protected=["control", "data"], region="320000")
    assert document(page).facets == {
        "object": ["control", "data"],
        "direction": ["control"],
        "industry": ["C31"],
        "region": ["320000"],
        "year": ["2026"],
    }


def test_sections_themselves_are_not_found():
    make_solution()
    key = key_of(ShowcasePage.objects.get().pk)
    assert Document.objects.filter(key=key).exists() is False
