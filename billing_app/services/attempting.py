"""Beginning an attempt to take money: what is kept before the gateway hears of it.

Everything is decided here, under the locks of the customer and the documents; the gateway is
asked afterwards, outside of any transaction. Two at once cannot both begin: the second finds
the first one's claim, and if it could not, the database would refuse its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlmodel import col, select

from billing_app.access.actors import AdminActor, Clerk, Member, SystemActor
from billing_app.access.guard import admin_command, command_step, system_command
from billing_app.access.outbox import PAYMENT_REQUEST, put_off
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.gateways.payments import Way
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import Conflict, Invalid, NotFound
from billing_app.kernel.failpoints import reach
from billing_app.kernel.ids import show
from billing_app.kernel.money import LARGEST_MINOR, Money
from billing_app.ledger.days import today
from billing_app.models.attempt import AttemptClaim, PaymentAttempt
from billing_app.models.credit import CreditRequest
from billing_app.models.gateway import GatewayCustomer, PaymentMethod
from billing_app.models.invoice import Invoice
from billing_app.models.party import Customer
from billing_app.services.asking import PAGE_STAYS_OPEN
from billing_app.services.claiming import Document, refuse_claimed, refuse_held
from billing_app.services.invoicing import issue_invoice
from billing_app.services.locking import lock_party_of
from billing_app.services.paying import Part, share_out
from billing_app.services.repeating import SaidDifferently, once, remember

_BEING_CHARGED = timedelta(minutes=5)


class NoSavedMethod(Conflict):
    """There is nothing to charge."""

    sentence = (
        "This customer has no saved way of paying, so nothing can be charged. Send a payment link,"
        " or record a payment that you received."
    )


class DebitsEnded(NoSavedMethod):
    """The payer's bank, or the payer there, ended the permission to debit."""

    sentence = (
        "This account may not be debited any more: its bank ended that. Nothing was charged; send"
        " a payment link, or charge another way of paying."
    )


@system_command
def begin_page(
    work: Work[SystemActor],
    customer_id: UUID,
    parts: Sequence[Part],
    *,
    way: Way,
    saves: bool,
    begun_by: str,
) -> str:
    """Begin to take money on the gateway's page, from a customer who is there themselves.

    Returns the attempt's id.
    """
    attempt = _attempt(customer_id, how="page", method=way, begun_by=begun_by)
    attempt.saves_method = saves
    attempt.ends_at = attempt.made_at + PAGE_STAYS_OPEN
    _keep(work, attempt, parts)
    return attempt.shown_id


@system_command
def begin_own_charge(
    work: Work[SystemActor],
    attempt_id: str,
    *,
    customer_id: UUID,
    membership_id: UUID,
    parts: Sequence[Part],
    payment_method_id: str,
) -> str:
    """Begin to charge what a customer saved, because their own contact just asked for it.

    The id is drawn when the form opens, so that sending the form twice charges once.
    """
    said = [attempt_id, str(customer_id), [*parts], payment_method_id]
    wanted = PaymentAttempt.read_id(attempt_id)
    first = once(work, "", "begin_own_charge", said, makes=attempt_id)
    if first is not None:
        return first
    if work.exec(select(PaymentAttempt.id).where(PaymentAttempt.id == wanted)).first():
        raise SaidDifferently
    customer = work.find(Customer, show(Customer.prefix, customer_id), lock=True)
    method = _method(work, customer, payment_method_id)
    attempt = _attempt(customer.id, how="saved", method=Way(method.kind), begun_by="contact")
    attempt.id, attempt.payment_method_id = wanted, method.id
    attempt.membership_id = membership_id
    _keep(work, attempt, parts)
    return attempt.shown_id


@admin_command(Permission.TAKE_PAYMENTS)
def begin_charge(
    work: Work[AdminActor],
    attempt_id: str,
    *,
    customer_id: str,
    parts: Sequence[Part],
    payment_method_id: str = "",
    retry_of_id: str = "",
    command_key: str = "",
) -> str:
    """Begin to charge a saved way of paying: the one named, else the customer's usual one.

    The id is drawn when the form opens, so that sending the form twice charges once.
    """
    said = [attempt_id, customer_id, [*parts], payment_method_id, retry_of_id]
    first = once(work, command_key, "begin_charge", said, makes=attempt_id)
    if first is not None:
        return first
    customer = work.find(Customer, customer_id, lock=True)
    method = _method(work, customer, payment_method_id)
    attempt = _charge_of(PaymentAttempt.read_id(attempt_id), method, begun_by="admin")
    attempt.membership_id = work.actor.membership_id if isinstance(work.actor, Member) else None
    if retry_of_id:
        attempt.retry_of_id = _retried(work, customer, retry_of_id).id
    _keep(work, attempt, parts)
    remember(work, command_key, attempt.shown_id)
    return attempt.shown_id


@command_step
def begin_by_itself(
    work: Work[Clerk],
    attempt_id: UUID,
    method: PaymentMethod,
    part: Part,
    *,
    retry_of_id: UUID | None = None,
) -> str:
    """Begin to charge what was saved because that was planned; the customer is locked."""
    attempt = _charge_of(attempt_id, method, begun_by="organization")
    attempt.retry_of_id = retry_of_id
    _keep(work, attempt, [part])
    return attempt.shown_id


