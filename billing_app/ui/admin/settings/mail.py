"""Mail: who letters come from, and which server they leave by. Secrets are not shown."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.installation import installation
from billing_app.access.permissions import Permission
from billing_app.gateways.mail import server_in_words
from billing_app.reads.letters import NO_SERVER
from billing_app.ui.admin.settings.shared import settings_screen
from billing_app.ui.components.buttons import link_button
from billing_app.ui.components.content import card, cluster, definition_list
from billing_app.ui.components.status import callout
from billing_app.ui.components.tables import skeleton


class AdminMailState(rx.State):
    """How letters leave this installation."""

    loaded: bool = False
    sender: str = ""
    server: str = ""
    demo: bool = False

    @rx.event
    def load(self) -> None:
        """Show what the installation was started with."""
        settings = installation().settings
        self.sender, self.server = settings.mail_from, server_in_words(settings)
        self.demo = settings.demo
        self.loaded = True


def mail_page() -> rx.Component:
    """The screen at /admin/settings/mail."""
    state: Any = AdminMailState
    return settings_screen(
        Permission.SEE_LETTERS,
        "Mail",
        "Whoever runs this installation sets these when it is started. They cannot be changed here,"
        " and the server's password is shown to nobody.",
        rx.cond(
            state.loaded & (state.server == ""),
            rx.cond(state.demo, _in_the_demo(), _no_server()),
            rx.fragment(),
        ),
        card(
            rx.cond(
                state.loaded,
                definition_list(
                    ("From", rx.cond(state.sender, state.sender, "Not set")),
                    ("Mail server", rx.cond(state.server, state.server, "Not set")),
                ),
                skeleton(2),
            ),
            cluster(
                link_button("See all letters", href="/admin/letters", icon="letter"),
                link_button(
                    "Choose the days of reminders", href="/admin/settings/reminders", kind="quiet"
                ),
            ),
        ),
    )


def _in_the_demo() -> rx.Component:
    return callout(
        "Every letter of this demo lies in its mailbox, and none leaves this machine.",
        tone="info",
        title="This is a demo.",
    )


def _no_server() -> rx.Component:
    return callout(
        "Letters wait until one is set; then they leave by themselves.",
        tone="warning",
        title=NO_SERVER,
    )
