"""The partner's first screen: the partnership as it was agreed."""

from __future__ import annotations

import reflex as rx

from billing_app.access.installation import run
from billing_app.reads.partner import partnership
from billing_app.ui.components.content import card, definition_list, page_header, section
from billing_app.ui.components.status import callout
from billing_app.ui.components.tables import skeleton
from billing_app.ui.words import say


class PartnerHomeState(rx.State):
    """The partner's own record."""

    name: str = ""
    email: str = ""
    kind: str = ""
    workspace: str = ""
    since: str = ""

    @rx.event
    async def load(self) -> None:
        """Show the partnership."""
        found = await run(partnership)
        self.name, self.email, self.kind = found.name, found.email, found.kind
        self.workspace, self.since = found.workspace, found.since


def home_page() -> rx.Component:
    """The screen at /partner."""
    state = PartnerHomeState
    facts = definition_list(
        (say("Partner"), state.name),
        (say("Kind"), state.kind),
        (say("Settles with"), state.workspace),
        (say("Letters go to"), state.email),
        (say("Partner since"), state.since),
    )
    return rx.fragment(
        page_header(
            say("Your partnership"), lead=say("Whom you settle with, and where letters reach you.")
        ),
        section(say("Details"), card(rx.cond(state.name != "", facts, skeleton(5)))),
        callout(
            say(
                "You see your own partnership. Other partners, and what customers agreed with the"
                " business, stay private."
            ),
            tone="info",
        ),
    )
