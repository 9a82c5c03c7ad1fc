"""What a setting must name: said at start and at every command, with the remedy."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from portal.core.passwords import DIGEST

TAG = "start"


@register(TAG)
def check_leaked_passwords(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """Rule: a list that is named is there and is one; else a new password could not be judged."""
    name = settings.LEAKED_PASSWORDS
    if not name or is_list_of_digests(Path(name)):
        return []
    return [
        Error(
            f"LEAKED_PASSWORDS names {name}: no file whose lines begin with a SHA-1.",
            hint="Name the list ordered by hash, or take the variable away.",
            id="core.E001",
        )
    ]


def is_list_of_digests(path: Path) -> bool:
    """Say whether a file's first line begins as a list of digests does."""
    try:
        with path.open("rb") as file:
            int(file.read(DIGEST), 16)
    except (OSError, ValueError):
        return False
    return path.stat().st_size >= DIGEST
