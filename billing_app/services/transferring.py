"""Transfers that arrived at the gateway: kept once, then taken by an attempt of their own.

They are matched by our rules, under the locks of the customer and the documents. What the
attempt comes to is settled like any other, so money is posted in one place only.
"""

from __future__ import annotations

from uuid import UUID

from sqlmodel import col, select

from billing_app.access.actors import AdminActor, Clerk, SystemActor
from billing_app.access.guard import admin_command, system_command
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.gateways.news import TransferTold
from billing_app.gateways.payments import Way
from billing_app.kernel.clock import clock
from billing_app.kernel.entries import fit_to_keep
from billing_app.kernel.errors import Conflict, NotFound
from billing_app.kernel.failpoints import reach
from billing_app.kernel.ids import show
from billing_app.kernel.money import Money
from billing_app.models.arrived_transfer import LONGEST_WRITTEN, ArrivedTransfer
from billing_app.models.attempt import PaymentAttempt
from billing_app.models.gateway import GatewayCustomer
from billing_app.models.party import Customer
from billing_app.services.attempting import keep_attempt
from billing_app.services.claiming import Document, on_its_way, refuse_held
from billing_app.services.matching import documents_meant
from billing_app.services.repeating import once, remember

ENDED_UNTAKEN = ("failed", "canceled")


class TakenAlready(Conflict):
    """The money is somebody's by now, or is just becoming it."""

    sentence = (
        "This transfer was already taken for a customer, or is just being taken. Nothing was"
        " changed. If it is somebody else's, take the payment back that it becomes, or move the"
        " credit by hand."
    )


@system_command
def keep_transfer(work: Work[SystemActor], told: TransferTold) -> str:
    """Keep a transfer that arrived, once however often it is told of. Returns its id.

    NotFound if another organization keeps it.
    """
    transfer = ArrivedTransfer(
        gateway_reference=told.reference,
        payer=told.payer,
        customer_id=_customer_of(work, told.payer),
        amount_minor=told.amount.minor,
        currency=told.amount.currency,
        written=fit_to_keep(told.written, longest=LONGEST_WRITTEN),
        arrived_at=told.arrived_at,
        kept_at=clock.now(),
    )
    kept = work.add_unless_there(transfer)
    reach("transfer.kept")
    if kept:
        return transfer.shown_id
    mine = select(ArrivedTransfer).where(ArrivedTransfer.gateway_reference == told.reference)
    known = work.exec(mine).one_or_none()
    if known is None:
        raise NotFound
    return known.shown_id


@system_command
def begin_taking(work: Work[SystemActor], transfer_id: str, *, as_credit: bool = False) -> str:
    """Begin to take a transfer for the documents it is meant for, the rest for credit.

    Refused while somebody else is paying one of these; ``as_credit`` names none. Returns the
    attempt's id, the same one every time; empty as long as nobody knows whose money it is.
    """
    transfer = _lock(work, transfer_id)
    if transfer.customer_id is None:
        return ""
    if transfer.attempt_id is not None:
        return show(PaymentAttempt.prefix, transfer.attempt_id)
    documents = [] if as_credit else documents_meant(work, transfer)
    refuse_held(work, documents)
    attempt = _attempt(transfer, transfer.customer_id)
    keep_attempt(work, attempt, _shares(work, transfer, documents))
    transfer.attempt_id = attempt.id
    work.flush()
    return attempt.shown_id


@admin_command(Permission.TAKE_PAYMENTS)
def give_transfer(
    work: Work[AdminActor], transfer_id: str, *, customer_id: str, command_key: str = ""
) -> str:
    """Say whose a transfer is that arrived from nobody known, or that could not be taken.

    It is taken for them like any other. What arrives from the same payer later is theirs too.
    While it is being taken for one customer it is nobody else's.
    """
    first = once(work, command_key, "give_transfer", [transfer_id, customer_id])
    if first is not None:
        return first
    customer = work.find(Customer, customer_id, lock=True)
    transfer = work.find(ArrivedTransfer, transfer_id, lock=True)
    if transfer.attempt_id is not None:
        if work.get(PaymentAttempt, transfer.attempt_id).state not in ENDED_UNTAKEN:
            raise TakenAlready
        transfer.attempt_id = None
    elif transfer.customer_id not in (None, customer.id):
        raise TakenAlready
    transfer.customer_id = customer.id
    work.flush()
    remember(work, command_key, transfer.shown_id)
    return transfer.shown_id


def _lock(work: Work[Clerk], transfer_id: str) -> ArrivedTransfer:
    """A transfer, locked; its customer first, as everywhere."""
    transfer = work.find(ArrivedTransfer, transfer_id)
    if transfer.customer_id is not None:
        work.find(Customer, show(Customer.prefix, transfer.customer_id), lock=True)
    return work.find(ArrivedTransfer, transfer_id, lock=True)


def _customer_of(work: Work[Clerk], payer: str) -> UUID | None:
    """Whose money the gateway holds for this payer: whom we made known, else the latest word."""
    waiting = select(ArrivedTransfer.customer_id).where(
        ArrivedTransfer.payer == payer,
        col(ArrivedTransfer.customer_id).is_not(None),
        col(ArrivedTransfer.attempt_id).is_(None),
    )
    begun = select(PaymentAttempt.customer_id).where(PaymentAttempt.gateway_payer == payer)
    ways = (
        select(GatewayCustomer.customer_id).where(GatewayCustomer.reference == payer),
        waiting.order_by(col(ArrivedTransfer.id).desc()),
        begun.order_by(col(PaymentAttempt.id).desc()),
    )
    found = (work.exec(way.limit(1)).first() for way in ways)
    return next((customer_id for customer_id in found if customer_id is not None), None)


def _attempt(transfer: ArrivedTransfer, customer_id: UUID) -> PaymentAttempt:
    now = clock.now()
    return PaymentAttempt(
        customer_id=customer_id,
        amount_minor=transfer.amount_minor,
        currency=transfer.currency,
        how="transfer",
        method=Way.BANK_TRANSFER,
        begun_by="organization",
        gateway_payer=transfer.payer,
        made_at=now,
        changed_at=now,
    )


def _shares(
    work: Work[Clerk], transfer: ArrivedTransfer, documents: list[Document]
) -> list[tuple[Document, Money]]:
    """What each document takes of it, in order, beside what is on its way there already."""
    rest = transfer.amount_minor
    shares: list[tuple[Document, Money]] = []
    for document in documents:
        free = document.still_to_pay_minor - on_its_way(work, document)
        minor = min(rest, max(free, 0))
        rest -= minor
        shares += [(document, Money(minor, transfer.currency))] if minor else []
    return shares
