"""What a customer agrees to: being charged without pressing anything."""

from __future__ import annotations

from sqlmodel import col, select

from billing_app.access.actors import CustomerActor
from billing_app.access.guard import customer_command
from billing_app.access.work import Work
from billing_app.kernel.errors import Conflict
from billing_app.kernel.ids import show
from billing_app.kernel.tongue import marked
from billing_app.models.gateway import PaymentMethod
from billing_app.models.party import Customer


class NothingToCharge(Conflict):
    """There is no saved way of paying that the agreement could be about."""

    sentence = marked(
        "You have no saved way of paying, so there is nothing to charge automatically. Nothing was"
        " changed. Save one while you pay an invoice, then come back here."
    )


@customer_command
def agree_to_charges(work: Work[CustomerActor], *, agrees: bool) -> str:
    """Agree to be charged automatically, or take that back. It holds for what falls due later."""
    customer = work.find(Customer, show(Customer.prefix, work.actor.party_id), lock=True)
    if agrees and not _has_method(work):
        raise NothingToCharge
    customer.autopay = agrees
    return customer.shown_id


def _has_method(work: Work[CustomerActor]) -> bool:
    saved = select(PaymentMethod.id).where(col(PaymentMethod.detached_at).is_(None))
    return work.exec(saved.limit(1)).first() is not None
