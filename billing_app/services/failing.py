"""What follows when a charge of a saved way of paying came to nothing."""

from __future__ import annotations

from sqlmodel import col, select

from billing_app.access.actors import Clerk
from billing_app.access.guard import command_step
from billing_app.access.outbox import GIVE_UP_PAYMENT, owe, write_letter
from billing_app.access.work import Work
from billing_app.kernel.ids import show
from billing_app.models.attempt import AttemptClaim, PaymentAttempt
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import Invoice
from billing_app.models.party import Customer
from billing_app.services.charging_ahead import plan_again
from billing_app.services.claiming import Document
from billing_app.services.linking import renew_pay_link

_CAME_TO_NOTHING = ("failed", "canceled")


@command_step
def follow_failure(
    work: Work[Clerk], attempt: PaymentAttempt, *, soft: bool, needs_payer: bool
) -> None:
    """Try again on another day, or turn to the customer; once, when the attempt has ended.

    ``soft`` is what another day may cure. Whom their bank wants to ask is sent a pay link,
    whoever had begun the charge, and what was begun is given up at the gateway, so that only
    what they pay behind the link counts. The customer is locked.
    """
    if attempt.how != "saved" or attempt.state not in _CAME_TO_NOTHING:
        return
    documents = _documents(work, attempt)
    if needs_payer:
        owe(work, GIVE_UP_PAYMENT, attempt.shown_id)
        _write(work, attempt, documents, "charge_needs_you")
        return
    by_itself = attempt.begun_by == "organization"
    if by_itself and not plan_again(work, attempt, documents[0], soft=soft):
        _write(work, attempt, documents, "charge_failed")


def _write(
    work: Work[Clerk], attempt: PaymentAttempt, documents: list[Document], kind: str
) -> None:
    """A letter for each document, because a pay link leads to one."""
    customer = work.get(Customer, attempt.customer_id)
    for document in documents:
        renew_pay_link(work, document)
        write_letter(work, kind, to=customer.email, subject=document.shown_id)


def _documents(work: Work[Clerk], attempt: PaymentAttempt) -> list[Document]:
    """What the attempt claims, locked, in the order of the claims."""
    wanted = select(AttemptClaim).where(AttemptClaim.attempt_id == attempt.id)
    found: list[Document] = []
    for claim in work.exec(wanted.order_by(col(AttemptClaim.position))).all():
        if claim.invoice_id is not None:
            found.append(work.find(Invoice, show(Invoice.prefix, claim.invoice_id), lock=True))
        elif claim.credit_request_id is not None:
            shown_id = show(CreditRequest.prefix, claim.credit_request_id)
            found.append(work.find(CreditRequest, shown_id, lock=True))
    return found
