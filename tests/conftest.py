"""Engines and roles for the whole suite; what one app needs lives in that app's tests."""

import gc
import gettext
import hashlib
import ipaddress
import os
import shutil
import socket
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from _pytest import main as pytest_main
from asgiref.local import Local
from django.utils.translation import trans_real
from hypothesis import settings as hypothesis_settings

from portal.core.catalogs import compile_all
from portal.core.headroom import with_headroom
from tests import figures
from tests.engines import CHROMIUM_FLAGS, find_chromium

# Playwright's synchronous API runs an event loop in this thread; Django would refuse the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
# A busy machine makes an example slow, not wrong; speed is judged by tests/bench.
hypothesis_settings.register_profile("suite", deadline=None)
hypothesis_settings.load_profile("suite")
ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "test-results"


def pytest_configure(config: pytest.Config) -> None:
    """Compile the translations; forget what Django read of them while it was set up before."""
    compile_all()
    gettext._translations.clear()  # type: ignore[attr-defined]
    trans_real._translations = {}
    trans_real._default = None
    trans_real._active = Local()


def pytest_unconfigure(config: pytest.Config) -> None:
    from django.conf import settings

    for name in ("PRIVATE_ROOT", "MEDIA_ROOT", "STATIC_ROOT", "KEY_ROOT"):
        folder = Path(getattr(settings, name, "")) if settings.configured else ROOT
        if folder.name.startswith("anfan-test-"):
            shutil.rmtree(folder, ignore_errors=True)


