"""A shop that gives money back to the card it came from, and whose payers' banks ask for theirs."""

from __future__ import annotations

from typing import Any

from sqlmodel import col, select

from billing_app.collecting.disputes import settle_dispute
from billing_app.collecting.gateway import gateway_of
from billing_app.collecting.refunds import look_again_at_refund, refund_to_card
from billing_app.collecting.settling import settle
from billing_app.models.attempt import PaymentAttempt
from billing_app.models.dispute import Dispute
from billing_app.models.payment import Payment, Refund
from billing_app.models.refund_attempt import UNDECIDED, RefundAttempt
from billing_app.services.refund_asking import RefundAsked
from tests.billing import aud, drawn
from tests.shop import Shop


class Returns(Shop):
    """Marsh Design paid here by card, and some of it goes back."""

    def paid(self, *documents: str, **more: Any) -> str:
        """Have documents paid by card; returns the id of the payment."""
        self.pays_by_card(*documents, **more)
        wanted = select(Payment).order_by(col(Payment.id).desc()).limit(1)
        return str(self.sees(lambda work: work.exec(wanted).one().shown_id))

    def asked(self, payment_id: str, minor: int, **more: Any) -> RefundAsked:
        """A form that gives part of a payment back, which is then owed again."""
        said = {"choice": "still_owes", "reason": "The wrong card was used"} | more
        return RefundAsked(
            **({"attempt_id": drawn("rfa"), "payment_id": payment_id, "amount": aud(minor)} | said)
        )

    def sends(self, asked: RefundAsked) -> str:
        """Send the form; returns the id of the attempt."""
        return refund_to_card(self.place, self.by.actor, asked)  # type: ignore[arg-type]

    def gives_back(self, payment_id: str, minor: int, **more: Any) -> str:
        """Give money back to its card; returns the id of the attempt."""
        return self.sends(self.asked(payment_id, minor, **more))

    def find_out(self) -> None:
        """Ask the gateway about every refund of which it is not known how it ended."""
        wanted = select(RefundAttempt.id, RefundAttempt.state).where(
            col(RefundAttempt.state).in_(UNDECIDED)
        )
        for attempt_id, _ in self._rows(wanted):
            here = (self.place, self.system.organization_id, attempt_id)
            look_again_at_refund(*here, source="reconciler")

    def refunds(self) -> list[int]:
        """What went back to cards as the books say, by amount."""
        wanted = select(Refund.amount_minor, Refund.id).where(Refund.method == "gateway")
        return sorted(row[0] for row in self._rows(wanted))

    def given_back(self) -> list[int]:
        """What the gateway gave back, by amount, without what failed."""
        made = self.stripes.v1.refunds.list({"limit": 100}).data
        return sorted(each.amount for each in made if each.status != "failed")

    def refund_states(self) -> list[str]:
        """How all attempts to give back stand, in order."""
        wanted = select(RefundAttempt.state, RefundAttempt.id)
        return [row[0] for row in self._rows(wanted.order_by(col(RefundAttempt.id)))]

    def name(self, payment_id: str) -> str:
        """What the gateway calls a payment."""
        wanted = (
            select(PaymentAttempt.gateway_payment)
            .join(Payment, col(Payment.attempt_id) == PaymentAttempt.id)
            .where(Payment.id == Payment.read_id(payment_id))
        )
        return str(self.sees(lambda work: work.exec(wanted).one()))

    def bank_takes(self, payment_id: str) -> None:
        """Have the payer's bank ask back what is left of a payment."""
        intent = self.stripes.v1.payment_intents.retrieve(self.name(payment_id))
        self.stripes.press("dispute", id=str(intent.latest_charge))

    def hear_of_disputes(self, payment_id: str) -> None:
        """Apply what the gateway says of the disputes of a payment, the payment first."""
        gateway, organization_id = gateway_of(self.place), self.system.organization_id
        name = self.name(payment_id)
        for dispute in self.stripes.v1.disputes.list({"payment_intent": name}).data:
            told = gateway.look_at_dispute(dispute.id)
            paid = gateway.look_at_payment(told.payment)
            settle(self.place, organization_id, paid, source="webhook")
            settle_dispute(self.place, organization_id, told)

    def lose_disputes(self, payment_id: str) -> None:
        """Have the bank decide for the payer, and hear of it."""
        for dispute in self.stripes.v1.disputes.list(
            {"payment_intent": self.name(payment_id)}
        ).data:
            self.stripes.press("decide", id=dispute.id, won="no")
        self.hear_of_disputes(payment_id)

    def disputes(self) -> list[tuple[str, int]]:
        """Each dispute: how it stands, and of how much."""
        return self._rows(select(Dispute.state, Dispute.amount_minor))
