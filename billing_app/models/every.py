"""Imports every table, for the few who need them all: migrations, the doctor, the tests."""

from billing_app.models import (
    attempt,
    audit,
    books,
    capability,
    contact,
    credit,
    dispute,
    gateway,
    invoice,
    ledger,
    organization,
    outbox,
    party,
    pay_link,
    payment,
    people,
    refund_attempt,
)
from billing_app.models.base import tables

__all__ = [
    "attempt",
    "audit",
    "books",
    "capability",
    "contact",
    "credit",
    "dispute",
    "gateway",
    "invoice",
    "ledger",
    "organization",
    "outbox",
    "party",
    "pay_link",
    "payment",
    "people",
    "refund_attempt",
    "tables",
]
