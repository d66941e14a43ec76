"""What attempts to take money claim of documents, while it may still come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from billing_app.access.actors import Clerk
from billing_app.access.guard import command_step
from billing_app.access.kept import one_of
from billing_app.access.work import Work
from billing_app.kernel.errors import Conflict
from billing_app.kernel.money import Money
from billing_app.kernel.refusals import shown
from billing_app.models.attempt import HOLDING, AttemptClaim, PaymentAttempt
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import Invoice
from billing_app.models.organization import Organization
from billing_app.services.naming import named

_ON_ITS_WAY = "processing"
_IN_THE_WAY = (
    "{name} cannot be voided now: a payment of {amount} for it, begun on {begun}, may still come."
    " Nothing was changed. Find it under Payments > On its way.{closes} “Let it go” there ends it"
    " as soon as the payment provider says that it cannot be paid any more."
)
_CLOSES = " Its payment page closes by itself by {at}."
_COMING = (
    "{name} cannot be voided now: {amount} for it, begun on {begun}, is on its way and has not"
    " cleared yet. Nothing was changed. Wait for it under Payments > On its way. If it comes,"
    " refund it, or issue a credit note instead."
)

Document = Invoice | CreditRequest


class BeingPaid(Conflict):
    """Somebody is paying the document at this moment. ``attempt_id`` says by which attempt.

    ``said`` is for whoever wants something else than to pay.
    """

    def __init__(self, name: str, attempt_id: str, *, said: str = "") -> None:
        super().__init__(
            said
            or f"{name} is being paid somewhere else right now. Nothing was charged here; look"
            " again in a moment."
        )
        self.attempt_id = attempt_id


class OnItsWay(Conflict):
    """Money that has not cleared yet is meant for the document already.

    ``said`` is for whoever wants something else than to pay.
    """

    def __init__(self, name: str, coming: Money, *, said: str = "") -> None:
        super().__init__(
            said
            or f"{shown(coming)} for {name} is on its way already and has not cleared yet. Nothing"
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
    """Refuse to void a document, which is locked, while any money may still come for it.

    That is told to an admin: what is in the way, where it is, and what ends it.
    """
    claims = _claims(work, [document])
    for claim in sorted(claims, key=lambda each: each.attempt_state not in HOLDING):
        held = work.get(PaymentAttempt, claim.attempt_id)
        name, money = named(document), Money(claim.amount_minor, document.currency)
        said = {"name": name, "amount": shown(money), "begun": _moment(work, held.made_at)}
        if claim.attempt_state not in HOLDING:
            raise OnItsWay(name, money, said=_COMING.format(**said))
        closes = _CLOSES.format(at=_moment(work, held.ends_at)) if held.ends_at else ""
        raise BeingPaid(name, held.shown_id, said=_IN_THE_WAY.format(**said, closes=closes))


def _moment(work: Work[Clerk], at: datetime) -> str:
    zone = work.get(Organization, work.actor.organization_id).time_zone
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def _claimed(claim: AttemptClaim) -> tuple[UUID | None, UUID | None]:
    """What a claim is of: one of the two is an id."""
    return claim.invoice_id, claim.credit_request_id


def _claims(work: Work[Clerk], documents: Sequence[Document]) -> list[AttemptClaim]:
    """The claims whose money may still come, of all these documents, each kind asked for once.

    Their state moves in the database, so they are read afresh.
    """
    found: list[AttemptClaim] = []
    for kind, live in _LIVE.items():
        if ids := [document.id for document in documents if isinstance(document, kind)]:
            found += work.exec(live, params={"ids": ids})
    return found


_LIVE = {
    kind: select(AttemptClaim)
    .where(one_of(column), col(AttemptClaim.attempt_state).in_((*HOLDING, _ON_ITS_WAY)))
    .order_by(col(AttemptClaim.id))
    .execution_options(populate_existing=True)
    for kind, column in (
        (Invoice, AttemptClaim.invoice_id),
        (CreditRequest, AttemptClaim.credit_request_id),
    )
}
