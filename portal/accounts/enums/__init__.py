"""Choices of accounts: roles, permissions, states of a request, and what a page says of them."""

from portal.accounts.enums.descriptions import (
    CAPACITIES,
    PERMISSION_AREAS,
    PERMISSION_WORDS,
    Capacity,
)
from portal.accounts.enums.roles import (
    FORMER_TIES_YEARS,
    ROLE_PERMISSIONS,
    SECOND_FACTOR_ROLES,
    SYSTEM_PERMISSIONS,
    TRAINING_ROLES,
    AdmissionState,
    ClosureState,
    Permission,
    Role,
)

__all__ = [
    "CAPACITIES",
    "FORMER_TIES_YEARS",
    "PERMISSION_AREAS",
    "PERMISSION_WORDS",
    "ROLE_PERMISSIONS",
    "SECOND_FACTOR_ROLES",
    "SYSTEM_PERMISSIONS",
    "TRAINING_ROLES",
    "AdmissionState",
    "Capacity",
    "ClosureState",
    "Permission",
    "Role",
]
