"""`migrate`, with the tables of libraries made before the portal's own.

A step of a migration rebuilds every model that is related to what it changes, and nearly all are
related to the person. While only the libraries' models exist that is quick: an empty database is
ready in three quarters of the time. Which migrations run, and what each does, is Django's.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.commands.migrate import Command as MigrateCommand
from django.db.migrations.graph import MigrationGraph

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


class Command(MigrateCommand):
    def handle(self, *args: Any, **options: Any) -> None:
        with libraries_first():
            super().handle(*args, **options)
