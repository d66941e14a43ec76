"""Which documents a transfer is meant for: what it names, what was chosen, what it equals.

The first of these that tells anything decides. Where nothing does, or a number is named that is
none of theirs, nobody guesses: the money is the customer's credit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from billing_app.access.actors import Clerk
from billing_app.access.guard import command_step
from billing_app.access.work import Work
from billing_app.kernel.references import numbers_in
from billing_app.ledger.numbers import prefixes
from billing_app.models.arrived_transfer import ArrivedTransfer
from billing_app.models.attempt import HOLDING, AttemptClaim, PaymentAttempt
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import Invoice
from billing_app.services.claiming import Document

_KINDS: tuple[Any, ...] = (Invoice, CreditRequest)
_ASKING = ("issued", "raised")


@command_step
def documents_meant(work: Work[Clerk], transfer: ArrivedTransfer) -> list[Document]:
    """The customer's documents that the transfer pays, in order; locked, and asking for money.

    One that names a document which asks for nothing any more, or is not there, pays no other.
    """
    numbers = numbers_in(transfer.written, prefixes(work))
    if numbers:
        meant = _named(work, transfer, numbers)
    else:
        meant = _chosen(work, transfer) or _of_that_amount(work, transfer)
    ids = [each.id for each in meant]
    locked = {each.id: each for kind in _KINDS for each in work.lock(kind, ids)}
    return [
        document
        for document in (locked[each] for each in ids)
        if document.currency == transfer.currency and _asks(document)
    ]


def _asks(document: Document) -> bool:
    return document.state in _ASKING and document.still_to_pay_minor > 0


def _named(work: Work[Clerk], transfer: ArrivedTransfer, numbers: Sequence[str]) -> list[Document]:
    """The customer's documents whose numbers were written on it, whatever has become of them."""
    found: dict[str, Document] = {}
    for kind in _KINDS:
        mine = select(kind).where(
            kind.customer_id == transfer.customer_id, col(kind.number).in_(numbers)
        )
        found |= {str(each.number): each for each in work.exec(mine)}
    return [found[number] for number in numbers if number in found]


def _chosen(work: Work[Clerk], transfer: ArrivedTransfer) -> list[Document]:
    """What somebody wanted to pay by transfer and has not: best the very same amount.

    That they took another way since counts too, because the document asks all the same.
    """
    wanted = select(PaymentAttempt).where(
        PaymentAttempt.customer_id == transfer.customer_id,
        PaymentAttempt.currency == transfer.currency,
        PaymentAttempt.how == "page",
        PaymentAttempt.method == "bank_transfer",
        col(PaymentAttempt.state).in_((*HOLDING, "failed", "canceled")),
    )
    attempts = sorted(
        work.exec(wanted.order_by(col(PaymentAttempt.id))),
        key=lambda each: (each.amount_minor != transfer.amount_minor, each.state not in HOLDING),
    )
    claimed = _claimed(work, [each.id for each in attempts])
    return [document for document in claimed if _asks(document)]


def _claimed(work: Work[Clerk], attempt_ids: Sequence[UUID]) -> Iterable[Document]:
    """The documents that these attempts claimed, in the order of the attempts, each once."""
    wanted = select(AttemptClaim).where(col(AttemptClaim.attempt_id).in_(attempt_ids))
    claims = work.exec(wanted.order_by(col(AttemptClaim.position))).all()
    found: dict[UUID, Document] = {}
    for claim in sorted(claims, key=lambda each: attempt_ids.index(each.attempt_id)):
        if claim.invoice_id is not None:
            found[claim.invoice_id] = work.get(Invoice, claim.invoice_id)
        elif claim.credit_request_id is not None:
            request = work.get(CreditRequest, claim.credit_request_id)
            found[claim.credit_request_id] = request
    return found.values()


def _of_that_amount(work: Work[Clerk], transfer: ArrivedTransfer) -> list[Document]:
    """The one document of the customer's that asks for exactly so much, if there is just one."""
    found: list[Document] = []
    for kind in _KINDS:
        mine = select(kind).where(
            kind.customer_id == transfer.customer_id,
            kind.currency == transfer.currency,
            kind.still_to_pay_minor == transfer.amount_minor,
            col(kind.state).in_(_ASKING),
        )
        found += work.exec(mine.limit(2))
    return found if len(found) == 1 else []
