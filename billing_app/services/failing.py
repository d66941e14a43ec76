"""What follows when a charge of a saved way of paying came to nothing."""

from __future__ import annotations

from sqlmodel import col, select

from billing_app.access.actors import Clerk
from billing_app.access.guard import command_step
from billing_app.access.outbox import GIVE_UP_PAYMENT, owe
from billing_app.access.work import Work
from billing_app.kernel.ids import show
from billing_app.models.attempt import AttemptClaim, PaymentAttempt
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import Invoice
from billing_app.services.announcing import write_about
from billing_app.services.charging_ahead import may_go_on, plan_again
from billing_app.services.claiming import Document

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
    # A pay link leads to one document, and so does the letter: it says how many more there are.
    first = _first_document(work, attempt)
    if needs_payer:
        owe(work, GIVE_UP_PAYMENT, attempt.shown_id)
        write_about(work, first, "charge_needs_you")
        return
    by_itself = attempt.begun_by == "organization"
    if not by_itself or plan_again(work, attempt, first, soft=soft):
        return
    # Whose wish or debt ended before any bank was asked need not hear of it.
    if attempt.state == "failed" or may_go_on(work, first):
        write_about(work, first, "charge_failed")


def _first_document(work: Work[Clerk], attempt: PaymentAttempt) -> Document:
    """The first document that the attempt claims, locked."""
    wanted = select(AttemptClaim).where(AttemptClaim.attempt_id == attempt.id)
    claim = work.exec(wanted.order_by(col(AttemptClaim.position)).limit(1)).one()
    if claim.invoice_id is not None:
        return work.find(Invoice, show(Invoice.prefix, claim.invoice_id), lock=True)
    assert claim.credit_request_id is not None, "a claim is of one document"
    return work.find(CreditRequest, show(CreditRequest.prefix, claim.credit_request_id), lock=True)
