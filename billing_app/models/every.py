"""Imports every table, for the few who need them all: migrations, the doctor, the tests."""

from billing_app.models import audit, capability, contact, organization, outbox, party, people
from billing_app.models.base import tables

__all__ = [
    "audit",
    "capability",
    "contact",
    "organization",
    "outbox",
    "party",
    "people",
    "tables",
]