def is_transactional(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    fixtures = set(getattr(item, "fixturenames", ()))
    asked = bool(marker and marker.kwargs.get("transaction"))
    return asked or bool(fixtures & {"transactional_db", "live_server", "live_site"})


def uses_database(item: pytest.Item) -> bool:
    """Say whether a test touches tables: by its mark, its fixtures or its class."""
    from django.test import SimpleTestCase

    fixtures = set(getattr(item, "fixturenames", ()))
    kind = getattr(item, "cls", None)
    return (
        item.get_closest_marker("django_db") is not None
        or bool(fixtures & {"db", "transactional_db", "django_db_setup", "live_server"})
        or (isinstance(kind, type) and issubclass(kind, SimpleTestCase))
    )


def is_dealt(item: pytest.Item) -> bool:
    """Say whether one of two passes is enough for a test.

    Always where it finds the same on every engine (`either`: pages, files, the sweep). Of the
    others, those that depend on how an engine locks, orders, compares and breaks off meet both
    (`both`, and all with threads or a server); the rest do so where every test is asked to (EVERY,
    as in CI) and are dealt otherwise.
    """
    if item.get_closest_marker("either"):
        return True
    if not uses_database(item) or is_transactional(item) or item.get_closest_marker("both"):
        return False
    return not os.environ.get("EVERY")


def hand_of(item: pytest.Item) -> str:
    """Return what is dealt as one: a test, or all of a file whose tests share what takes long."""
    mark = item.get_closest_marker("either")
    return item.nodeid.split("::")[0] if mark and mark.kwargs.get("whole") else item.nodeid


# How much of what is dealt is SQLite's, which has the journeys too. A file may name its own share.
SHARE = 0.4


def share_of(item: pytest.Item) -> float:
    mark = item.get_closest_marker("either")
    return float(mark.kwargs.get("share", SHARE)) if mark else SHARE


def firsts(items: list[pytest.Item]) -> set[str]:
    """Return the hands of the first of two passes, dealt in turn: neighbours, which cost alike,
    come to different passes, and every page meets both engines."""
    hands: defaultdict[float, dict[str, None]] = defaultdict(dict)
    for item in items:
        if is_dealt(item):
            hands[share_of(item)][hand_of(item)] = None
    return {
        hand
        for share, dealt in hands.items()
        for place, hand in enumerate(dealt)
        if int((place + 1) * share) > int(place * share)
    }


def is_of_this_pass(item: pytest.Item, of_first: set[str]) -> bool:
    """Say whether a test is for this pass: PASS is "1/2" for SQLite's, "2/2" for the other.

    What touches no table has nothing to learn from a second database: the first pass has it.
    """
    number, passes = map(int, os.environ.get("PASS", "1/1").split("/"))
    if passes == 1:
        return True
    if is_dealt(item):
        return (hand_of(item) in of_first) == (number == 1)
    return number == 1 or uses_database(item)


def leave_to_the_other_pass(config: pytest.Config, items: list[pytest.Item]) -> None:
    of_first = firsts(items)
    mine, others = [], []
    for item in items:
        (mine if is_of_this_pass(item, of_first) else others).append(item)
    config.hook.pytest_deselected(items=others)
    items[:] = mine


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A transactional test empties every table at its end, also those that migrations filled
    (Wagtail's root page, locale and site; the taxonomies): each such test gets them back first."""
    leave_to_the_other_pass(config, items)
    for item in items:
        if is_transactional(item):
            marker = pytest.mark.django_db(transaction=True, serialized_rollback=True)
            item.add_marker(marker, append=False)
        if item.get_closest_marker("browser"):
            # A browser that goes away leaves sockets to the site's threads to the collector.
            ignored = "ignore::pytest.PytestUnraisableExceptionWarning"
            item.add_marker(pytest.mark.filterwarnings(ignored))
        if item.get_closest_marker("browser") and not find_chromium():
            item.add_marker(pytest.mark.skip(reason="no Chromium on this machine (see CHROMIUM)"))


# --- the interpreter: a fifth of the suite's time went into its stack and its collector -----------


def pytest_collection_finish(session: pytest.Session) -> None:
    """Leave the code and the collected tests out of every later search for rubbish."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> object:
    """Run pytest's own loop, with room for the site's deep calls (portal/core/headroom.py)."""
    return with_headroom(pytest_main.pytest_runtestloop)(session)


# --- network: nothing leaves this machine -------------------------------------------------------


def is_local(address: object) -> bool:
    if not isinstance(address, tuple):
        return True  # a unix socket's path
    host = str(address[0])
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in {"localhost", ""}


@pytest.fixture(autouse=True, scope="session")
def closed_network() -> Iterator[None]:
    """Any connection of a test to another machine fails it."""
    original: Callable[..., Any] = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> Any:
        if not is_local(address):
            self.close()
            raise RuntimeError(f"A test tried to reach {address}; only this machine is allowed.")
        return original(self, address)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", guarded)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def clean_cache() -> Iterator[None]:
    """Rate limits, page cache and charts must not pass from one test to the next."""
    from django.core.cache import cache

    yield
    cache.clear()


@pytest.fixture
def cms_index(settings: Any) -> None:
    """The index in which the CMS and the list of solutions find pages is kept from now on."""
    settings.WAGTAILSEARCH_BACKENDS = {
        "default": settings.WAGTAILSEARCH_BACKENDS["default"] | {"AUTO_UPDATE": True}
    }


@pytest.fixture(autouse=True)
def chinese_again() -> Iterator[None]:
    """A view that activates English leaves it active in this thread."""
    from django.utils import translation

    yield
    translation.deactivate()


# --- database: a migrated SQLite file is kept, so that one test starts in two seconds -------------


# Where Django keeps what the tables held before the first test.
KEPT_ROWS = "_test_serialized_contents"


def migrations_fingerprint() -> str:
    """What the rows and tables that tests begin with depend on: migrations, their data, the
    packages, and the code that makes the site's sections."""
    patterns = ("*/migrations/*.py", "*/data/*", "*/*/migrations/*.py", "*/*/data/*")
    files = {path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file()}
    digest = hashlib.sha256()
    makers = {ROOT / "requirements" / "base.txt", ROOT / "portal" / "demo" / "site.py"}
    for path in sorted(files | makers):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def kept_database() -> Path:
    return Path(tempfile.gettempdir()) / f"anfan-migrated-{migrations_fingerprint()}.sqlite3"


def may_reuse() -> bool:
    """Only a quick run reuses; `make test` always migrates from nothing."""
    return "FRESH_DATABASE" not in os.environ


@pytest.fixture(scope="session")
def sqlite_file() -> Iterator[Path | None]:
    """The run's own database file, a copy of the kept one where there is one; None elsewhere."""
    from django.db import connections

    if connections["default"].vendor != "sqlite":
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="anfan-test-") as folder:
        path = Path(folder) / "test.sqlite3"
        if may_reuse() and kept_database().exists():
            shutil.copy(kept_database(), path)
        yield path
        connections.close_all()


@pytest.fixture(scope="session")
def django_db_keepdb(sqlite_file: Path | None, request: pytest.FixtureRequest) -> bool:
    reused = sqlite_file is not None and sqlite_file.exists()
    return reused or bool(request.config.getvalue("reuse_db"))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(sqlite_file: Path | None) -> None:
    from django.conf import settings

    if sqlite_file is not None:
        settings.DATABASES["default"]["TEST"]["NAME"] = str(sqlite_file)


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, sqlite_file: Path | None, django_db_blocker: Any
) -> None:
    """Migrated tables with the sections that every site has: made once, not by a thousand tests."""
    from django.db import connection

    with django_db_blocker.unblock():
        lay_in_sections()
        if sqlite_file is None or not may_reuse() or kept_database().exists():
            return
        draft = sqlite_file.with_name("kept.sqlite3")
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(draft)])
    shutil.move(draft, kept_database())


