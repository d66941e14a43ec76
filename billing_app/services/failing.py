"""What follows when money that was to come did not, or was taken back by the payer's bank."""

from __future__ import annotations

from sqlmodel import col, select

from billing_app.access.actors import Clerk
from billing_app.access.guard import command_step
from billing_app.access.outbox import GIVE_UP_PAYMENT, owe
from billing_app.access.work import Work
from billing_app.kernel.ids import show
from billing_app.ledger.given_back import taken_off
from billing_app.models.attempt import AttemptClaim, AttemptMessage, PaymentAttempt
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import Invoice
from billing_app.models.payment import Allocation, Payment
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
    what they pay behind the link counts. Whoever was told that it is on its way is told that it
    failed, however it was begun; a card declined while they look is not. The customer is locked.
    """
    if attempt.state not in _CAME_TO_NOTHING:
        return
    if attempt.how != "saved":
        _tell_whoever_waits(work, attempt)
        return
    # A pay link leads to one document, and so does the letter: it says how many more there are.
    first = _first_document(work, attempt)
    if needs_payer:
        owe(work, GIVE_UP_PAYMENT, attempt.shown_id)
        write_about(work, first, "charge_needs_you")
        return
    if attempt.begun_by != "organization":
        _tell_whoever_waits(work, attempt)
        return
    if plan_again(work, attempt, first, soft=soft):
        return
    # Whose wish or debt ended before any bank was asked need not hear of it.
    if attempt.state == "failed" or may_go_on(work, first):
        write_about(work, first, "charge_failed")


@command_step
def follow_taking_back(work: Work[Clerk], attempt: PaymentAttempt) -> None:
    """Write to the customer about each document that asks again, now that its money is gone."""
    for document in _documents(work, attempt):
        if document.still_to_pay_minor and _came_off(work, attempt, document):
            write_about(work, document, "charge_taken_back")


def _came_off(work: Work[Clerk], attempt: PaymentAttempt, document: Document) -> bool:
    """Whether the money had paid some of a document when it was taken back."""
    is_invoice = isinstance(document, Invoice)
    about = Allocation.invoice_id if is_invoice else Allocation.credit_request_id
    taken = (
        select(Allocation.id)
        .join(Payment, taken_off())
        .where(Payment.attempt_id == attempt.id, about == document.id)
    )
    return work.exec(taken.limit(1)).first() is not None


def _tell_whoever_waits(work: Work[Clerk], attempt: PaymentAttempt) -> None:
    """Write that it failed, if it was on its way before. They need not be looking any more."""
    on_its_way = select(AttemptMessage.id).where(
        AttemptMessage.attempt_id == attempt.id,
        AttemptMessage.said == "processing",
        AttemptMessage.verdict == "applied",
    )
    if attempt.state == "failed" and work.exec(on_its_way.limit(1)).first() is not None:
        write_about(work, _first_document(work, attempt), "charge_failed")


def _first_document(work: Work[Clerk], attempt: PaymentAttempt) -> Document:
    """The first document that the attempt claims, locked."""
    return _documents(work, attempt, at_most=1)[0]


def _documents(
    work: Work[Clerk], attempt: PaymentAttempt, *, at_most: int | None = None
) -> list[Document]:
    """The documents that the attempt claims, in its order, each locked."""
    wanted = select(AttemptClaim).where(AttemptClaim.attempt_id == attempt.id)
    claims = work.exec(wanted.order_by(col(AttemptClaim.position)).limit(at_most)).all()
    return [_document(work, claim) for claim in claims]


def _document(work: Work[Clerk], claim: AttemptClaim) -> Document:
    if claim.invoice_id is not None:
        return work.find(Invoice, show(Invoice.prefix, claim.invoice_id), lock=True)
    assert claim.credit_request_id is not None, "a claim is of one document"
    return work.find(CreditRequest, show(CreditRequest.prefix, claim.credit_request_id), lock=True)
