"""Units, sessions, attendance and practical work."""

from typing import Any

from tests.access.rows import Row

ROUTES: dict[str, Row | list[Row]] = {}
IDS: dict[str, Any] = {}
