import os
import shutil
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import caches

from portal.core import clock, pace

# The beginning of a window of every span used here.
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def limits(settings):
    settings.RATE_LIMITS_ENABLED = True
    settings.RATE_LIMITS = {"one": [(3, 60)], "two": [(3, 60), (5, 3600)]}


def tries(name, number, who="a", at=START):
    """Say which of some tries at one moment were let through."""
    through = []
    with clock.at(at):
        for _each in range(number):
            try:
                pace.spend(name, who)
            except pace.TooOften:
                through.append(False)
            else:
                through.append(True)
    return through


def test_limit_lets_through_its_number_and_counts_each_person_alone():
    assert tries("one", 5) == [True] * 3 + [False] * 2
    assert tries("one", 1, who="b") == [True]


def test_waiting_as_long_as_told_helps_and_less_does_not():
    tries("one", 3)
    with clock.at(START + timedelta(seconds=10)), pytest.raises(pace.TooOften) as limit:
        pace.spend("one", "a")
    told = START + timedelta(seconds=10 + limit.value.seconds)
    assert tries("one", 1, at=told - timedelta(seconds=2)) == [False]
    assert tries("one", 1, at=told) == [True]


def test_a_burst_at_the_edge_of_two_windows_is_not_doubled():
    assert tries("one", 3, at=START + timedelta(seconds=59)) == [True] * 3
    assert tries("one", 3, at=START + timedelta(seconds=61)) == [False] * 3


def test_longer_windows_hold_what_shorter_ones_let_through():
    assert tries("two", 3) == [True] * 3
    assert tries("two", 3, at=START + timedelta(minutes=5)) == [True, True, False]


def test_given_back_tries_do_not_count():
    with clock.at(START):
        for _each in range(10):
            pace.spend("one", "a")
            pace.give_back("one", "a")
    assert tries("one", 4) == [True] * 3 + [False]


def test_refused_tries_do_not_prolong_the_wait():
    tries("one", 50)
    assert tries("one", 3, at=START + timedelta(seconds=121)) == [True] * 3


def test_switched_off_limits_count_nothing(settings):
    settings.RATE_LIMITS_ENABLED = False
    assert tries("one", 50) == [True] * 50


# --- several workers on one Redis ---------------------------------------------------------------


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory):
    """A real redis-server of this test's own on loopback, ended by its process."""
    if os.environ.get("TEST_REDIS_URL"):
        yield os.environ["TEST_REDIS_URL"]
        return
    server = shutil.which("redis-server")
    if not server:
        pytest.skip("NOT TESTED: no redis-server on this machine; limits shared by workers")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("redis")
    command = [server, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        await_port(port)
        yield f"redis://127.0.0.1:{port}/0"
        process.terminate()


def await_port(port):
    """Wait until the server answers, at most five seconds."""
    for _each in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("redis-server did not start")


def test_a_limit_holds_over_many_workers_at_once(settings, redis_url):
    backend = "django.core.cache.backends.redis.RedisCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": redis_url}}
    settings.RATE_LIMITS = {"one": [(20, 3600)]}
    caches["default"].clear()
    now = clock.now()

    def work(_worker):
        through = tries("one", 25, at=now)
        disconnect()
        return sum(through)

    with ThreadPoolExecutor(8) as workers:
        through = sum(workers.map(work, range(8)))
    caches["default"].clear()
    disconnect()
    assert through == 20


def disconnect():
    """Close this thread's connections to Redis."""
    for pool in caches["default"]._cache._pools.values():
        pool.disconnect()
