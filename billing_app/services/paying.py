"""Recording money that came in outside of any provider: cash, cheques, transfers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from billing_app.access.actors import AdminActor, Clerk
from billing_app.access.guard import admin_command, command_step
from billing_app.access.outbox import PRINT_PAPER, owe
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import Invalid, NotFound
from billing_app.kernel.failpoints import reach
from billing_app.kernel.money import Money
from billing_app.kernel.refusals import NotPayable, TooMuch, WrongCurrency, above_zero
from billing_app.ledger import accounts, book, recipes
from billing_app.ledger.accounts import Account
from billing_app.ledger.days import day_of_act
from billing_app.ledger.transfers import Transfers
from billing_app.models.credit import CreditLot, CreditRequest
from billing_app.models.invoice import Invoice
from billing_app.models.party import Customer, Partner
from billing_app.models.payment import Allocation, Payment
from billing_app.services.arriving import arrival_of, read_kind, read_reference
from billing_app.services.claiming import refuse_held
from billing_app.services.crediting import apply_arrived_credit
from billing_app.services.doubting import refuse_recorded
from billing_app.services.naming import named
from billing_app.services.repeating import keep_new, once
from billing_app.services.telling import tell

_PAYABLE_STATES = ("issued", "raised")

Document = Invoice | CreditRequest
Party = Customer | Partner


@dataclass(frozen=True)
class Part:
    """What a payment is for: an invoice or credit request, and how much of it.

    Without an amount, it takes all that is still to pay, as far as the money reaches.
    """

    document_id: str
    amount: Money | None = None


class FromSomebody(Protocol):
    """Money of one customer or partner: a payment, or an attempt at one."""

    @property
    def customer_id(self) -> UUID | None: ...

    @property
    def partner_id(self) -> UUID | None: ...

    @property
    def currency(self) -> str: ...


@admin_command(Permission.TAKE_PAYMENTS)
def record_payment(
    work: Work[AdminActor],
    payment_id: str,
    *,
    party_id: str,
    amount: Money,
    kind: str,
    received_on: date | None = None,
    parts: Sequence[Part] = (),
    reference: str = "",
    really: bool = False,
    command_key: str = "",
) -> str:
    """Record money that a customer or partner already handed over.

    It pays the documents named, in their order. What pays a credit request becomes the
    customer's credit, and so does what is left over; a partner's rest waits on the account
    of unidentified receipts. Money that looks recorded already is refused unless it is
    ``really`` other money. The id is drawn when the form opens, so repeating is harmless.
    """
    said = [payment_id, party_id, amount, kind, received_on, [*parts], reference]
    first = once(work, command_key, "record_payment", said, makes=payment_id)
    if first is not None:
        return first
    party = lock_payer(work, party_id)
    payment = Payment(
        id=Payment.read_id(payment_id),
        customer_id=party.id if isinstance(party, Customer) else None,
        partner_id=party.id if isinstance(party, Partner) else None,
        amount_minor=above_zero(amount).minor,
        currency=amount.currency,
        external_kind=read_kind(kind),
        reference=read_reference(reference),
        received_on=day_of_act(work, received_on, field="received_on"),
        recorded_at=clock.now(),
    )
    keep_new(work, payment)
    if not really:
        refuse_recorded(work, payment)
    shares = share_out(work, payment, amount, parts, on=payment.received_on)
    refuse_held(work, [document for document, _ in shares])
    receive(work, party, payment, shares, command_key)
    return payment.shown_id


@command_step
def lock_payer(work: Work[Clerk], party_id: str) -> Party:
    """The customer or partner whom the money is from, locked."""
    if Partner.is_named_by(party_id):
        return work.find(Partner, party_id, lock=True)
    return work.find(Customer, party_id, lock=True)


@command_step
def share_out(
    work: Work[Clerk], payer: FromSomebody, amount: Money, parts: Sequence[Part], *, on: date
) -> list[tuple[Document, Money]]:
    """What each of the payer's documents takes of an amount, in the order of the parts."""
    return _shares(amount, parts, _documents(work, payer, parts, on))


def _documents(
    work: Work[Clerk], payer: FromSomebody, parts: Sequence[Part], on: date
) -> dict[str, Document]:
    """The payer's own documents that the parts name, locked in one order for everybody."""
    named = {part.document_id for part in parts}
    if len(named) != len(parts):
        raise Invalid("A document is named twice. Name each one once.", field="parts")
    documents: dict[str, Document] = {}
    for shown_id in sorted(named):
        documents[shown_id] = _lock_document(work, shown_id)
        _refuse_unpayable(work, payer, documents[shown_id], on)
    return documents


def _lock_document(work: Work[Clerk], shown_id: str) -> Document:
    if CreditRequest.is_named_by(shown_id):
        return work.find(CreditRequest, shown_id, lock=True)
    return work.find(Invoice, shown_id, lock=True)


