"""What is said where an address of the portal names nothing of the customer's own."""

from __future__ import annotations

import reflex as rx

from billing_app.ui.components.buttons import link_button
from billing_app.ui.components.content import page_header
from billing_app.ui.components.status import empty_state
from billing_app.ui.components.text import Text
from billing_app.ui.words import say


def missing(what: Text, words: Text, href: str) -> rx.Component:
    """The same for what is not there and what is somebody else's."""
    return rx.fragment(
        page_header(say("We cannot find that")),
        empty_state(
            what,
            say("The address may be mistyped. Nothing was changed."),
            link_button(words, href=href),
            icon_name="search",
        ),
    )
