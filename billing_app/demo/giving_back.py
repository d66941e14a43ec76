"""Money that goes back in the demo: some of it given back, some wanted back by a payer's bank."""

from __future__ import annotations

from typing import Any

from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.installation import Installation, work_now
from billing_app.access.work import Work
from billing_app.collecting.refunds import refund_to_card
from billing_app.demo.books import Desk
from billing_app.kernel.ids import new_id, show
from billing_app.kernel.lines import DraftLine
from billing_app.kernel.money import Money
from billing_app.models.base import points_at
from billing_app.models.party import Customer
from billing_app.models.payment import Payment
from billing_app.models.refund_attempt import RefundAttempt
from billing_app.services.refund_asking import RefundAsked

_FAMILY = "Adeyemi Family"
_BACK_MINOR = 1_000
_DISPUTING = "Harriet Okonkwo"


def give_some_back(place: Installation, ada: AdminActor) -> None:
    """Ada gives a family back what they paid with the wrong card; they still owe it."""
    for payment_id, currency in work_now(ada, place.database, _paid_by_card):
        asked = RefundAsked(
            attempt_id=show(RefundAttempt.prefix, new_id()),
            payment_id=payment_id,
            amount=Money(_BACK_MINOR, currency),
            choice="still_owes",
            reason="They paid this part with the wrong card",
        )
        refund_to_card(place, ada, asked)


def bill_what_is_disputed(place: Installation, ada: AdminActor) -> str:
    """Bill somebody for what their bank is going to dispute; returns the invoice's id."""
    desk = Desk(lambda command: work_now(ada, place.database, command), "AUD")
    customer = work_now(ada, place.database, _disputing)
    line = DraftLine(description="Accompaniment, one evening", unit_price=desk.of(9_500))
    return desk.bill(customer, line)


@admin_read()
def _disputing(work: Work[AdminActor]) -> str:
    wanted = select(Customer).where(Customer.name == _DISPUTING)
    return work.exec(wanted).one().shown_id


@admin_read()
def _paid_by_card(work: Work[AdminActor]) -> list[tuple[str, str]]:
    """The family's first payment through the gateway, if they made one."""
    wanted: Any = (
        select(Payment)
        .join(Customer, points_at(Payment, "customer_id", Customer))
        .where(Customer.name == _FAMILY, Payment.method == "gateway")
        .order_by(col(Payment.id))
        .limit(1)
    )
    return [(payment.shown_id, payment.currency) for payment in work.exec(wanted)]
