"""Asking for payment: what is owed when a document is issued with something still to pay."""

from __future__ import annotations

from typing import Protocol

from billing_app.access.installation import Installation


class About(Protocol):
    """A job, as far as it matters here: the document it is about."""

    @property
    def subject(self) -> str: ...


def request_payment(_place: Installation, _job: About) -> None:
    """Nothing is sent: the document stands on the customer's own page, and asks there."""
