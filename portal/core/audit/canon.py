"""The one text of a value, over which hashes and seals are made."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder


def canonical(data: Any) -> str:
    """Return the one JSON text of `data`: sorted keys, no spaces, Unicode kept."""
    return json.dumps(
        data, sort_keys=True, ensure_ascii=False, separators=(",", ":"), cls=DjangoJSONEncoder
    )
