"""A shop that gives money back to the card it came from, and whose payers' banks ask for theirs."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlmodel import col, select

from billing_app.access.guard import operator_command
from billing_app.access.work import Work
from billing_app.collecting.disputes import settle_dispute
from billing_app.collecting.gateway import gateway_of
from billing_app.collecting.refunds import look_again_at_refund, refund_to_card
from billing_app.collecting.settling import settle
from billing_app.gateways.payments import DisputeTold, Stage, Way
from billing_app.kernel.money import Money
from billing_app.models.attempt import PaymentAttempt
from billing_app.models.books import OrganizationProfile
from billing_app.models.dispute import Dispute
from billing_app.models.payment import Payment, Refund
from billing_app.models.refund_attempt import UNDECIDED, RefundAttempt
from billing_app.services import asking, disputing
from billing_app.services.refund_asking import RefundAsked
from billing_app.services.settling import Heard
from tests.billing import aud, drawn
from tests.shop import Shop

NEWS = Heard(source="webhook", about="evt_back")
LOST_ANSWER = {"about": "POST /v1/refunds", "times": "3"}
"""The mood in which a refund is made, and nobody hears of it."""


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


def settles(shop: Returns, payment: str, **said: Any) -> str:
    """Tell of a dispute of a payment; returns what was made of it."""
    usual = {"amount": aud(110_00), "state": "open", "withdrawn": True, "held": True}
    name = shop.name(payment)
    told = {"reference": f"du_{name}", "payment": name, "opened_at": datetime.now(UTC)}
    news = DisputeTold(**(told | usual | said))
    return shop.acts(lambda work: disputing.settle_dispute(work, news, NEWS))


def debited(shop: Returns, document: str) -> str:
    """Have a document paid by debit, and wait until it has cleared; returns the payment."""
    url = shop.leads(document, way=Way.DIRECT_DEBIT)
    shop.comes_back(shop.fills(url, "au_becs_debit", "000123456", email="m@m.example", name="M"))
    shop.stripes.pass_time(days=7)
    shop.reconcile()
    return str(shop.sees(lambda work: work.exec(select(Payment)).one().shown_id))


def bank_takes_debit(shop: Returns, minor: int, currency: str = "AUD") -> str:
    """Tell that the payer's bank took so much of the debit back; returns what was made of it."""
    attempt = shop.sees(lambda work: work.exec(select(PaymentAttempt)).one().shown_id)
    begun = shop.acts(lambda work: asking.begun(work, attempt))
    return shop.settle(
        begun,
        Stage.SUCCEEDED,
        payment=begun.payment,
        taken_back=Money(minor, currency),
        failure="The payer's bank took the money back.",
    )


def close(shop: Returns, until: date | None) -> None:
    """Close the books, behind everybody's back: today can be closed in no other way."""

    @operator_command
    def write(work: Work[Any]) -> None:
        mine = OrganizationProfile.organization_id == shop.system.organization_id
        work.exec(select(OrganizationProfile).where(mine)).one().books_closed_until = until

    shop.world.operator(write)
