"""Beginning to give money back the way it came: what is kept before the gateway hears of it.

Everything that could be refused is tried here, under the payer's lock, so that the gateway is
asked only for what the books can say afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from billing_app.access.actors import AdminActor, Clerk, SystemActor
from billing_app.access.guard import admin_command, command_step, system_command, system_read
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.gateways.payments import Way
from billing_app.kernel.clock import clock
from billing_app.kernel.entries import read_line
from billing_app.kernel.errors import Conflict, NotFound
from billing_app.kernel.failpoints import reach
from billing_app.kernel.ids import show
from billing_app.kernel.money import Money
from billing_app.ledger.given_back import NO_LONGER_OWES
from billing_app.models.attempt import PaymentAttempt
from billing_app.models.invoice import Invoice
from billing_app.models.ledger import LONGEST_REASON
from billing_app.models.organization import Organization
from billing_app.models.party import Customer
from billing_app.models.payment import Payment
from billing_app.models.refund_attempt import UNDECIDED, RefundAttempt
from billing_app.services.arriving import BY_GATEWAY
from billing_app.services.hearing_back import keep_heard
from billing_app.services.note_planning import plan_note
from billing_app.services.refund_asking import (
    RefundAsked,
    excess_of,
    note_of,
    spelled,
    terms_of,
)
from billing_app.services.repeating import keep_new, once
from billing_app.services.returning import credit_pieces, lock_payment, owed_pieces
from billing_app.services.settling import Heard


class NotThroughGateway(Conflict):
    """There is no card or account that the money could go back to."""

    sentence = (
        "This payment did not come through the payment provider, so it cannot go back that way."
        " Nothing was given back; hand the money back yourself and record that."
    )


class CameByTransfer(Conflict):
    """The payment provider does not know the account that the money came from well enough."""

    sentence = (
        "This payment came by bank transfer, and the payment provider would only put it back where"
        " it waits for us, not into the payer's account. Nothing was given back; transfer the"
        " money back from your bank and record that."
    )


@dataclass(frozen=True, kw_only=True)
class RefundBegun:
    """A refund attempt as it stands, with all that the gateway is going to be asked."""

    attempt_id: str
    organization: str
    payment: str
    """The gateway's name of the payment."""

    amount: Money
    state: str
    reference: str
    """The gateway's name of the refund, once it is known."""

    changed_at: datetime


@admin_command(Permission.REFUND)
def begin_refund(work: Work[AdminActor], asked: RefundAsked) -> str:
    """Begin to give part of a payment back to the card or account that it came from.

    What other refunds of it have taken, or are just taking, is left to them.
    """
    said = replace(asked, command_key="")
    first = once(work, asked.command_key, "begin_refund", said, makes=asked.attempt_id)
    if first is not None:
        return first
    payment = lock_payment(work, asked.payment_id)
    if payment.attempt_id is None:
        raise NotThroughGateway
    if work.get(PaymentAttempt, payment.attempt_id).method == Way.BANK_TRANSFER:
        raise CameByTransfer
    assert payment.customer_id is not None, "a partner's payment was refused"
    try_out(work, payment, payment.customer_id, asked)
    optional = asked.choice == NO_LONGER_OWES
    reason = read_line(
        asked.reason,
        longest=LONGEST_REASON,
        what="reason",
        field="reason",
        required=not optional,
    )
    now = clock.now()
    attempt = RefundAttempt(
        id=RefundAttempt.read_id(asked.attempt_id),
        payment_id=payment.id,
        customer_id=payment.customer_id,
        amount_minor=asked.amount.minor,
        currency=asked.amount.currency,
        choice=asked.choice,
        arguments=spelled(asked),
        reason=reason,
        membership_id=work.actor.membership_id,
        made_at=now,
        changed_at=now,
    )
    keep_new(work, attempt)
    reach("refund.kept")
    return attempt.shown_id


@system_read
def refund_begun(work: Work[SystemActor], attempt_id: str) -> RefundBegun:
    """A refund attempt as it stands, to be gone on with."""
    attempt = work.find(RefundAttempt, attempt_id)
    payment = work.get(Payment, attempt.payment_id)
    assert payment.attempt_id is not None, "it came through the gateway"
    return RefundBegun(
        attempt_id=attempt.shown_id,
        organization=show(Organization.prefix, attempt.organization_id),
        payment=work.get(PaymentAttempt, payment.attempt_id).gateway_payment or "",
        amount=Money(attempt.amount_minor, attempt.currency),
        state=attempt.state,
        reference=attempt.gateway_refund or "",
        changed_at=attempt.changed_at,
    )


@system_command
def note_refund_trouble(
    work: Work[SystemActor], attempt_id: str, heard: Heard, *, state: str, sentence: str
) -> None:
    """Note that the gateway refused a refund, or that nobody knows what became of it.

    What the gateway has told by now is truer than how the call ended. The same trouble again
    changes nothing, so that it is seen how long it lasts.
    """
    attempt = lock_refund_attempt(work, attempt_id)
    sentence = sentence[:LONGEST_REASON]
    if (attempt.state, attempt.failure) == (state, sentence):
        return
    moves = attempt.state in UNDECIDED
    if moves:
        attempt.state, attempt.failure = state, sentence
        attempt.changed_at = clock.now()
        work.flush()
    verdict = "applied" if moves else "late"
    keep_heard(work, attempt, heard, said=state, verdict=verdict, why=sentence)


@command_step
def lock_refund_attempt(work: Work[Clerk], attempt_id: str) -> RefundAttempt:
    """A refund attempt, locked; its customer first, as everywhere."""
    attempt = work.find(RefundAttempt, attempt_id)
    work.find(Customer, show(Customer.prefix, attempt.customer_id), lock=True)
    return work.find(RefundAttempt, attempt_id, lock=True)


@command_step
def try_out(work: Work[Clerk], payment: Payment, customer_id: UUID, asked: RefundAsked) -> None:
    """Refuse what could not be posted afterwards; nothing is written by it."""
    if asked.choice == "still_owes":
        owed_pieces(work, payment, asked.amount, asked.parts)
    elif asked.choice == "from_credit":
        customer = work.get(Customer, customer_id)
        credit_pieces(work, customer, payment, asked.amount)
    else:
        note = note_of(asked)
        invoice = work.find(Invoice, note.invoice_id, lock=True)
        if invoice.customer_id != customer_id:
            raise NotFound
        plan_note(
            work,
            invoice,
            terms_of(asked, note),
            amount=note.lines or asked.amount,
            excess=excess_of(asked),
            lowers=False,
            method=BY_GATEWAY,
        )
