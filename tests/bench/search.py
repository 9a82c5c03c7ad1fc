"""Search against its targets: order (nDCG@10), the portal's own time, publish to findable.

Own time is the whole request (the WSGI application: every middleware, URL, view, database, cached
templates, translations; DEBUG off, warmed) minus the raw engine call for the same question: the
request to the search server, or the ranking in memory. What the portal adds to an engine counts as
its own: the state of the index read from the database, slips put right, and, with the server, the
embedded ranking that its order is joined with.

Needs no site: makes the judged corpus and 10,000 documents in a throw-away database. The search
server is started for the run where there is one; without it only the embedded engine is measured.
"""

from __future__ import annotations

import contextlib
import logging
import os
import statistics
import tempfile
from collections.abc import Callable, Iterator
from time import perf_counter, process_time
from typing import Any

from tests.engines import find_meilisearch, running_meilisearch

NDCG = {"embedded": 0.78, "meilisearch": 0.85}
OWN_MS, FINDABLE_S = 15.0, 5.0
MANY = 10_000
WARMING = 20


@contextlib.contextmanager
def fresh_database() -> Iterator[None]:
    """A migrated SQLite database in a temporary folder; tasks run where they are enqueued."""
    with tempfile.TemporaryDirectory(prefix="anfan-bench-") as folder:
        os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"
        os.environ["DEBUG"] = "false"
        os.environ["DATA_DIR"] = folder
        os.environ["DATABASE_URL"] = f"sqlite:///{folder}/bench.sqlite3"
        import django

        django.setup()
        from django.core.management import call_command

        logging.getLogger("django_tasks").setLevel(logging.WARNING)
        call_command("compile_translations", verbosity=0)
        call_command("migrate", verbosity=0)
        yield


def main() -> int:
    """Print every figure beside its target; 1 if one is missed."""
    failed = False
    with fresh_database(), contextlib.ExitStack() as stack:
        from django.conf import settings

        from tests.search.corpus import make_corpus

        known = make_corpus()
        print(f"{len(known)} judged documents")
        failed |= measure("embedded", known)
        if find_meilisearch():
            server = stack.enter_context(running_meilisearch())
            settings.MEILI_URL, settings.MEILI_KEY = server.url, server.key
            settings.MEILI_INDEX = "bench"
            started = perf_counter()
            rebuild()
            print(f"rebuild of the server's index: {perf_counter() - started:.1f} s")
            failed |= measure("meilisearch", known)
        settings.MEILI_URL = ""
        ten_thousand()
    print("all targets met" if not failed else "A TARGET IS MISSED")
    return int(failed)


def rebuild() -> None:
    from search.services.pushing import rebuild_server

    rebuild_server(lambda done, total: None)


def measure(name: str, known: dict[int, str]) -> bool:
    """Order, times and freshness of one engine."""
    failed = order(name, known)
    failed |= own_time(name)
    return failed | findable(name)


def engine_of(name: str) -> Any:
    from search.engines.embedded import EmbeddedEngine
    from search.engines.meilisearch import MeilisearchEngine

    return {"embedded": EmbeddedEngine, "meilisearch": MeilisearchEngine}[name]()


def order(name: str, known: dict[int, str]) -> bool:
    from search.engines.catalogue import catalogue
    from tests.search.corpus import mean, scores

    found = scores(lambda query: engine_of(name).rank(catalogue().question(query)), known)
    kinds = "  ".join(f"{kind} {statistics.fmean(values):.3f}" for kind, values in found.items())
    missed = mean(found) < NDCG[name]
    print(f"{name}: nDCG@10 {mean(found):.3f} (target >= {NDCG[name]}){' MISSED' * missed}")
    print(f"    {kinds}")
    return missed


def times(call: Callable[[str], Any], queries: list[str]) -> tuple[float, float, float]:
    """p50 and p95 by the clock, p50 of this process's processor, in milliseconds."""
    spent, busy = [], []
    for query in queries:
        started, at_work = perf_counter(), process_time()
        call(query)
        spent.append(1000 * (perf_counter() - started))
        busy.append(1000 * (process_time() - at_work))
    median = statistics.median
    return median(spent), statistics.quantiles(spent, n=20)[-1], median(busy)


