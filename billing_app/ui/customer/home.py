"""The customer's first screen: their account with the business that bills them."""

from __future__ import annotations

import reflex as rx

from billing_app.access.installation import run
from billing_app.reads.customer import account
from billing_app.ui.components.content import card, definition_list, page_header, section
from billing_app.ui.components.status import callout
from billing_app.ui.components.tables import skeleton


class CustomerHomeState(rx.State):
    """The customer's own record."""

    name: str = ""
    email: str = ""
    biller: str = ""
    terms: str = ""
    since: str = ""

    @rx.event
    async def load(self) -> None:
        """Show the account."""
        found = await run(account)
        self.name, self.email, self.biller = found.name, found.email, found.biller
        self.terms, self.since = found.terms, found.since


def home_page() -> rx.Component:
    """The screen at /customer."""
    state = CustomerHomeState
    facts = definition_list(
        ("Billed to", state.name),
        ("Billed by", state.biller),
        ("Payment is due", state.terms),
        ("Invoices go to", state.email),
        ("Customer since", state.since),
    )
    return rx.fragment(
        page_header("Your account", lead="Who bills you, on what terms, and where it is sent."),
        section("Details", card(rx.cond(state.name != "", facts, skeleton(5)))),
        callout(
            "You see your own account and nobody else's. What you agree with the business that"
            " bills you stays between the two of you.",
            tone="info",
        ),
    )
