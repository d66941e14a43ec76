"""What each role of an admin may do, as one table."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """One thing that an admin may be allowed to do."""

    LOOK = "look"
    KEEP_CUSTOMERS = "keep customers"
    KEEP_PARTNERS = "keep partners"
    GRANT_ACCESS = "grant access"
    MANAGE_USERS = "manage users"
    MANAGE_WORKSPACE = "manage workspace"
    SEE_LETTERS = "see letters"
    RETRY_JOBS = "retry jobs"
    KEEP_INVOICES = "keep invoices"
    TAKE_PAYMENTS = "take payments"
    REFUND = "refund"
    GIVE_CREDIT = "give credit"
    KEEP_BOOKS = "keep books"
    CLOSE_BOOKS = "close books"


class Role(StrEnum):
    """What an admin is in the organization."""

    OWNER = "owner"
    MANAGER = "manager"
    BOOKKEEPER = "bookkeeper"
    VIEWER = "viewer"


# Whoever uses one of these decides who else may come in, or until when nothing can be recorded
# any more; a screen left open is not enough.
_WEIGHTY = frozenset({Permission.MANAGE_USERS, Permission.CLOSE_BOOKS})

_ALLOWED: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.MANAGER: frozenset(Permission) - {Permission.MANAGE_USERS},
    Role.BOOKKEEPER: frozenset(
        {
            Permission.LOOK,
            Permission.KEEP_CUSTOMERS,
            Permission.SEE_LETTERS,
            Permission.KEEP_INVOICES,
            Permission.TAKE_PAYMENTS,
        }
    ),
    Role.VIEWER: frozenset({Permission.LOOK}),
}


def may(role: Role, permission: Permission) -> bool:
    """Whether somebody in ``role`` may use ``permission``."""
    return permission in _ALLOWED[role]


def is_weighty(permission: Permission | None) -> bool:
    """Whether acts with ``permission`` ask for the password again."""
    return permission in _WEIGHTY
