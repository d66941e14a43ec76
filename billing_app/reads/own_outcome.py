"""How paying in the portal went, from our own books and never from an address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, or_, select

from billing_app.access.actors import CustomerActor
from billing_app.access.guard import customer_read
from billing_app.access.work import Work
from billing_app.gateways.payments import Way
from billing_app.kernel.errors import NotFound
from billing_app.kernel.tongue import tell
from billing_app.models.attempt import AttemptClaim, PaymentAttempt
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import Invoice
from billing_app.models.payment import Payment
from billing_app.reads.locales import setting
from billing_app.reads.lost_again import taken_of
from billing_app.reads.payer_outcome import Ending
from billing_app.reads.shown import amount, titled


@dataclass(frozen=True)
class SharePaid:
    """A document that an attempt was to pay, how much of it, and what it still asks for."""

    id: str
    what: str
    amount: str
    still_to_pay: str


@dataclass(frozen=True)
class OwnOutcome:
    """How one attempt to pay ended, and what it was for."""

    ending: Ending
    amount: str
    instrument: str
    why: str
    payment_id: str
    shares: list[SharePaid]


@customer_read
def own_outcome(work: Work[CustomerActor], attempt_id: str) -> OwnOutcome:
    """How an attempt of the customer's stands, by whomever it was begun."""
    attempt = work.find(PaymentAttempt, attempt_id)
    locale = setting(work).locale
    arrived = _arrived(work, attempt)
    came_by = max((claim.attempt_id for claim in arrived), default=attempt.id)
    payment = work.exec(select(Payment).where(Payment.attempt_id == came_by)).one_or_none()
    ending = Ending.of(attempt, has_arrived=bool(arrived))
    if ending is Ending.TAKEN_BACK:
        minor = sum(taken_of(work, _claims(work, attempt)).values())
    else:
        minor = sum(claim.amount_minor for claim in arrived) or attempt.amount_minor
    return OwnOutcome(
        ending=ending,
        amount=amount(minor, attempt.currency, locale).text,
        instrument=tell(attempt.instrument),
        why=tell(attempt.failure) if attempt.state == "failed" else "",
        payment_id=payment.shown_id if payment else "",
        shares=_shares(work, attempt, locale),
    )


@customer_read
def is_begun(work: Work[CustomerActor], attempt_id: str) -> bool:
    """Whether the form that was drawn under this id was sent before."""
    wanted = select(PaymentAttempt.id).where(
        PaymentAttempt.id == PaymentAttempt.read_id(attempt_id)
    )
    return work.exec(wanted).first() is not None


@customer_read
def opened_as(work: Work[CustomerActor], page: str) -> str:
    """The customer's attempt for which this page of the gateway's was opened."""
    wanted = select(PaymentAttempt).where(PaymentAttempt.gateway_session == page)
    found = work.exec(wanted).one_or_none() if page else None
    if found is None:
        raise NotFound
    return found.shown_id


def _arrived(work: Work[CustomerActor], visit: PaymentAttempt) -> Sequence[AttemptClaim]:
    """What was paid on the same documents by transfers that arrived since this one was chosen."""
    if visit.how != "page" or visit.method != Way.BANK_TRANSFER:
        return ()
    own = work.exec(select(AttemptClaim).where(AttemptClaim.attempt_id == visit.id)).all()
    transfers = select(PaymentAttempt.id).where(
        PaymentAttempt.how == "transfer",
        PaymentAttempt.state == "succeeded",
        col(PaymentAttempt.made_at) >= visit.made_at,
    )
    wanted = select(AttemptClaim).where(
        col(AttemptClaim.attempt_id).in_(transfers),
        or_(
            col(AttemptClaim.invoice_id).in_([claim.invoice_id for claim in own]),
            col(AttemptClaim.credit_request_id).in_([claim.credit_request_id for claim in own]),
        ),
    )
    return work.exec(wanted).all()


def _claims(work: Work[CustomerActor], attempt: PaymentAttempt) -> Sequence[AttemptClaim]:
    wanted = select(AttemptClaim).where(AttemptClaim.attempt_id == attempt.id)
    return work.exec(wanted.order_by(col(AttemptClaim.position))).all()


def _shares(work: Work[CustomerActor], attempt: PaymentAttempt, locale: str) -> list[SharePaid]:
    claims = _claims(work, attempt)
    documents: dict[object, Invoice | CreditRequest] = {
        **work.get_all(Invoice, (claim.invoice_id for claim in claims)),
        **work.get_all(CreditRequest, (claim.credit_request_id for claim in claims)),
    }
    shares = []
    for claim in claims:
        document = documents[claim.invoice_id or claim.credit_request_id]
        still = document.still_to_pay_minor
        shares.append(
            SharePaid(
                id=document.shown_id,
                what=titled(document),
                amount=amount(claim.amount_minor, attempt.currency, locale).text,
                still_to_pay=amount(still, document.currency, locale).text if still else "",
            )
        )
    return shares
