"""Attempts to take money in tests: begun and settled by the commands that the house uses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlmodel import col, select

from billing_app.access.actors import SystemActor
from billing_app.access.installation import work_now
from billing_app.access.work import Work
from billing_app.gateways.payments import Stage, Told, Way
from billing_app.models.attempt import AttemptMessage, PaymentAttempt
from billing_app.models.party import Customer
from billing_app.models.payment import Payment
from billing_app.services import asking, attempting, settling
from billing_app.services.asking import Begun
from billing_app.services.paying import Part
from billing_app.services.settling import Heard
from tests.billing import aud
from tests.till import Till
from tests.world import World

T = TypeVar("T")

NEWS = Heard(source="webhook", about="evt_1")


class Counter(Till):
    """A till that also takes money through a gateway: what it says of that is told here."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.system = SystemActor(organization_id=self.by.actor.organization_id)

    def acts(self, work_fn: Callable[[Work[Any]], T]) -> T:
        """Run a command or read as the organization itself."""
        return work_now(self.system, self.world.database, work_fn)

    def begin(self, *documents: str, amount: int | None = None, **more: Any) -> Begun:
        """Begin a card payment on the gateway's page, of all that is still to pay."""
        asked = None if amount is None else aud(amount)
        parts = [Part(document, asked) for document in documents]
        return self.begins(parts, **more)

    def begins(self, parts: Sequence[Part], **more: Any) -> Begun:
        customer_id = Customer.read_id(more.pop("customer_id", self.world.marsh))
        said = {"way": Way.CARD, "saves": False, "begun_by": "payer"} | more
        attempt_id = self.acts(lambda work: attempting.begin_page(work, customer_id, parts, **said))
        return self.acts(lambda work: asking.begun(work, attempt_id))

    def settle(self, begun: Begun, stage: Stage, heard: Heard = NEWS, **more: Any) -> str:
        """Tell how a payment stands at the gateway; returns what was made of it."""
        asked = begun.asked
        told = {"payment": f"pi_{asked.attempt}", "attempt": asked.attempt, "amount": asked.amount}
        news = Told(stage=stage, **(told | more))
        return self.acts(lambda work: settling.settle(work, asked.attempt, news, heard))

    def state(self, begun: Begun) -> str:
        return str(self.told(PaymentAttempt, begun.asked.attempt, "state")[0])

    def heard(self, begun: Begun) -> list[tuple[str, str]]:
        """What was said of an attempt, and what was made of it, in order."""
        attempt_id = PaymentAttempt.read_id(begun.asked.attempt)
        wanted = select(AttemptMessage.said, AttemptMessage.verdict).where(
            AttemptMessage.attempt_id == attempt_id
        )
        return self._rows(wanted.order_by(col(AttemptMessage.id)))

    def payments(self) -> list[int]:
        """The amounts of all payments that came through the gateway, in order."""
        wanted = select(Payment.amount_minor, Payment.id).where(Payment.method == "gateway")
        return [row[0] for row in self._rows(wanted.order_by(col(Payment.id)))]
