"""Our own words for a lost connection, in place of Reflex's overlay."""

from __future__ import annotations

import reflex as rx
from reflex_components_core.core.banner import has_connection_errors

from billing_app.ui.components.icons import icon
from billing_app.ui.words import say


def connection_banner() -> rx.Component:
    """Says that the connection is gone, and that no money moved unless the page said so.

    The region is always there and only its words come and go, or screen readers would
    not read them.
    """
    return rx.el.div(
        rx.cond(
            has_connection_errors,
            rx.el.p(
                icon("turning"),
                rx.el.span(
                    rx.el.strong(say("Connection lost.")),
                    " ",
                    say("Nothing was charged unless you saw a confirmation. We are reconnecting…"),
                ),
                class_name="connection__words",
            ),
            rx.fragment(),
        ),
        role="status",
        aria_live="polite",
        class_name="connection",
    )
