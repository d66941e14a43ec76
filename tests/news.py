"""News of a simulated Stripe: paid for on its pages, brought to our door, and applied."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from sqlmodel import col, select
from starlette.applications import Starlette

from billing_app.access import installation as installed
from billing_app.access.guard import operator_command, operator_read
from billing_app.access.work import Work
from billing_app.api import stripe_webhook
from billing_app.collecting.pages import PageAsked, pay_on_page
from billing_app.gateways.payments import Way
from billing_app.jobs.apply_news import apply_news
from billing_app.kernel.clock import clock
from billing_app.models.gateway import GatewayCustomer, GatewayEvent
from billing_app.models.outbox import Job
from billing_app.models.party import Customer
from billing_app.services.paying import Part
from tests.attempts import Counter
from tests.stripes import BACK, WEBHOOKS, Stripes
from tests.unit.api.calls import Answered, ask, edge
from tests.world import World

VISA, DECLINED = "4242424242424242", "4000000000000002"

Message = tuple[bytes, str]


class Newsroom(Counter):
    """A till whose gateway is a simulated Stripe, and the door at which its news arrives."""

    def __init__(self, world: World, stripes: Stripes, patch: pytest.MonkeyPatch) -> None:
        super().__init__(world)
        self.stripes = stripes
        here = installed.installation()
        self.place = replace(here, settings=stripes.settings, database=world.database)
        patch.setattr(installed, "_installation", [self.place])
        routes = stripe_webhook.routes(WEBHOOKS)
        self.door = edge(Starlette(routes=routes), exempt=frozenset({WEBHOOKS}))

    def open_page(self, *invoices: str, **more: Any) -> str:
        """Open the gateway's page for invoices; returns its address."""
        said = {"way": Way.CARD, "back": BACK, "given_up": "http://shop.example/gone"} | more
        parts = tuple(Part(invoice) for invoice in invoices)
        customer_id = Customer.read_id(self.world.marsh)
        asked = PageAsked(customer_id=customer_id, parts=parts, **said)
        return pay_on_page(self.place, self.system, asked)

    def pays_on_page(self, *invoices: str, number: str = VISA) -> None:
        """Somebody pays invoices with a card and does not come back to us."""
        assert self.fills_in(self.open_page(*invoices), number).status_code == 303

    def fills_in(self, url: str, number: str = VISA) -> httpx.Response:
        """Fill in the gateway's page and send it."""
        given = {"pay_with": "card", "card": number, "email": "cleo@harbour.example"}
        return self.stripes.submit(url, **given)

    def sent(self) -> list[Message]:
        """All news that the gateway has sent so far, as it sent it."""
        self.stripes.pump()
        return list(self.stripes.received)

    def bring(self, message: Message, **more: Any) -> Answered:
        """Bring one piece of news to our door."""
        body, signature = message
        headers = [("stripe-signature", signature)] if signature else []
        return ask(self.door, WEBHOOKS, *headers, method="POST", body=[body], **more)

    def kept(self) -> list[GatewayEvent]:
        """The news that was kept for this business."""
        organization_id = self.system.organization_id
        wanted = select(GatewayEvent).where(GatewayEvent.organization_id == organization_id)
        return self.operator_sees(wanted.order_by(col(GatewayEvent.id)))

    def owed(self) -> list[Job]:
        """The news that this business is owed to apply."""
        mine = Job.organization_id == self.system.organization_id
        wanted = select(Job).where(mine, Job.kind == "apply_news")
        return self.operator_sees(wanted.order_by(col(Job.id)))

    def apply(self) -> None:
        """Apply all that is owed, as a runner would."""
        for job in self.owed():
            apply_news(self.place, about(job))

    def count_kept(self, messages: Sequence[Message]) -> int:
        """How many of these were kept, for whomever."""
        references = [json.loads(body)["id"] for body, _ in messages]
        wanted = select(GatewayEvent).where(col(GatewayEvent.reference).in_(references))
        return len(self.operator_sees(wanted))

    def know(self, customer: str, reference: str) -> None:
        """Keep that the gateway knows a customer by this name."""

        @operator_command
        def keep(work: Work[Any]) -> None:
            known = GatewayCustomer(
                organization_id=self.system.organization_id,
                customer_id=Customer.read_id(customer),
                reference=reference,
                made_at=clock.now(),
            )
            work.add(known)

        self.world.operator(keep)

    def operator_sees(self, wanted: Any) -> list[Any]:
        """Rows as they lie in the database."""
        found: list[Any] = []

        @operator_read
        def look(work: Work[Any]) -> None:
            found.extend(work.exec(wanted))

        self.world.operator(look)
        return found


def about(job: Job) -> Any:
    """A job as the function that does it gets to know it."""
    return SimpleNamespace(organization_id=job.organization_id, subject=job.subject)
