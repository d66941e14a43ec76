"""What each role of an admin may do, as one table."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """One thing that an admin may be allowed to do."""

    LOOK = "look"
    KEEP_CUSTOMERS = "keep customers"
    KEEP_PARTNERS = "keep partners"
    GRANT_ACCESS = "grant access"


class Role(StrEnum):
    """What an admin is in the organization."""

    OWNER = "owner"
    MANAGER = "manager"
    BOOKKEEPER = "bookkeeper"
    VIEWER = "viewer"


_ALLOWED: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.MANAGER: frozenset(Permission),
    Role.BOOKKEEPER: frozenset({Permission.LOOK, Permission.KEEP_CUSTOMERS}),
    Role.VIEWER: frozenset({Permission.LOOK}),
}


def may(role: Role, permission: Permission) -> bool:
    """Whether somebody in ``role`` may use ``permission``."""
    return permission in _ALLOWED[role]