@admin_command(Permission.TAKE_PAYMENTS)
def issue_to_charge(
    work: Work[AdminActor], invoice_id: str, *, payment_method_id: str = "", command_key: str = ""
) -> str:
    """Issue a draft that is going to be charged at once, if there is something to charge."""
    party = lock_party_of(work, invoice_id)
    if not isinstance(party, Customer):
        raise NoSavedMethod
    _method(work, party, payment_method_id)
    issued = issue_invoice(work, invoice_id, command_key=command_key)
    # Whoever is just being charged is not asked for money, or told of another charge.
    put_off(work, PAYMENT_REQUEST, issued, until=clock.now() + _BEING_CHARGED)
    return issued


@system_command
def know_gateway_customer(work: Work[SystemActor], customer_id: UUID, reference: str) -> str:
    """Keep what the gateway calls a customer. The first name stays."""
    new = GatewayCustomer(customer_id=customer_id, reference=reference, made_at=clock.now())
    if work.add_unless_there(new):
        return reference
    kept = select(GatewayCustomer.reference).where(GatewayCustomer.customer_id == customer_id)
    return work.exec(kept).one()


def _attempt(customer_id: UUID, *, how: str, method: Way, begun_by: str) -> PaymentAttempt:
    now = clock.now()
    return PaymentAttempt(
        customer_id=customer_id,
        amount_minor=0,
        currency="",
        how=how,
        method=method,
        begun_by=begun_by,
        made_at=now,
        changed_at=now,
    )


def _charge_of(attempt_id: UUID, method: PaymentMethod, *, begun_by: str) -> PaymentAttempt:
    attempt = _attempt(method.customer_id, how="saved", method=Way(method.kind), begun_by=begun_by)
    attempt.id, attempt.payment_method_id = attempt_id, method.id
    return attempt


def _keep(work: Work[Clerk], attempt: PaymentAttempt, parts: Sequence[Part]) -> None:
    """Keep the attempt and what it claims, or refuse: the documents are locked from here on."""
    customer = work.find(Customer, show(Customer.prefix, attempt.customer_id), lock=True)
    if not parts:
        raise Invalid("Choose what to pay. Nothing was charged.", field="parts")
    attempt.currency = _currency(work, parts[0])
    all_of_it = Money(LARGEST_MINOR, attempt.currency)
    shares = share_out(work, attempt, all_of_it, parts, on=today(work))
    refuse_held(work, [document for document, _ in shares])
    for document, share in shares:
        refuse_claimed(work, document, share)
    attempt.amount_minor = sum(share.minor for _, share in shares)
    attempt.customer_id = customer.id
    keep_attempt(work, attempt, shares)


@command_step
def keep_attempt(
    work: Work[Clerk], attempt: PaymentAttempt, shares: Sequence[tuple[Document, Money]]
) -> None:
    """Keep an attempt and what it claims of its documents, which are locked and not held."""
    work.add(attempt)
    work.add(*_claims(attempt, shares))
    reach("attempt.kept")


def _currency(work: Work[Clerk], part: Part) -> str:
    """The currency of the first document; that all of them share it is seen when it is shared."""
    kind = CreditRequest if CreditRequest.is_named_by(part.document_id) else Invoice
    found = work.exec(select(kind.currency).where(kind.id == kind.read_id(part.document_id)))
    currency = found.one_or_none()
    if currency is None:
        raise NotFound
    return str(currency)


def _claims(
    attempt: PaymentAttempt, shares: Sequence[tuple[Document, Money]]
) -> list[AttemptClaim]:
    return [
        AttemptClaim(
            attempt_id=attempt.id,
            position=position,
            invoice_id=document.id if isinstance(document, Invoice) else None,
            credit_request_id=document.id if isinstance(document, CreditRequest) else None,
            amount_minor=share.minor,
        )
        for position, (document, share) in enumerate(shares)
    ]


def _method(work: Work[Clerk], customer: Customer, method_id: str) -> PaymentMethod:
    mine = select(PaymentMethod).where(
        PaymentMethod.customer_id == customer.id, col(PaymentMethod.detached_at).is_(None)
    )
    if method_id:
        mine = mine.where(PaymentMethod.id == PaymentMethod.read_id(method_id))
    usual_first = mine.order_by(col(PaymentMethod.is_default).desc(), col(PaymentMethod.id))
    found = work.exec(usual_first.limit(1)).one_or_none()
    if found is None:
        raise NoSavedMethod
    ended = found.expires_on is not None and found.expires_on < today(work)
    if found.kind == Way.DIRECT_DEBIT and ended:
        raise DebitsEnded
    return found


def _retried(work: Work[AdminActor], customer: Customer, attempt_id: str) -> PaymentAttempt:
    """The attempt that is tried again: one of theirs, which came to nothing."""
    earlier = work.find(PaymentAttempt, attempt_id)
    if earlier.customer_id != customer.id:
        raise NotFound
    if earlier.state not in ("failed", "canceled"):
        raise Conflict(
            "The earlier attempt has not failed, so it is not tried again. Nothing was charged."
        )
    return earlier