def _refuse_unpayable(work: Work[Clerk], payer: FromSomebody, document: Document, on: date) -> None:
    partner_id = document.partner_id if isinstance(document, Invoice) else None
    if (document.customer_id, partner_id) != (payer.customer_id, payer.partner_id):
        raise NotFound
    name = named(document)
    if document.state == "draft":
        raise NotPayable(f"{name} is a draft; issue it first.")
    if document.state not in _PAYABLE_STATES:
        raise NotPayable(f"{name} is void.")
    if document.currency != payer.currency:
        raise WrongCurrency(name, document.currency)
    if not document.still_to_pay_minor:
        raise NotPayable(f"{name} has nothing still to pay.")
    began = document.issued_on if isinstance(document, Invoice) else document.raised_on
    if began is not None and on < began:
        day_of_act(work, on, since=began, field="received_on")


def _shares(
    amount: Money, parts: Sequence[Part], documents: dict[str, Document]
) -> list[tuple[Document, Money]]:
    """What each document takes, in the order of the parts."""
    rest = amount
    shares: list[tuple[Document, Money]] = []
    for part in parts:
        document = documents[part.document_id]
        still = Money(document.still_to_pay_minor, document.currency)
        share = min(rest, still) if part.amount is None else above_zero(part.amount, field="parts")
        if share > still:
            raise TooMuch(f"is still to pay on {named(document)}", still)
        if share > rest:
            raise Invalid("The parts come to more than the payment.", field="parts")
        rest -= share
        shares += [(document, share)] if share else []
    return shares


@command_step
def receive(
    work: Work[Clerk],
    party: Party,
    payment: Payment,
    shares: Sequence[tuple[Document, Money]],
    key: str,
) -> None:
    """Apply a payment, and post what it moved, in one entry."""
    to: list[tuple[Account, Money]] = []
    for document, share in shares:
        apply(work, payment, document, share, act_id=payment.id, on=payment.received_on)
        to.append((_account(work, payment, document, share), share))
    rest = payment.amount_minor - sum(share.minor for _, share in shares)
    if rest:
        left_over = Money(rest, payment.currency)
        to.append((_account(work, payment, None, left_over), left_over))
    reach("allocation.allocated")
    book.post(
        work,
        arrival_of(payment),
        payment.id,
        _arrived(payment, to),
        on=payment.received_on,
        key=key,
    )
    reach("allocation.posted")
    owe(work, PRINT_PAPER, payment.shown_id)
    tell(work, "receipt", party, payment.shown_id)
    if isinstance(party, Customer) and any(
        account.code is accounts.Code.CUSTOMER_CREDIT for account, _ in to
    ):
        apply_arrived_credit(work, party)


def _arrived(payment: Payment, to: Sequence[tuple[Account, Money]]) -> Transfers:
    """What moves when the money arrives: from where it lay, else into bank or clearing."""
    if payment.receipt_id is not None:
        return recipes.payment_allocated(accounts.unidentified(payment.receipt_id), to)
    came_by = accounts.BANK if payment.attempt_id is None else accounts.GATEWAY
    return recipes.payment_received(to, into=came_by)


@command_step
def apply(
    work: Work[Clerk],
    payment: Payment,
    document: Document,
    share: Money,
    *,
    act_id: UUID,
    on: date,
) -> None:
    """Note that a share of a payment is applied to a document, by this act."""
    is_invoice = isinstance(document, Invoice)
    work.add(
        Allocation(
            act_id=act_id,
            payment_id=payment.id,
            invoice_id=document.id if is_invoice else None,
            credit_request_id=None if is_invoice else document.id,
            amount_minor=share.minor,
            made_on=on,
            recorded_at=clock.now(),
        )
    )
    if isinstance(document, CreditRequest):
        document.still_to_pay_minor -= share.minor
        work.flush()


def _account(
    work: Work[Clerk], payment: Payment, document: Document | None, share: Money
) -> Account:
    """Where a share of the money goes: to an invoice, or into a new lot of credit."""
    if payment.customer_id is None:
        assert payment.partner_id is not None, "a payment has one payer"
        if document is None:
            return accounts.unidentified(payment.id, payment.partner_id)
        return accounts.partner_receivable(payment.partner_id, document.id)
    if isinstance(document, Invoice):
        return accounts.receivable(payment.customer_id, document.id)
    lot = CreditLot(
        customer_id=payment.customer_id,
        currency=share.currency,
        amount_minor=share.minor,
        origin="overpayment" if document is None else "credit_request",
        payment_id=payment.id,
        credit_request_id=document.id if document else None,
        made_on=payment.received_on,
        recorded_at=payment.recorded_at,
    )
    work.add(lot)
    return accounts.credit(payment.customer_id, lot.id)
