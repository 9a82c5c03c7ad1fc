"""The real server: told after commits, never misled by late jobs, rebuilt, done without."""

import contextlib
import socket
import threading
import time

import pytest
from django.core.cache import cache

from search.engines import EngineUnavailable
from search.engines.meilisearch import MeilisearchEngine, Server
from search.models import Document
from search.queries.choosing import RESTING
from search.queries.content import key_of
from search.queries.finding import Search, answer
from search.services import pushing
from search.services.pushing import (
    Drift,
    mend,
    push,
    push_changes,
    rebuild_server,
    repair_server,
)
from tests.factories.pages import make_news, make_solution

pytestmark = [pytest.mark.django_db, pytest.mark.either]
FALLBACK = "搜索服务暂不可用，以下为基本检索结果"
CANARY = "zqxcanary金丝雀鹬"


def held(server, key):
    """What the server says of one document; None if it has none."""
    found = server.client.index(server.uid).get_documents({"limit": 1000}).results
    return next((dict(row) for row in found if row.id == key), None)


def urls(text):
    results = answer(Search(text))
    assert results.is_fallback is False
    return [hit.url for hit in results.hits]


def publish_and_push(**facts):
    page = make_news(**facts)
    push_changes()
    return page


def test_published_page_is_told_after_the_commit(server, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        page = make_news(title="停机窗口通知")
    assert held(server, key_of(page.pk))["title"] == "停机窗口通知"
    assert urls("停机窗口") == [page.get_url()]
    with django_capture_on_commit_callbacks(execute=True):
        page.unpublish()
    assert (held(server, key_of(page.pk)), urls("停机窗口")) == (None, [])


def test_unpublished_page_is_not_shown_although_the_server_still_has_it(server):
    page = publish_and_push(title="白名单")
    page.unpublish()
    assert held(server, key_of(page.pk)) is not None
    assert (urls("白名单"), answer(Search("白名单")).counts) == ([], {})


def test_late_push_never_wins(server):
    page = publish_and_push(title="第一版")
    page.title = "第二版"
    page.save()
    late = list(Document.objects.all())
    page.title = "第三版"
    page.save()
    push_changes()
    push(late, server)  # a worker that stood still all the while
    push_changes()  # what it does next, as every worker
    assert held(server, key_of(page.pk))["title"] == "第三版"


def test_late_push_does_not_bring_back_what_is_gone(server):
    page = make_news(title="第一版")
    late = list(Document.objects.all())
    page.unpublish()
    push_changes()
    push(late, server)
    push_changes()
    assert held(server, key_of(page.pk)) is None


def test_nothing_private_reaches_the_server(server):
    from wagtail.models import PageViewRestriction

    make_solution(title=f"草稿{CANARY}", live=False)
    closed = make_news(title=f"内部{CANARY}")
    PageViewRestriction.objects.create(page=closed, restriction_type="login")
    make_news(title="公开的一条")
    rebuild_server(lambda done, total: None)
    everything = repr(
        [vars(row) for row in server.client.index(server.uid).get_documents().results]
    )
    assert ("canary" in everything, "公开的一条" in everything) == (False, True)


def test_typing_slips_and_parts_of_words_are_the_servers_strength(server):
    page = publish_and_push(title="边缘", title_en="Gateways at the edge")
    assert urls("gatewa") == [page.get_url()]


def test_rebuild_exchanges_the_index_and_reports_progress(server):
    pages = [make_news(title=f"白名单{number}") for number in range(3)]
    steps = []
    assert rebuild_server(lambda done, total: steps.append((done, total))) == 3
    assert (steps, server.versions()) == (
        [(0, 3), (3, 3)],
        {key_of(page.pk): 1 for page in pages},
    )
    assert Server(f"{server.uid}_new").exists() is False
    assert Document.objects.unpushed().count() == 0


def test_writes_during_a_rebuild_are_not_lost(server, monkeypatch):
    monkeypatch.setattr(pushing, "AT_ONCE", 2)
    pages = [make_news(title=f"白名单{number}") for number in range(4)]
    late = []

    def step(done, total):
        if done == 2:
            pages[0].title = "改了"
            pages[0].save()
            pages[1].unpublish()
            late.append(make_news(title="新来的"))
            push_changes()

    rebuild_server(step)
    kept = {key: held(server, key)["title"] for key in server.versions()}
    expected = {pages[0]: "改了", pages[2]: "白名单2", pages[3]: "白名单3", late[0]: "新来的"}
    assert kept == {key_of(page.pk): title for page, title in expected.items()}


def test_stopped_rebuild_leaves_the_old_index(server):
    page = publish_and_push(title="白名单")

    def stop(done, total):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        rebuild_server(stop)
    assert (urls("白名单"), Server(f"{server.uid}_new").exists()) == ([page.get_url()], False)


def test_drift_is_found_and_mended(server):
    missing, outdated = make_news(title="缺的"), make_news(title="旧的")
    push_changes()
    index = server.client.index(server.uid)
    tasks = [
        index.delete_document(key_of(missing.pk)),
        index.update_documents([{"id": key_of(outdated.pk), "version": 0, "title": "错"}]),
        index.add_documents([{"id": "page-999999", "version": 3, "title": CANARY}]),
    ]
    for task in tasks:
        server.done(task)
    assert mend(server) == Drift(missing=1, outdated=1, extra=1)
    assert mend(server) == Drift()
    assert held(server, key_of(outdated.pk))["title"] == "旧的"
    assert held(server, "page-999999") is None


def test_dropped_index_is_not_made_again_by_a_push_but_by_the_repair(server):
    page = publish_and_push(title="白名单")
    server.drop()
    make_news(title="另一条白名单")
    with pytest.raises(EngineUnavailable, match="no index"):
        push_changes()
    assert server.exists() is False
    assert repair_server() == Drift(missing=2)
    assert page.get_url() in urls("白名单")


@contextlib.contextmanager
def silent_server():
    """Accepts connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        taken = []

        def accept():
            with contextlib.suppress(OSError):  # the listener is closed while this one waits
                while True:
                    taken.append(listener.accept())

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        for connection, _address in taken:
            connection.close()


def page_within_two_seconds(client, settings):
    """Ask for a page twice; the answer comes from the embedded engine and says so."""
    make_news(title="白名单讲座")
    for _ in range(2):
        started = time.monotonic()
        text = client.get("/search/?q=白名单").content.decode()
        assert time.monotonic() - started < 2
        assert (FALLBACK in text, "<mark>白名单</mark>讲座" in text) == (True, True)
    assert cache.get(RESTING) is True
    return time.monotonic() - started


def test_server_that_is_down_is_done_without(client, settings):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings.MEILI_URL = f"http://127.0.0.1:{listener.getsockname()[1]}"
    page_within_two_seconds(client, settings)


def test_server_that_says_nothing_is_waited_for_once(client, settings):
    with silent_server() as settings.MEILI_URL:
        assert page_within_two_seconds(client, settings) < 1


@pytest.mark.parametrize("key", ["", "wrong-key-of-sixteen-bytes"])
def test_server_that_refuses_the_key_is_done_without(client, settings, meilisearch, key):
    settings.MEILI_URL, settings.MEILI_KEY = meilisearch.url, key
    page_within_two_seconds(client, settings)


def test_missing_index_is_done_without(client, settings, meilisearch):
    settings.MEILI_URL, settings.MEILI_KEY = meilisearch.url, meilisearch.key
    settings.MEILI_INDEX = "nothing-here"
    page_within_two_seconds(client, settings)


def test_address_that_is_no_search_server_is_done_without(client, settings, live_server):
    settings.MEILI_URL = live_server.url
    page_within_two_seconds(client, settings)


def test_publishing_never_fails_for_the_server(settings, django_capture_on_commit_callbacks):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings.MEILI_URL = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with django_capture_on_commit_callbacks(execute=True):
        page = make_news(title="照常发布")
    row = Document.objects.get(key=key_of(page.pk))
    assert (row.is_gone, row.pushed_version, row.version) == (False, 0, 1)


def test_log_names_the_fault_and_not_the_question(client, settings, caplog):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings.MEILI_URL = f"http://127.0.0.1:{listener.getsockname()[1]}"
    client.get("/search/?q=很私密的问题")
    assert ("no connection" in caplog.text, "很私密的问题" in caplog.text) == (True, False)


def test_odd_questions_never_fail(server):
    publish_and_push(title="白名单")
    odd = [
        "😀",
        "-",
        "--a",
        '"',
        "a" * 10_000,
        "工" * 10_000,
        "a 工 " * 5_000,
        "AND OR",
        "的",
        "the",
    ]
    assert [answer(Search(query)).is_fallback for query in odd] == [False] * len(odd)


def test_engine_answers_in_its_order_with_documents_only(server):
    page = publish_and_push(title="白名单")
    from search.engines.catalogue import catalogue

    pk = Document.objects.get(key=key_of(page.pk)).pk
    assert MeilisearchEngine().rank(catalogue().question("白名单")) == [pk]
