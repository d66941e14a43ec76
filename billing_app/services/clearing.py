"""Money that came through the gateway: received, taken back, and what the gateway kept of it."""

from __future__ import annotations

from sqlmodel import col, select

from billing_app.access.actors import Clerk
from billing_app.access.guard import command_step
from billing_app.access.work import Work
from billing_app.gateways.payments import Saved
from billing_app.kernel.clock import clock
from billing_app.kernel.failpoints import reach
from billing_app.kernel.ids import show
from billing_app.kernel.money import Money
from billing_app.ledger import book, recipes
from billing_app.ledger.days import first_open_day
from billing_app.ledger.events import Event
from billing_app.models.attempt import AttemptClaim, PaymentAttempt
from billing_app.models.credit import CreditRequest
from billing_app.models.gateway import PaymentMethod
from billing_app.models.invoice import Invoice
from billing_app.models.party import Customer
from billing_app.models.payment import Payment
from billing_app.services.claiming import Document
from billing_app.services.paying import receive
from billing_app.services.taking_back import is_whole, take_back_payment, take_what_is_left


@command_step
def receive_attempted(work: Work[Clerk], attempt: PaymentAttempt) -> None:
    """The money is ours: it pays what the attempt claimed, as far as that still asks for it."""
    customer = work.find(Customer, show(Customer.prefix, attempt.customer_id), lock=True)
    payment = Payment(
        customer_id=customer.id,
        attempt_id=attempt.id,
        amount_minor=attempt.amount_minor,
        currency=attempt.currency,
        method="gateway",
        received_on=first_open_day(work),
        recorded_at=clock.now(),
    )
    work.add(payment)
    reach("settle.received")
    receive(work, customer, payment, _shares(work, attempt), "")
    reach("settle.posted")


def _shares(work: Work[Clerk], attempt: PaymentAttempt) -> list[tuple[Document, Money]]:
    """What each claimed document still takes of it. What is over becomes the customer's credit."""
    wanted = select(AttemptClaim).where(AttemptClaim.attempt_id == attempt.id)
    claims = work.exec(wanted.order_by(col(AttemptClaim.position))).all()
    invoices = work.lock(Invoice, [each.invoice_id for each in claims if each.invoice_id])
    requests = work.lock(
        CreditRequest, [each.credit_request_id for each in claims if each.credit_request_id]
    )
    documents: dict[object, Document] = {each.id: each for each in invoices}
    documents |= {each.id: each for each in requests}
    shares: list[tuple[Document, Money]] = []
    for claim in claims:
        document = documents[claim.invoice_id or claim.credit_request_id]
        asks = document.state in ("issued", "raised")
        minor = min(claim.amount_minor, document.still_to_pay_minor) if asks else 0
        shares += [(document, Money(minor, attempt.currency))] if minor else []
    return shares


@command_step
def take_back_attempted(
    work: Work[Clerk], attempt: PaymentAttempt, taken: Money, why: str
) -> Money:
    """The payer's bank took it back after it had come: what it paid asks for money again.

    Returns what had gone back to the payer before, and so is lost until somebody asks for it.
    """
    payment = work.exec(select(Payment).where(Payment.attempt_id == attempt.id)).one()
    reason = why or "The bank took the money back."
    on = first_open_day(work)
    if taken.minor == payment.amount_minor and is_whole(work, payment):
        take_back_payment(work, payment, reason=reason, on=on)
        return Money.zero(taken.currency)
    return take_what_is_left(work, payment, taken, reason=reason, on=on)


@command_step
def taken_so_far(work: Work[Clerk], attempt: PaymentAttempt) -> Money | None:
    """What is posted of that the payer's bank took back; None where nothing is."""
    payment = work.exec(select(Payment).where(Payment.attempt_id == attempt.id)).one_or_none()
    entry = book.find(work, Event.PAYMENT_REVERSED, payment.id) if payment else None
    if entry is None:
        return None
    moved = [each.amount for each in book.transfers_of(work, entry)]
    return sum(moved, Money.zero(attempt.currency))


@command_step
def save_method(work: Work[Clerk], attempt: PaymentAttempt, saved: Saved) -> None:
    """Keep the way of paying that the payer agreed to leave there. The first is the usual one."""
    others = select(PaymentMethod.id).where(
        PaymentMethod.customer_id == attempt.customer_id,
        col(PaymentMethod.detached_at).is_(None),
    )
    work.add_unless_there(
        PaymentMethod(
            customer_id=attempt.customer_id,
            reference=saved.reference,
            kind=saved.kind,
            words=saved.words[:60],
            expires_on=saved.expires_on,
            is_default=work.exec(others.limit(1)).first() is None,
            saved_at=clock.now(),
        )
    )


@command_step
def post_fee(work: Work[Clerk], attempt: PaymentAttempt, fee: Money) -> None:
    """The gateway keeps its fee out of what it holds for us; it is posted once."""
    wanted = select(Payment).where(Payment.attempt_id == attempt.id)
    payment = work.exec(wanted).one_or_none()
    if payment is None or book.find(work, Event.GATEWAY_FEE, payment.id) is not None:
        return
    on = first_open_day(work)
    book.post(work, Event.GATEWAY_FEE, payment.id, recipes.gateway_fee(fee), on=on)
