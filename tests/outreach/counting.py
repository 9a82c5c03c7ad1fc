"""How many statements a page takes, once everything that is kept has been kept."""

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext


def statements(client: Any, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)
