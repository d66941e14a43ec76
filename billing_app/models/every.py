"""Imports every table, for the few who need them all: migrations, the doctor, the tests."""

from billing_app.models import (
    audit,
    books,
    capability,
    contact,
    credit,
    invoice,
    ledger,
    organization,
    outbox,
    party,
    payment,
    people,
)
from billing_app.models.base import tables

__all__ = [
    "audit",
    "books",
    "capability",
    "contact",
    "credit",
    "invoice",
    "ledger",
    "organization",
    "outbox",
    "party",
    "payment",
    "people",
    "tables",
]
