"""The search server for tests: one for the run, an index of its own for every test."""

import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.engines import Meilisearch, find_meilisearch, running_meilisearch
from tests.search.corpus import make_corpus


@pytest.fixture(autouse=True)
def fresh_catalogue() -> Iterator[None]:
    """No test sees what a process remembers of another test's documents."""
    from search.engines import catalogue

    yield
    catalogue._catalogue.clear()


@pytest.fixture(scope="session")
def meilisearch() -> Iterator[Meilisearch]:
    """A real server; without one these tests are skipped, and the end of the run says so."""
    if not find_meilisearch():
        pytest.skip("no Meilisearch on this machine (make engines, MEILI_BINARY or MEILI_URL)")
    with running_meilisearch() as server:
        yield server


def pointed_at(settings: Any, server: Meilisearch) -> None:
    settings.MEILI_URL, settings.MEILI_KEY = server.url, server.key
    settings.MEILI_INDEX = f"test-{secrets.token_hex(4)}"


@pytest.fixture
def server(meilisearch: Meilisearch, settings: Any) -> Iterator[Any]:
    """The site pointed at the server, with an empty index."""
    from search.engines.meilisearch import Server

    pointed_at(settings, meilisearch)
    made = Server()
    made.create()
    yield made
    pointed_at_again = Server(made.uid)
    pointed_at_again.client.delete_index(made.uid)


@pytest.fixture(scope="module")
def corpus(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[int, str]]:
    """The judged corpus as public pages, rolled back at the end; the judge's name by document."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_corpus()
        transaction.set_rollback(True)
