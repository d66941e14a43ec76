"""What a gateway is asked for in tests, and what a payer then does on its page."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from billing_app.gateways.payments import Asked, Page, Payer, Way
from billing_app.gateways.stripe.adapter import StripeGateway
from billing_app.kernel.clock import clock
from billing_app.kernel.money import Money
from tests.stripes import Stripes

VISA, DECLINED, POOR, PROOF = (
    "4242424242424242",
    "4000000000000002",
    "4000000000009995",
    "4000002760003184",
)
US_ACCOUNT, US_TAKEN_BACK = "000123456789", "000555555559"
BACK, GIVEN_UP = "http://shop.example/back?s={session}", "http://shop.example/given-up"
SUM = Money(12_345, "USD")


def asked(attempt: str = "att_1", **more: Any) -> Asked:
    """Invoice INV-1 of Cleo, 123.45 dollars."""
    given: dict[str, Any] = {
        "organization": "org_1",
        "customer": "cus_1",
        "amount": SUM,
        "what": "Invoice INV-1 from Harbour",
        "documents": ("inv_1",),
    }
    return Asked(attempt=attempt, **given | more)


def cleo(gateway: StripeGateway) -> str:
    """Cleo, as the gateway calls her."""
    payer = Payer(organization="org_1", customer="cus_1", name="Cleo", email="cleo@harbour.example")
    return gateway.know_payer(payer)


def in_an_hour() -> datetime:
    """When a page closes that is opened now. Asked for again, it closes at the same moment."""
    return clock.now() + timedelta(hours=1)


def opened(
    gateway: StripeGateway,
    what: Asked | None = None,
    *,
    saves: bool = False,
    closes_at: datetime | None = None,
) -> Page:
    """The page for it, open for an hour of the test's clock."""
    return gateway.open_page(
        what or asked(),
        saves=saves,
        back=BACK,
        closes_at=closes_at or in_an_hour(),
        given_up=GIVEN_UP,
    )


def pay(stripes: Stripes, page: Page, number: str = VISA, kind: str = "card", **more: str) -> str:
    """Fill the page in and send it; tells where it leads."""
    form = {"email": "payer@harbour.example", "pay_with": kind, kind: number, **more}
    answer = stripes.submit(page.url, **form)
    assert answer.status_code == 303
    return str(answer.headers["location"])


def saved_card(gateway: StripeGateway, stripes: Stripes, number: str = VISA) -> tuple[str, str]:
    """Cleo, and the card she paid with and left on a page."""
    payer = cleo(gateway)
    page = opened(gateway, asked("att_saving", payer=payer), saves=True)
    pay(stripes, page, number, save="yes")
    saved = gateway.look_at_page(page.session).told.saved
    assert saved is not None
    return payer, saved.reference


def saved_account(gateway: StripeGateway, stripes: Stripes, number: str) -> tuple[str, str]:
    """Cleo, and the account from which she lets us debit."""
    payer = cleo(gateway)
    page = opened(gateway, asked("att_saving", payer=payer, way=Way.DIRECT_DEBIT), saves=True)
    pay(stripes, page, number, "us_bank_account", save="yes")
    saved = gateway.look_at_page(page.session).told.saved
    assert saved is not None
    return payer, saved.reference


def requests(stripes: Stripes, path: str) -> list[tuple[str, dict[str, Any]]]:
    """Everything that was sent to that path: its key, and its parameters."""
    with stripes.simulated.store.reading() as connection:
        rows = connection.execute(
            "SELECT key, params FROM requests WHERE method = 'POST' AND path GLOB ? ORDER BY seq",
            (path,),
        ).fetchall()
    return [(row["key"], json.loads(row["params"])) for row in rows]


def charges(stripes: Stripes) -> int:
    """How often a card or an account was really charged."""
    return sum(charge.status == "succeeded" for charge in stripes.v1.charges.list().data)
