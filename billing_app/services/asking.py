"""What the gateway is asked for an attempt, told from the attempt as it was kept.

It is told the same however often: the gateway refuses a key that comes back with other words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from billing_app.access.actors import Clerk, SystemActor
from billing_app.access.guard import system_read
from billing_app.access.work import Work
from billing_app.gateways.payments import Asked, Payer, Way
from billing_app.kernel.ids import show
from billing_app.kernel.money import Money
from billing_app.models.attempt import AttemptClaim, PaymentAttempt
from billing_app.models.credit import CreditRequest
from billing_app.models.gateway import GatewayCustomer, PaymentMethod
from billing_app.models.invoice import Invoice
from billing_app.models.organization import Organization
from billing_app.models.party import Customer
from billing_app.services.claiming import Document
from billing_app.services.naming import named
from billing_app.services.paying import Part

PAGE_STAYS_OPEN = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Begun:
    """An attempt as it was kept, with all that the gateway is going to be asked."""

    asked: Asked
    shares: tuple[Part, ...]
    still_to_pay: tuple[Money, ...]
    """What it claims of each document, and what is still to pay there."""

    saves: bool
    begun_by: str
    payer_is_there: bool
    """Whether whoever pays waits for the answer themselves, so that their bank can ask them."""

    how: str
    by_itself: bool
    """Whether nobody asked for it just now, and nobody waits for an answer."""

    state: str
    made_at: datetime
    changed_at: datetime
    closes_at: datetime
    session: str
    payment: str
    method: str
    """The gateway's names: of its page, of the payment, of the saved way of paying."""

    def is_for(self, parts: Sequence[Part], way: Way, *, saves: bool, begun_by: str) -> bool:
        """Whether it asks the very same of the same; a part without an amount is all still to pay.

        A page that a customer opened names them. Whoever holds a pay link gets one of their own.
        """
        if (self.asked.way, self.saves, self.begun_by) != (way, saves, begun_by):
            return False
        if len(self.shares) != len(parts):
            return False
        told = zip(self.shares, self.still_to_pay, parts, strict=True)
        return all(
            mine == Part(part.document_id, part.amount or all_of_it)
            for mine, all_of_it, part in told
        )


@system_read
def begun(work: Work[SystemActor], attempt_id: str) -> Begun:
    """An attempt as it stands, to be gone on with."""
    return _begun(work, work.find(PaymentAttempt, attempt_id))


@system_read
def payer_of(work: Work[SystemActor], attempt_id: str) -> Payer:
    """Whom an attempt takes money from, as the gateway may know them."""
    row = work.find(PaymentAttempt, attempt_id)
    customer = work.get(Customer, row.customer_id)
    known = select(GatewayCustomer.reference).where(GatewayCustomer.customer_id == customer.id)
    return Payer(
        organization=show(Organization.prefix, customer.organization_id),
        customer=customer.shown_id,
        name=customer.name,
        email=customer.email,
        reference=work.exec(known).one_or_none() or "",
    )


def _begun(work: Work[Clerk], attempt: PaymentAttempt) -> Begun:
    organization = work.get(Organization, attempt.organization_id)
    customer = show(Customer.prefix, attempt.customer_id)
    claimed = _claimed(work, attempt)
    is_nobody = attempt.begun_by == "payer"
    asked = Asked(
        attempt=attempt.shown_id,
        organization=organization.shown_id,
        customer=customer,
        amount=Money(attempt.amount_minor, attempt.currency),
        # No name that may change: the gateway takes a key again with the same words only.
        what=", ".join(named(document) for document, _ in claimed) or "Bank transfer",
        documents=[document.shown_id for document, _ in claimed],
        way=Way(attempt.method),
        # Whoever holds a pay link is not told who the customer is, nor what they saved.
        payer="" if is_nobody else _payer(work, attempt),
    )
    return Begun(
        asked=asked,
        shares=tuple(Part(document.shown_id, share) for document, share in claimed),
        still_to_pay=tuple(
            Money(document.still_to_pay_minor, document.currency) for document, _ in claimed
        ),
        saves=attempt.saves_method,
        begun_by=attempt.begun_by,
        payer_is_there=attempt.begun_by in ("payer", "contact"),
        made_at=attempt.made_at,
        closes_at=attempt.ends_at or attempt.made_at + PAGE_STAYS_OPEN,
        session=attempt.gateway_session or "",
        payment=attempt.gateway_payment or "",
        method=_reference(work, attempt),
        state=attempt.state,
        changed_at=attempt.changed_at,
        how=attempt.how,
        by_itself=attempt.begun_by == "organization",
    )


def _payer(work: Work[Clerk], attempt: PaymentAttempt) -> str:
    """The gateway's name for whoever pays; of a transfer, for whomever it holds the money."""
    if attempt.how == "transfer":
        return attempt.gateway_payer or ""
    known = select(GatewayCustomer.reference).where(
        GatewayCustomer.customer_id == attempt.customer_id
    )
    return work.exec(known).one_or_none() or ""


def _claimed(work: Work[Clerk], attempt: PaymentAttempt) -> list[tuple[Document, Money]]:
    """The claimed documents and how much of each, in the order of the claims."""
    wanted = select(AttemptClaim).where(AttemptClaim.attempt_id == attempt.id)
    claimed: list[tuple[Document, Money]] = []
    for claim in work.exec(wanted.order_by(col(AttemptClaim.position))).all():
        share = Money(claim.amount_minor, attempt.currency)
        if claim.invoice_id is not None:
            claimed.append((work.get(Invoice, claim.invoice_id), share))
        elif claim.credit_request_id is not None:
            claimed.append((work.get(CreditRequest, claim.credit_request_id), share))
    return claimed


def _reference(work: Work[Clerk], attempt: PaymentAttempt) -> str:
    """The gateway's name for the saved way of paying, if one is charged."""
    if attempt.payment_method_id is None:
        return ""
    return work.get(PaymentMethod, attempt.payment_method_id).reference
