"""Somebody who pays Marsh Design's invoices in dollars by bank transfer, through the gateway."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
from sqlmodel import col, select

from billing_app.collecting.gateway import gateway_of
from billing_app.collecting.pages import come_back
from billing_app.collecting.payers import introduce
from billing_app.collecting.reconciling import _take_what_waits
from billing_app.collecting.settling import look_again
from billing_app.collecting.transfers import give_transfer, hear_transfer
from billing_app.gateways.payments import Saved, Stage, Way
from billing_app.kernel.clock import clock
from billing_app.kernel.money import Money
from billing_app.models.arrived_transfer import ArrivedTransfer
from billing_app.models.attempt import PaymentAttempt
from billing_app.models.gateway import GatewayEvent
from billing_app.models.outbox import Job
from billing_app.reads.arrived_transfers import ArrivedRow, untaken_transfers
from billing_app.services import attempting
from billing_app.services.paying import Part
from tests.billing import drawn
from tests.news import Newsroom

OWED = 110_00


def usd(minor: int) -> Money:
    return Money(minor, "USD")


class Remitter(Newsroom):
    """Chooses to transfer, and does: as much as they like, with the reference they like."""

    def owes(self, minor: int = OWED, **more: Any) -> str:
        """An invoice in dollars; returns its id."""
        return self.issue(self.draft(self.line(0, unit_price=usd(minor)), currency="USD", **more))

    def chooses(self, invoice: str, **more: Any) -> str:
        """Choose a bank transfer and send the gateway's page; returns where the account is told."""
        url = self.leads(invoice, **more)
        answer: httpx.Response = self.stripes.submit(
            url, pay_with="customer_balance", email="payer@post.example"
        )
        come_back(self.place, self.system.organization_id, url.rpartition("/")[2])
        return str(answer.headers["location"])

    def leads(self, invoice: str, **more: Any) -> str:
        """Press Pay, with Bank transfer chosen; returns where that leads."""
        return self.open_page(invoice, **({"way": Way.BANK_TRANSFER} | more))

    def payer(self) -> str:
        """Whose account was told last, as the gateway calls them."""
        told = select(PaymentAttempt.gateway_payer).where(
            PaymentAttempt.method == "bank_transfer", PaymentAttempt.how == "page"
        )
        latest = told.order_by(col(PaymentAttempt.id).desc()).limit(1)
        return str(self.sees(lambda work: work.exec(latest).one()))

    def sends(self, minor: int, reference: str = "", *, payer: str = "") -> str:
        """Transfer money to an account; returns the gateway's name of that."""
        given: Any = {"amount": minor, "currency": "usd"}
        if reference:
            given["reference"] = reference
        moved = self.stripes.v1.test_helpers.customers.fund_cash_balance(
            payer or self.payer(), given
        )
        return str(moved.id)

    def transfers(self, minor: int, reference: str = "", *, payer: str = "") -> None:
        """Transfer money, which is heard of and taken."""
        payer = payer or self.payer()
        hear_transfer(self.place, payer, self.sends(minor, reference, payer=payer))

    def gives(self, transfer_id: str, customer_id: str) -> None:
        """Say whose a transfer is, as Ada."""
        actor: Any = self.by.actor
        give_transfer(self.place, actor, transfer_id, customer_id=customer_id)

    def uses_elsewhere(self, payer: str, minor: int) -> str:
        """Somebody applies money that arrived to a payment of their own, past us."""
        balance = {
            "funding_type": "bank_transfer",
            "bank_transfer": {"type": "us_bank_transfer"},
        }
        made = self.stripes.charged(
            amount=minor,
            customer=payer,
            allowed_payment_method_types=["customer_balance"],
            payment_method=self.stripes.v1.payment_methods.create({"type": "customer_balance"}).id,
            payment_method_options={"customer_balance": balance},
        )
        return str(self.stripes.v1.payment_intents.apply_customer_balance(made.id).status)

    def saves_card(self) -> None:
        """Marsh Design left a card with the gateway some time ago."""
        begun = self.begin(self.invoice(1_00), saves=True, begun_by="contact")
        known = introduce(self.place, self.system, gateway_of(self.place), begun)
        method = self.stripes.v1.payment_methods.attach(
            "pm_card_visa", {"customer": known.asked.payer}
        )
        saved = Saved(method.id, Way.CARD, "Visa •••• 4242")
        self.settle(begun, Stage.SUCCEEDED, saved=saved)

    def is_being_charged(self, invoice: str) -> str:
        """Ada begins to charge a saved card for it, and nobody knows yet what came of that."""
        parts, attempt = [Part(invoice)], drawn("att")
        marsh = self.world.marsh
        return self.does(
            lambda work: attempting.begin_charge(work, attempt, customer_id=marsh, parts=parts)
        )

    def owed_to_anybody(self, about: str) -> int:
        """How many jobs there are about news of this."""
        events = select(GatewayEvent).where(GatewayEvent.about == about)
        names = [event.shown_id for event in self.operator_sees(events)]
        return len(self.operator_sees(select(Job).where(col(Job.subject).in_(names))))

    def looks_again(self) -> None:
        """Ask the gateway about every attempt that has not ended."""
        wanted = select(PaymentAttempt.id, PaymentAttempt.state).where(
            col(PaymentAttempt.state).in_(("created", "requires_action", "unknown"))
        )
        for attempt_id, _ in self._rows(wanted.order_by(col(PaymentAttempt.id))):
            look_again(self.place, self.system.organization_id, attempt_id, source="reconciler")

    def reconciles(self) -> None:
        """A minute later, take what was kept and is nobody's yet, and look at every attempt."""
        clock.move(timedelta(seconds=61))
        _take_what_waits(self.place)
        self.looks_again()

    def inbox(self) -> list[ArrivedRow]:
        """The transfers of which nothing is recorded, as Ada sees them."""
        return self.does(untaken_transfers).rows

    def kept_transfers(self) -> int:
        return self.count(ArrivedTransfer)

    def still(self, invoice: str) -> int:
        """What is still to pay on an invoice."""
        return int(self.of(invoice, "still_to_pay_minor"))

    def attempts(self) -> list[tuple[str, str]]:
        """How each attempt takes money and how it stands, in order."""
        wanted = select(PaymentAttempt.how, PaymentAttempt.state)
        return self._rows(wanted.order_by(col(PaymentAttempt.id)))

    def lies_there(self, payer: str = "") -> int:
        """What lies untaken at the gateway for a payer."""
        balance: Any = self.stripes.v1.customers.cash_balance.retrieve(payer or self.payer())
        return int((balance.to_dict()["available"] or {}).get("usd", 0))
