"""What the sweep's table says of one address."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.access.roles import NOBODY

Roles = frozenset[str]


@dataclass(frozen=True)
class Row:
    """What one address answers to whom; None means that it does not take the method."""

    ids: str = ""
    get: Roles | None = None
    post: Roles | None = None
    knows: Roles = NOBODY
    refused: Roles = NOBODY
    body: Mapping[str, Any] = field(default_factory=dict)


def page(ids: str, roles: Roles, **more: Any) -> Row:
    """An address that is only read."""
    return Row(ids, get=roles, **more)


def deed(ids: str, roles: Roles, **more: Any) -> Row:
    """An address that is only posted to."""
    return Row(ids, post=roles, **more)


def form(ids: str, roles: Roles, get: Roles | None = None, **more: Any) -> Row:
    """An address that shows a form and takes it."""
    return Row(ids, get=roles if get is None else get, post=roles, **more)
