"""Which engine answers, and what its kinds are called."""

from typing import Any

from search.engines import SearchEngine
from search.engines.embedded import EmbeddedEngine, searchable_models


def engine() -> SearchEngine:
    """Return the engine that answers the search page."""
    return EmbeddedEngine()


def kind_labels() -> dict[str, Any]:
    """Return the kinds with their names, in the order tabs show them."""
    models = searchable_models()
    order = ["solution", "practice", "course", "news"]
    kinds = sorted(models, key=lambda kind: order.index(kind) if kind in order else len(order))
    return {kind: models[kind]._meta.verbose_name_plural for kind in kinds}
