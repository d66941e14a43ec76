"""What attempts to take money claim of documents, while it may still come."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select

from billing_app.access.actors import Clerk
from billing_app.access.guard import command_step
from billing_app.access.work import Work
from billing_app.kernel.errors import Conflict
from billing_app.kernel.money import Money
from billing_app.kernel.refusals import shown
from billing_app.models.attempt import HOLDING, AttemptClaim, PaymentAttempt
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import Invoice
from billing_app.services.naming import named

_ON_ITS_WAY = "processing"

Document = Invoice | CreditRequest


class BeingPaid(Conflict):
    """Somebody is paying the document at this moment. ``attempt_id`` says by which attempt."""

    def __init__(self, name: str, attempt_id: str) -> None:
        super().__init__(
            f"{name} is being paid somewhere else right now. Nothing was charged here; look again"
            " in a moment."
        )
        self.attempt_id = attempt_id


class OnItsWay(Conflict):
    """Money that has not cleared yet is meant for the document already."""

    def __init__(self, name: str, coming: Money) -> None:
        super().__init__(
            f"{shown(coming)} for {name} is on its way already and has not cleared yet. Nothing"
            " was charged; wait for it, or pay no more than the rest."
        )


@command_step
def refuse_held(work: Work[Clerk], documents: Sequence[Document]) -> None:
    """Refuse while an attempt may still pay one of these, which are locked."""
    for claim in _claims(work, documents):
        if claim.attempt_state in HOLDING:
            of = next(each for each in documents if each.id in _claimed(claim))
            held = work.get(PaymentAttempt, claim.attempt_id)
            raise BeingPaid(named(of), held.shown_id)


@command_step
def refuse_claimed(work: Work[Clerk], document: Document, share: Money) -> None:
    """Refuse a share that would, with what is on its way, exceed what is still to pay."""
    minor = on_its_way(work, document)
    if minor and minor + share.minor > document.still_to_pay_minor:
        raise OnItsWay(named(document), Money(minor, share.currency))


@command_step
def refuse_charged(work: Work[Clerk], document: Document) -> None:
    """Refuse while a saved way of paying is being charged for a document, which is locked."""
    for claim in _claims(work, [document]):
        held = work.get(PaymentAttempt, claim.attempt_id)
        if claim.attempt_state in HOLDING and held.how == "saved":
            raise BeingPaid(named(document), held.shown_id)


@command_step
def is_held(work: Work[Clerk], document: Document) -> bool:
    """Whether an attempt may pay a document, which is locked, at any moment."""
    return any(claim.attempt_state in HOLDING for claim in _claims(work, [document]))


@command_step
def on_its_way(work: Work[Clerk], document: Document) -> int:
    """The minor units that are meant for a document, which is locked, and have not cleared yet."""
    return sum(
        claim.amount_minor
        for claim in _claims(work, [document])
        if claim.attempt_state == _ON_ITS_WAY
    )


@command_step
def refuse_in_flight(work: Work[Clerk], document: Document) -> None:
    """Refuse while any money may still come for a document, which is locked."""
    refuse_held(work, [document])
    for claim in _claims(work, [document]):
        raise OnItsWay(named(document), Money(claim.amount_minor, document.currency))


def _claimed(claim: AttemptClaim) -> tuple[UUID | None, UUID | None]:
    """What a claim is of: one of the two is an id."""
    return claim.invoice_id, claim.credit_request_id


def _claims(work: Work[Clerk], documents: Sequence[Document]) -> list[AttemptClaim]:
    """The claims whose money may still come, of all these documents, each kind asked for once.

    Their state moves in the database, so they are read afresh.
    """
    found: list[AttemptClaim] = []
    for kind, column in (
        (Invoice, AttemptClaim.invoice_id),
        (CreditRequest, AttemptClaim.credit_request_id),
    ):
        ids = [document.id for document in documents if isinstance(document, kind)]
        live = col(AttemptClaim.attempt_state).in_((*HOLDING, _ON_ITS_WAY))
        wanted = select(AttemptClaim).where(col(column).in_(ids), live)
        if ids:
            fresh = wanted.order_by(col(AttemptClaim.id)).execution_options(populate_existing=True)
            found += work.exec(fresh)
    return found
