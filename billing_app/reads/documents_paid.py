"""Which documents payments pay and attempts were meant to pay, for a whole page of them at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.kept import one_of
from billing_app.access.work import Work
from billing_app.models.attempt import AttemptClaim
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import Invoice
from billing_app.models.payment import Allocation

_MOST_NAMED = 3
_SHARE = ("payment_id", "invoice_id", "credit_request_id", "amount_minor", "reverses_id")


@admin_read()
def documents_paid(work: Work[AdminActor], payments: Sequence[UUID]) -> dict[UUID, str]:
    """The numbers of what each payment pays at the moment, in a few words."""
    kept: dict[UUID, dict[UUID, int]] = defaultdict(lambda: defaultdict(int))
    for payment, invoice, request, minor, reverses in work.exec(_PAID, params={"ids": payments}):
        kept[payment][invoice or request] += minor if reverses is None else -minor
    numbers = _numbers(work, (each for paid in kept.values() for each in paid))
    return {
        payment: _in_a_few_words([numbers[each] for each, minor in paid.items() if minor])
        for payment, paid in kept.items()
    }


@admin_read()
def documents_claimed(work: Work[AdminActor], attempts: Sequence[UUID]) -> dict[UUID, str]:
    """The numbers of what each attempt was meant to pay, in a few words."""
    claimed: dict[UUID, list[UUID]] = defaultdict(list)
    for row in work.exec(_CLAIMS, params={"ids": attempts}):
        document = row.invoice_id or row.credit_request_id
        assert document, "a claim is to one document"
        claimed[row.attempt_id].append(document)
    numbers = _numbers(work, (each for own in claimed.values() for each in own))
    return {
        attempt: _in_a_few_words([numbers[each] for each in own])
        for attempt, own in claimed.items()
    }


def _numbers(work: Work[AdminActor], ids: Iterable[UUID]) -> dict[UUID, str]:
    wanted, found = set(ids), dict[UUID, str]()
    for numbers in _NUMBERS:
        if others := wanted - found.keys():
            given = {"ids": list(others)}
            found |= {id_: number or "" for id_, number in work.exec(numbers, params=given)}
    return found


def _in_a_few_words(numbers: Sequence[str]) -> str:
    named, others = ", ".join(numbers[:_MOST_NAMED]), len(numbers) - _MOST_NAMED
    return f"{named} and {others} more" if others > 0 else named


_PAID: Any = (
    select(*(getattr(Allocation, name) for name in _SHARE))
    .where(one_of(Allocation.payment_id))
    .order_by(col(Allocation.id))
)
_CLAIMS = (
    select(AttemptClaim).where(one_of(AttemptClaim.attempt_id)).order_by(col(AttemptClaim.position))
)
_NUMBERS = tuple(
    select(kind.id, kind.number).where(one_of(kind.id)) for kind in (Invoice, CreditRequest)
)
