"""Somebody who pays 110.00 through the gateway, while something goes wrong there or on the way.

A customer pays on the gateway's page; an admin charges what a customer saved. Whatever went
wrong, what the gateway took in the end is what the books say came.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from sqlmodel import col, select

from billing_app.collecting.gateway import gateway_of
from billing_app.collecting.pages import come_back
from billing_app.collecting.payers import introduce
from billing_app.collecting.refunds import refund_to_card
from billing_app.gateways.payments import Saved, Stage, Way
from billing_app.gateways.refusals import GatewayRefusal, Unclear
from billing_app.kernel.errors import BillingError
from billing_app.kernel.ids import show
from billing_app.models.attempt import AttemptClaim, AttemptMessage, PaymentAttempt
from billing_app.models.invoice import Invoice
from billing_app.models.payment import Payment
from billing_app.models.refund_attempt import RefundAttempt
from billing_app.services.claiming import BeingPaid
from billing_app.services.refund_asking import RefundAsked
from tests.billing import aud, drawn
from tests.news import Newsroom
from tests.shop import BACK, VISA, Shop
from tests.stripes import Stripes
from tests.world import World

OWED = 110_00
OPEN = "POST /v1/checkout/sessions"
LOOK = "GET /v1/checkout/sessions/*"
CONFIRM = "POST /v1/payment_intents/*/confirm"
ENDED_UNPAID = ("failed", "canceled")
_ACCEPTED: Any = {
    "customer_acceptance": {
        "type": "online",
        "online": {"ip_address": "127.0.0.1", "user_agent": "a browser"},
    }
}


@dataclass(frozen=True)
class Means:
    """A card or an account: its number on the page, and its name when it was saved."""

    number: str
    saved: str
    kind: str = "card"

    @property
    def way(self) -> Way:
        return Way.CARD if self.kind == "card" else Way.DIRECT_DEBIT


def account(number: str, name: str) -> Means:
    """An Australian account that can be debited."""
    return Means(number, f"pm_auBecsDebit_{name}", "au_becs_debit")


GOOD = {"card": Means(VISA, "pm_card_visa"), "debit": account("000123456", "success")}


class Payer:
    """Pays one invoice; ``said`` is what they were told when they did."""

    def __init__(
        self, world: World, stripes: Stripes, patch: pytest.MonkeyPatch, kind: str, who: str
    ) -> None:
        self.shop = Shop(world, stripes)
        self.news = Newsroom(world, stripes, patch)
        self.stripes = stripes
        self.kind, self.who = kind, who
        self.invoice = self.shop.invoice(OWED)
        self.means = GOOD[kind]
        self.said = ""
        self.attempt = ""
        self.strangers: set[str] = set()

    def uses(self, means: Means) -> None:
        """Pay with this one. An admin needs it saved."""
        self.means = means
        if self.who == "admin":
            self._saves()

    def pays(self, *, returns: bool = True) -> None:
        """Pay; a customer who does not return has closed their browser after paying."""
        try:
            if self.who == "admin":
                self.shop.charge(self.invoice)
            else:
                self.fills(self.opens())
                if returns:
                    self.comes_back()
        except BillingError as refusal:
            self.said = str(refusal)
        self.attempt = self.attempts()[-1]
        self.said = self.said or self._told("failure")

    def is_refused_meanwhile(self) -> None:
        """As long as nobody knows, nobody can begin to pay once more, in any way."""
        for again in (self.shop.charge, self.shop.leads):
            with pytest.raises(BeingPaid, match="is being paid somewhere else right now"):
                again(self.invoice)

    def hears(self) -> set[int]:
        """All news that was sent so far is brought and applied; returns how the door answered."""
        answers = {self.news.bring(message).status for message in self.news.sent()}
        self.news.apply()
        return answers

    def waits(self) -> None:
        """Nothing goes wrong any more, and as much time passes as a debit needs."""
        self.stripes.press("calm")
        if self.kind == "debit":
            self.stripes.pass_time(days=7)

    def ends(self, state: str) -> str:
        """What is found out in the end; the books then agree with the gateway."""
        self.waits()
        for _ in range(2):
            self.shop.reconcile()
        assert self.state == state
        self.agrees()
        if state in ENDED_UNPAID:
            assert self.shop.still(self.invoice) == OWED
            assert self.captured() == []
            told = f"{state}, 0 taken"
            self._pays_after_all()
        else:
            assert self.captured() == [OWED]
            told = f"{state}, 1 taken"
        return told

    def agrees(self) -> None:
        """At most one charge, which the books know: no more and no less."""
        booked = [minor for minor in self.shop.payments() if minor == OWED]
        assert self.captured() == booked
        assert len(booked) <= 1
        assert self.shop.differences() == []

    @property
    def state(self) -> str:
        return self._told("state")

    def captured(self) -> list[int]:
        """What the gateway took for us, whatever for."""
        intents = self.stripes.v1.payment_intents.list({"limit": 100}).data
        ours = [each for each in intents if each.id not in self.strangers]
        return [each.amount_received for each in ours if each.amount_received]

    def attempts(self) -> list[str]:
        """The attempts to pay this invoice, in order."""
        mine = AttemptClaim.invoice_id == Invoice.read_id(self.invoice)
        wanted = select(AttemptClaim.attempt_id).where(mine).order_by(col(AttemptClaim.id))
        rows = self.shop.sees(lambda work: list(work.exec(wanted)))
        return [show(PaymentAttempt.prefix, attempt_id) for attempt_id in rows]

    def verdicts(self, source: str) -> list[str]:
        """What was made of all that was heard of the attempt from there, in order."""
        wanted = select(AttemptMessage.verdict).where(
            AttemptMessage.attempt_id == PaymentAttempt.read_id(self.attempt),
            AttemptMessage.source == source,
        )
        ordered = wanted.order_by(col(AttemptMessage.id))
        return self.shop.sees(lambda work: list(work.exec(ordered)))

    def intent(self) -> Any:
        """The payment at the gateway."""
        return self.stripes.v1.payment_intents.retrieve(self._told("gateway_payment"))

    @property
    def failure(self) -> str:
        """Why nothing came of it, in words for whoever pays."""
        return self._told("failure")

    def payment(self) -> str:
        """The payment that it became in the books."""
        mine = Payment.attempt_id == PaymentAttempt.read_id(self.attempt)
        return self.shop.sees(lambda work: work.exec(select(Payment).where(mine)).one().shown_id)

    def is_tried_again_at_the_gateway(self, means: Means) -> None:
        """Somebody has the gateway try again with something else, and not through us."""
        given: Any = {"payment_method": means.saved, "return_url": BACK}
        if means.way is Way.DIRECT_DEBIT:
            given |= {"mandate_data": _ACCEPTED}
        self.stripes.v1.payment_intents.confirm(self.intent().id, given)

    def is_given_back(self, minor: int) -> None:
        """Ada gives a part back, the way it came; it is still owed."""
        asked = RefundAsked(
            attempt_id=drawn(RefundAttempt.prefix),
            payment_id=self.payment(),
            amount=aud(minor),
            choice="still_owes",
            reason="The wrong card was used",
        )
        refund_to_card(self.shop.place, self.shop.by.actor, asked)  # type: ignore[arg-type]

    def is_disputed_and_lost(self) -> None:
        """The payer's bank takes it back for good."""
        charge = self.intent().latest_charge
        self.stripes.press("dispute", id=charge)
        [dispute] = self.stripes.v1.disputes.list({"charge": charge}).data
        self.stripes.press("decide", id=dispute.id, won="no")

    def is_impersonated(self, **by: Any) -> None:
        """Another payment that says of itself that it is this attempt's."""
        ours = {"attempt": self.attempt, "organization": self.shop.world.harbour}
        given = {"amount": OWED, "currency": "aud", "metadata": ours} | by
        self.strangers.add(self.stripes.charged(**given).id)

    def stranger(self) -> str:
        """The gateway's name for another customer of the same business."""
        reference = self.stripes.customer().id
        self.news.know(self.shop.world.bellweather, reference)
        return reference

    def opens(self) -> str:
        """Press Pay and look at the gateway's page; returns its address."""
        url = self.shop.leads(self.invoice, way=self.means.way)
        self.attempt = self.attempts()[-1]
        return url

    def fills(self, url: str, number: str = "") -> httpx.Response:
        """Fill in the page and send it."""
        more = {} if self.kind == "card" else {"name": "Marsh"}
        return self.shop.fills(url, self.means.kind, number or self.means.number, **more)

    def comes_back(self) -> None:
        """Return from the page. Without an answer they are shown what the books know."""
        page = self._told("gateway_session")
        with suppress(Unclear, GatewayRefusal):
            come_back(self.shop.place, self.shop.system.organization_id, page)

    def _pays_after_all(self) -> None:
        """Nothing stands in the way of paying what was not paid."""
        self.shop.pays_by_card(self.invoice)
        assert self.shop.still(self.invoice) == 0
        self.agrees()
        assert self.captured() == [OWED]

    def _saves(self) -> None:
        """Marsh Design left this with the gateway some time ago."""
        begun = self.shop.begin(self.shop.invoice(1_00), saves=True, begun_by="contact")
        gateway = gateway_of(self.shop.place)
        payer = introduce(self.shop.place, self.shop.system, gateway, begun).asked.payer
        kept = self._kept(payer)
        self.shop.settle(begun, Stage.SUCCEEDED, saved=Saved(kept, self.means.way, "Theirs"))

    def _kept(self, payer: str) -> str:
        if self.kind == "card":
            return self.stripes.v1.payment_methods.attach(self.means.saved, {"customer": payer}).id
        setup = self.stripes.v1.setup_intents.create(
            {
                "customer": payer,
                "payment_method": self.means.saved,
                "confirm": True,
                "mandate_data": _ACCEPTED,
            }
        )
        return str(setup.payment_method)

    def _told(self, name: str) -> str:
        return str(self.shop.told(PaymentAttempt, self.attempt, name)[0] or "")
