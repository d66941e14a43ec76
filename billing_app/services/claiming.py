"""What attempts to take money claim of documents, while it may still come."""

from __future__ import annotations

from collections.abc import Iterable

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
def refuse_held(work: Work[Clerk], documents: Iterable[Document]) -> None:
    """Refuse while an attempt may still pay one of these, which are locked."""
    for document in documents:
        for claim in _claims(work, document):
            if claim.attempt_state in HOLDING:
                held = work.get(PaymentAttempt, claim.attempt_id)
                raise BeingPaid(named(document), held.shown_id)


@command_step
def refuse_claimed(work: Work[Clerk], document: Document, share: Money) -> None:
    """Refuse a share that would, with what is on its way, exceed what is still to pay."""
    minor = sum(
        claim.amount_minor
        for claim in _claims(work, document)
        if claim.attempt_state == _ON_ITS_WAY
    )
    if minor and minor + share.minor > document.still_to_pay_minor:
        raise OnItsWay(named(document), Money(minor, share.currency))


@command_step
def refuse_in_flight(work: Work[Clerk], document: Document) -> None:
    """Refuse while any money may still come for a document, which is locked."""
    refuse_held(work, [document])
    for claim in _claims(work, document):
        raise OnItsWay(named(document), Money(claim.amount_minor, document.currency))


def _claims(work: Work[Clerk], document: Document) -> list[AttemptClaim]:
    """The claims on a document whose money may still come. Their state moves in the database."""
    column = (
        AttemptClaim.invoice_id if isinstance(document, Invoice) else AttemptClaim.credit_request_id
    )
    live = col(AttemptClaim.attempt_state).in_((*HOLDING, _ON_ITS_WAY))
    wanted = select(AttemptClaim).where(col(column) == document.id, live)
    return list(work.exec(wanted.execution_options(populate_existing=True)).all())
