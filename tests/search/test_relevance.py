"""The judged queries against both engines: the order that people get is good enough."""

import pytest

from search.engines.catalogue import catalogue
from search.engines.embedded import EmbeddedEngine
from search.engines.meilisearch import MeilisearchEngine
from search.services.pushing import push_changes
from tests.search.corpus import mean, scores

pytestmark = pytest.mark.django_db
EMBEDDED, MEILISEARCH = 0.78, 0.85


def order_by(engine):
    return lambda query: engine.rank(catalogue().question(query))


def test_embedded_engine_orders_well(corpus):
    found = scores(order_by(EmbeddedEngine()), corpus)
    assert mean(found) >= EMBEDDED, found
    assert min(sum(one) / len(one) for one in found.values()) >= 0.6, found


@pytest.mark.either
def test_meilisearch_orders_well(corpus, server):
    push_changes()
    found = scores(order_by(MeilisearchEngine()), corpus)
    print({k: round(sum(v) / len(v), 3) for k, v in found.items()}, mean(found))
    assert mean(found) >= MEILISEARCH, found
