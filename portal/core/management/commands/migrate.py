"""`migrate`, with the tables of libraries made before the portal's own, and quicker.

A step of a migration rebuilds every model that is related to what it changes, and nearly all are
related to the person. While only the libraries' models exist that is quick; and a model that is
new is built alone, for the others do not change by it. An empty database is ready in less than
half of the time. Which migrations run, what each does and the tables they leave are Django's.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.commands.migrate import Command as MigrateCommand
from django.db.migrations.graph import MigrationGraph
from django.db.migrations.state import ModelState, ProjectState

Node = tuple[str, str]


def is_own(label: str) -> bool:
    """Say whether an app is the portal's: its package lies in the portal's folder."""
    package = apps.get_app_config(label).name.split(".")[0]
    return (settings.ROOT / package / "__init__.py").is_file()


@contextmanager
def libraries_first() -> Iterator[None]:
    """Let a plan begin with what the libraries' last migrations need."""
    leaf_nodes = MigrationGraph.leaf_nodes

    def ordered(self: MigrationGraph, app: str | None = None) -> list[Node]:
        return sorted(leaf_nodes(self, app), key=lambda node: (is_own(node[0]), *node))

    MigrationGraph.leaf_nodes = ordered  # type: ignore[method-assign]
    try:
        yield
    finally:
        MigrationGraph.leaf_nodes = leaf_nodes  # type: ignore[method-assign]


@contextmanager
def new_models_alone() -> Iterator[None]:
    """Let a new model be built without building all that it is related to once more.

    The way back from the others to it is added to them as it is at the program's start, when the
    models of an app come one after the other.
    """
    add_model = ProjectState.add_model

    def add_alone(self: ProjectState, model: ModelState) -> None:
        key = (model.app_label, model.name_lower)
        self.models[key] = model
        if vars(self)["_relations"] is not None:  # what it has resolved so far
            self.resolve_model_relations(key)
        if "apps" in vars(self):  # asking for the attribute would build them all
            self.apps.render_multiple([model])

    ProjectState.add_model = add_alone  # type: ignore[assignment, method-assign]
    try:
        yield
    finally:
        ProjectState.add_model = add_model  # type: ignore[method-assign]


class Command(MigrateCommand):
    def handle(self, *args: Any, **options: Any) -> None:
        with libraries_first(), new_models_alone():
            super().handle(*args, **options)