def lay_in_sections() -> None:
    """Make the home page and its sections, also for tests that empty every table at their end."""
    from django.db import connection

    from portal.demo.site import ensure_site_tree

    ensure_site_tree()
    setattr(connection, KEPT_ROWS, connection.creation.serialize_db_to_string())


@pytest.fixture(autouse=True, scope="session")
def quick_return() -> Iterator[None]:
    """Put what the tables held back by one INSERT a table; Django does it by one a row, which took
    each test with a browser or with threads most of a second.
    """
    from django.db.backends.base.creation import BaseDatabaseCreation

    patch = pytest.MonkeyPatch()
    patch.setattr(BaseDatabaseCreation, "deserialize_db_from_string", put_back)
    yield
    patch.undo()


@cache
def kept_rows(data: str) -> list[Any]:
    """Read once what every such test is given back."""
    from django.core import serializers

    return list(serializers.deserialize("json", data))


def put_back(creation: Any, data: str) -> None:
    """Do what Django does row by row table by table; sequences go on behind the rows."""
    from django.core.management.color import no_style
    from django.db import transaction
    from django.db.models.sql import InsertQuery

    connection, kept = creation.connection, kept_rows(data)
    by_table: dict[Any, dict[Any, Any]] = {}  # a proxy's rows come twice
    for one in kept:
        by_table.setdefault(one.object._meta.concrete_model, {})[one.object.pk] = one.object
    with transaction.atomic(using=connection.alias):
        for model, rows in by_table.items():
            if model._base_manager.exists():  # nothing has emptied the tables yet
                continue
            query = InsertQuery(model)
            query.insert_values(model._meta.local_concrete_fields, list(rows.values()), raw=True)
            query.get_compiler(connection.alias).execute_sql()
        for one in kept:
            for name, values in (one.m2m_data or {}).items():
                getattr(one.object, name).set(values)
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), list(by_table)):
                cursor.execute(statement)


# --- browser -----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium for the whole run.

    Playwright runs a loop in this thread, and inside a loop Django hands out connections of their
    own: they are told what the first ones kept, and neither set stays open behind the other.
    """
    from django.db import connections
    from playwright.sync_api import sync_playwright

    kept = {one.alias: vars(one).get(KEPT_ROWS) for one in connections.all()}
    connections.close_all()
    with sync_playwright() as driver:
        for one in connections.all():
            if kept[one.alias]:
                setattr(one, KEPT_ROWS, kept[one.alias])
        chromium = driver.chromium.launch(executable_path=find_chromium(), args=[*CHROMIUM_FLAGS])
        yield chromium
        chromium.close()
        connections.close_all()


@pytest.fixture
def live_site(live_server: Any, settings: Any) -> str:
    """A running site with what the migrations put into it; its address, without a final slash."""
    settings.ALLOWED_HOSTS = ["*"]
    settings.BASE_URL = live_server.url
    return str(live_server.url)


@pytest.fixture
def open_browser(
    browser: Any, live_site: str, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Any]]:
    """Open a separate browser for one person: `page = open_browser()`; one call, one person.

    Relative addresses work. Any script error or refused content (CSP) fails the test, and a failed
    test leaves a picture of every page in test-results/.
    """
    contexts: list[Any] = []
    faults: list[str] = []

    def open_page(**options: Any) -> Any:
        defaults = {
            "base_url": live_site,
            "locale": "zh-CN",
            "timezone_id": "Asia/Shanghai",
            "viewport": {"width": 1280, "height": 900},
        }
        context = browser.new_context(**{**defaults, **options})
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on("console", lambda message: note_console(page, message))
        return page

    def note_console(page: Any, message: Any) -> None:
        refused = "Content Security Policy" in message.text
        if message.type == "error" and (refused or "Uncaught" in message.text):
            faults.append(f"{page.url}: {message.text}")

    yield open_page
    failed = getattr(request.node, "outcome_of_call", None) == "failed"
    for number, context in enumerate(contexts):
        if failed:
            RESULTS.mkdir(exist_ok=True)
            for page in context.pages:
                page.screenshot(path=RESULTS / f"{request.node.name}-{number}.png", full_page=True)
        context.close()
    assert faults == []


@pytest.fixture
def page(open_browser: Callable[..., Any]) -> Any:
    return open_browser()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    for line in figures.lines(figures.FIGURES):
        terminalreporter.write_line(line)
    figures.leave()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[Any]:
    report = yield
    if report.when == "call":
        item.outcome_of_call = report.outcome  # type: ignore[attr-defined]
    return report
