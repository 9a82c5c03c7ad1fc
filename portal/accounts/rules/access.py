"""Who reads the record of access."""

from typing import Any


def can_read_access(user: Any) -> bool:
    """Rule: sign-ins and refusals of everybody are read by system administrators only."""
    return bool(user.is_active and user.is_superuser)
