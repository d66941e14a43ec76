"""The three audiences. Every page, event and row is seen by some of them only."""

from enum import StrEnum


class Audience(StrEnum):
    """Who a signed-in person is, for the length of one session."""

    ADMIN = "admin"
    PARTNER = "partner"
    CUSTOMER = "customer"
