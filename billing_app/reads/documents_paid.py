"""Which documents payments pay and attempts were meant to pay, for a whole page of them at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.kept import one_of
from billing_app.access.work import Work
from billing_app.models.attempt import AttemptClaim
from billing_app.models.base import points_at
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import Invoice
from billing_app.models.payment import Allocation

_MOST_NAMED = 3


@admin_read()
def documents_paid(work: Work[AdminActor], payments: Sequence[UUID]) -> dict[UUID, str]:
    """The numbers of what each payment pays at the moment, in a few words."""
    kept: dict[UUID, dict[UUID, int]] = defaultdict(lambda: defaultdict(int))
    numbers: dict[UUID, str] = {}
    found = work.exec(_PAID, params={"ids": payments})
    for payment, minor, reverses, invoice, request, of_invoice, of_request in found:
        document = invoice or request
        kept[payment][document] += minor if reverses is None else -minor
        numbers[document] = of_invoice or of_request or ""
    return {
        payment: _in_a_few_words([numbers[each] for each, minor in paid.items() if minor])
        for payment, paid in kept.items()
    }


@admin_read()
def documents_claimed(work: Work[AdminActor], attempts: Sequence[UUID]) -> dict[UUID, str]:
    """The numbers of what each attempt was meant to pay, in a few words."""
    claimed: dict[UUID, list[str]] = defaultdict(list)
    found = work.exec(_CLAIMS, params={"ids": attempts})
    for attempt, _, _, of_invoice, of_request in found:
        claimed[attempt].append(of_invoice or of_request or "")
    return {attempt: _in_a_few_words(numbers) for attempt, numbers in claimed.items()}


def _in_a_few_words(numbers: Sequence[str]) -> str:
    named, others = ", ".join(numbers[:_MOST_NAMED]), len(numbers) - _MOST_NAMED
    return f"{named} and {others} more" if others > 0 else named


def _with_numbers(of: Any, *columns: Any) -> Any:
    """These columns of what points at documents, which documents, and their numbers."""
    documents = (of.invoice_id, of.credit_request_id, Invoice.number, CreditRequest.number)
    wanted: Any = (*columns, *documents)
    return (
        select(*wanted)
        .outerjoin(Invoice, points_at(of, "invoice_id", Invoice))
        .outerjoin(CreditRequest, points_at(of, "credit_request_id", CreditRequest))
    )


_PAID = (
    _with_numbers(
        Allocation, Allocation.payment_id, Allocation.amount_minor, Allocation.reverses_id
    )
    .where(one_of(Allocation.payment_id))
    .order_by(col(Allocation.id))
)
_CLAIMS = (
    _with_numbers(AttemptClaim, AttemptClaim.attempt_id)
    .where(one_of(AttemptClaim.attempt_id))
    .order_by(col(AttemptClaim.position))
)
