"""Planning a credit note: what it lowers, where the rest goes, or why it cannot be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from billing_app.access.actors import Clerk
from billing_app.access.guard import command_step
from billing_app.access.work import Work
from billing_app.kernel.errors import Conflict, Invalid
from billing_app.kernel.money import Money
from billing_app.kernel.refusals import WrongCurrency, above_zero, shown
from billing_app.kernel.shares import Reduced
from billing_app.models.invoice import Invoice
from billing_app.models.payment import Refund
from billing_app.services.handing_back import RefundPart, planned_refunds
from billing_app.services.naming import named
from billing_app.services.reducing import LineCredit, reduced_lines

REASON_CODES = {
    "error": "Error on the invoice",
    "cancelled_service": "Cancelled service",
    "negotiated_discount": "Negotiated discount",
    "duplicate": "Duplicate invoice",
    "write_off": "Write-off",
    "goodwill": "Goodwill",
}


class NotNotable(Conflict):
    """Only an invoice that stands can ask for less."""

    def __init__(self, invoice: Invoice) -> None:
        why = "is a draft; change it instead" if invoice.state == "draft" else "is void"
        super().__init__(f"{named(invoice)} {why}. No credit note was issued.")


class PartnersCredit(Conflict):
    """Credit is kept for customers only."""

    sentence = (
        "Credit is kept for customers, not for partners. Hand the money back outside instead;"
        " no credit note was issued."
    )


class NotWhole(Invalid):
    """Where the part goes that was paid already has to be said, to the last cent."""

    def __init__(self, lowered: Money, excess: Money, told: Money) -> None:
        super().__init__(
            f"Of this credit note, {shown(lowered)} lowers what is still to pay. The rest,"
            f" {shown(excess)}, was paid already and has to go to credit, a refund or outside;"
            f" you placed {shown(told)}. No credit note was issued.",
            field="excess",
        )


@dataclass(frozen=True)
class Excess:
    """Where the part of a credit note goes that was already paid."""

    to_credit: Money | None = None
    refunds: Sequence[RefundPart] = ()
    outside: Money | None = None


NOWHERE = Excess()
"""Nothing of it was paid already."""


@dataclass(frozen=True)
class Planned:
    """All that a credit note is going to do, in minor units."""

    parts: Mapping[UUID, Reduced]
    lowered: int
    refunds: Sequence[Refund]
    placed: Placed


@dataclass(frozen=True)
class Placed:
    """The way back of what was paid already, in minor units."""

    to_credit: int
    refunded: int
    outside: int


@dataclass(frozen=True)
class Terms:
    """What a credit note says of itself, beside its amounts."""

    note_id: str
    reason_code: str
    reason: str
    effective_on: date | None
    command_key: str


@command_step
def plan_note(
    work: Work[Clerk],
    invoice: Invoice,
    terms: Terms,
    *,
    amount: Money | Sequence[LineCredit],
    excess: Excess,
    lowers: bool,
    method: str,
) -> Planned:
    """What a credit note on a locked invoice is going to do, or the refusal; writes nothing."""
    if invoice.state != "issued":
        raise NotNotable(invoice)
    if terms.reason_code not in REASON_CODES:
        raise Invalid("Choose a reason for the credit note.", field="reason_code")
    parts = reduced_lines(work, invoice, amount)
    total = sum(part.gross for part in parts.values())
    lowered = min(total, invoice.still_to_pay_minor) if lowers else 0
    refunds = planned_refunds(work, invoice, excess.refunds, method=method)
    placed = _placed(invoice, excess, Money(lowered, invoice.currency), total)
    return Planned(parts, lowered, refunds, placed)


def _placed(invoice: Invoice, excess: Excess, lowered: Money, total: int) -> Placed:
    """Where the part goes that was paid already, if it goes somewhere to the last cent.

    It cannot be more than was paid: a note is never above what of the invoice still stands.
    """
    nothing = Money.zero(invoice.currency)
    refunded = sum((part.amount for part in excess.refunds), nothing)
    told = [excess.to_credit or nothing, refunded, excess.outside or nothing]
    for amount in filter(None, told):
        if above_zero(amount, field="excess").currency != invoice.currency:
            raise WrongCurrency(named(invoice), invoice.currency, field="excess")
    beyond = Money(total, invoice.currency) - lowered
    together = sum(told, nothing)
    if together != beyond:
        raise NotWhole(lowered, beyond, together)
    if excess.to_credit and invoice.customer_id is None:
        raise PartnersCredit
    return Placed(*(amount.minor for amount in told))