def page_of_search() -> Callable[[str], bytes]:
    """What a web server does with an address: call the application, take the whole body."""
    from django.conf import settings
    from django.test import RequestFactory

    from portal.wsgi import application

    assert not settings.DEBUG
    factory = RequestFactory()

    def page(query: str) -> bytes:
        told: list[str] = []
        environ = factory.get("/search/", {"q": query}).environ
        answer = application(environ, lambda status, headers: told.append(status))
        body = b"".join(answer)
        answer.close()
        assert told == ["200 OK"]
        return body

    return page


def own_time(name: str) -> bool:
    """The whole page against the raw engine (see above)."""
    from search.engines.catalogue import catalogue
    from search.engines.embedded import EmbeddedEngine
    from search.engines.meilisearch import subqueries
    from tests.search.corpus import relevance

    engine, known = engine_of(name), catalogue()
    queries = [row["q"] for row in relevance()["queries"]]
    questions = {query: known.question(query) for query in queries}

    def raw(query: str) -> Any:
        if name == "embedded":
            return EmbeddedEngine(known).rank(questions[query])
        return engine.ask(subqueries(questions[query])[1])

    page = page_of_search()
    for query in queries[:WARMING]:
        page(query)
    raw_p50, raw_p95, raw_busy = times(raw, queries)
    page_p50, page_p95, page_busy = times(page, queries)
    own, own_busy = page_p50 - raw_p50, page_busy - raw_busy
    # On a machine with other work the clock measures that work: the processor's time decides then.
    missed = min(own, own_busy) > OWN_MS
    print(
        f"{name}: raw p50 {raw_p50:.1f} p95 {raw_p95:.1f} ms; page p50 {page_p50:.1f} "
        f"p95 {page_p95:.1f} ms; own p50 {own:.1f} ms, "
        f"{own_busy:.1f} ms of processor (target <= {OWN_MS:.0f}){' MISSED' * missed}"
    )
    return missed


def findable(name: str) -> bool:
    """Seconds from publish to found and from unpublish to gone, the worst of five."""
    from search.queries.finding import Search, answer
    from search.tasks import push
    from tests.factories.pages import make_news

    def wait(url: str, is_there: bool, started: float) -> float:
        if name == "meilisearch":
            push.call()
        while (url in {hit.url for hit in answer(Search("量子密钥")).hits}) != is_there:
            assert perf_counter() - started < 60
        return perf_counter() - started

    came, went = [], []
    for _number in range(5):
        started = perf_counter()
        page = make_news(title="关于量子密钥的通知")
        url = page.get_url()
        came.append(wait(url, True, started))
        started = perf_counter()
        page.unpublish()
        went.append(wait(url, False, started))
    missed = max(came + went) > FINDABLE_S
    print(
        f"{name}: publish to findable {max(came):.2f} s, unpublish to gone {max(went):.2f} s, "
        f"worst of five (target <= {FINDABLE_S:.0f}){' MISSED' * missed}"
    )
    return missed


def ten_thousand() -> None:
    """The embedded engine with 10,000 documents of the corpus's lengths: copies, shuffled."""
    from search.engines import catalogue as module
    from search.models import Document, new_stamp
    from tests.search.corpus import relevance

    models = list(Document.objects.present())
    rows = (
        Document(**{**columns(models[number % len(models)]), "key": f"page-{100_000 + number}"})
        for number in range(MANY - len(models))
    )
    Document.objects.bulk_create(stamped(rows, new_stamp), batch_size=500)
    module._catalogue.clear()
    started = perf_counter()
    known = module.catalogue()
    built = perf_counter() - started
    engine = engine_of("embedded")
    queries = [row["q"] for row in relevance()["queries"]]
    p50, p95, busy = times(lambda query: engine.rank(known.question(query)), queries)
    row = Document.objects.present().first()
    Document.objects.filter(pk=row.pk).update(stamp=new_stamp())
    started = perf_counter()
    module.catalogue()
    print(
        f"embedded with {Document.objects.present().count()} documents: loaded in {built:.1f} s, "
        f"raw p50 {p50:.1f} ({busy:.1f} of processor) p95 {p95:.1f} ms, one changed one taken in "
        f"{perf_counter() - started:.2f} s"
    )


def columns(row: Any) -> dict[str, Any]:
    names = [field.name for field in row._meta.fields if field.name not in ("id", "stamp")]
    return {name: getattr(row, name) for name in names}


def stamped(rows: Iterator[Any], stamp: Callable[[], int]) -> Iterator[Any]:
    for row in rows:
        row.stamp = stamp()
        yield row
