"""All that the page of a payment shows, or of an attempt that became none, as of one moment."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.work import Work
from billing_app.kernel.ids import show
from billing_app.models.attempt import AttemptClaim, PaymentAttempt
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import Invoice
from billing_app.models.payment import Payment
from billing_app.reads.attempts import AttemptView, attempt
from billing_app.reads.locales import setting
from billing_app.reads.money_back import MoneyBack, money_back_of
from billing_app.reads.party_names import party_names
from billing_app.reads.payment_postings import fee_of, postings_of
from billing_app.reads.payments import DocumentPaid, PaymentView, payment
from billing_app.reads.reasons import Reason
from billing_app.reads.refundable import left_of
from billing_app.reads.shown import Amount, amount
from billing_app.reads.timelines import Timeline, timeline


@dataclass(frozen=True, kw_only=True)
class PaymentRecord:
    """A payment, the attempt that it came by, or both; one of them is always there."""

    party_id: str
    party: str
    amount: Amount
    locale: str
    zone: str
    payment: PaymentView | None = None
    attempt: AttemptView | None = None
    claims: list[DocumentPaid] = field(default_factory=list)
    """What the attempt was meant to pay, with how much of each."""

    left: Amount | None = None
    """What of the payment can go back."""

    fee: Amount | None = None
    money_back: MoneyBack | None = None
    postings: list[Reason] = field(default_factory=list)
    timeline: Timeline | None = None


@admin_read()
def payment_record(work: Work[AdminActor], shown_id: str) -> PaymentRecord:
    """The record of a payment, or of an attempt; one that was paid is told with its payment."""
    if not PaymentAttempt.is_named_by(shown_id):
        return _of_payment(work, shown_id)
    tried = attempt(work, shown_id)
    return _of_payment(work, tried.payment_id) if tried.payment_id else _of_attempt(work, tried)


def _of_payment(work: Work[AdminActor], payment_id: str) -> PaymentRecord:
    row, view, shown = work.find(Payment, payment_id), payment(work, payment_id), setting(work)
    tried = attempt(work, show(PaymentAttempt.prefix, row.attempt_id)) if row.attempt_id else None
    return PaymentRecord(
        party_id=view.row.party_id,
        party=view.row.party,
        amount=view.row.amount,
        locale=shown.locale,
        zone=shown.zone,
        payment=view,
        attempt=tried,
        claims=_claims(work, tried.id, shown.locale) if tried else [],
        left=left_of(work, row, view.row),
        fee=fee_of(work, payment_id) if tried else None,
        money_back=money_back_of(work, payment_id) if tried else None,
        postings=postings_of(work, payment_id),
        timeline=timeline(work, payment_id),
    )


def _of_attempt(work: Work[AdminActor], tried: AttemptView) -> PaymentRecord:
    row, shown = work.find(PaymentAttempt, tried.id), setting(work)
    party_id, party = party_names(work, [row.customer_id])[row.customer_id]
    return PaymentRecord(
        party_id=party_id,
        party=party,
        amount=amount(row.amount_minor, row.currency, shown.locale),
        locale=shown.locale,
        zone=shown.zone,
        attempt=tried,
        claims=_claims(work, tried.id, shown.locale),
    )


def _claims(work: Work[AdminActor], attempt_id: str, locale: str) -> list[DocumentPaid]:
    tried = work.find(PaymentAttempt, attempt_id)
    wanted = select(AttemptClaim).where(AttemptClaim.attempt_id == tried.id)
    claims = []
    for claim in work.exec(wanted.order_by(col(AttemptClaim.position))).all():
        asked = amount(claim.amount_minor, tried.currency, locale)
        if claim.invoice_id:
            invoice = work.get(Invoice, claim.invoice_id)
            claims.append(DocumentPaid(invoice.shown_id, f"Invoice {invoice.number}", asked))
        elif claim.credit_request_id:
            request = work.get(CreditRequest, claim.credit_request_id)
            words = f"Credit Request {request.number}"
            claims.append(DocumentPaid(request.shown_id, words, asked))
    return claims
