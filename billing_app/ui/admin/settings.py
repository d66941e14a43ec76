"""Settings of the workspace."""

from __future__ import annotations

from typing import Literal

import reflex as rx

from billing_app.access.installation import run
from billing_app.access.permissions import Permission
from billing_app.reads import people
from billing_app.services import granting
from billing_app.ui.admin.permitted import only_with
from billing_app.ui.components.content import card, page_header, section
from billing_app.ui.components.status import notice
from billing_app.ui.components.switches import switch
from billing_app.ui.components.tables import skeleton


class AdminSettingsState(rx.State):
    """What is switched on."""

    loaded: bool = False
    client_login: bool = False
    told: str = ""

    @rx.event
    async def load(self) -> None:
        """Show the settings as they are kept."""
        self.told = ""
        self.client_login = await run(people.client_login)
        self.loaded = True

    @rx.event
    async def set_client_login(self, to: Literal["on", "off"]) -> None:
        """Open or close the customers' door."""
        await run(lambda work: granting.set_client_login(work, on=to == "on"))
        self.client_login = to == "on"
        self.told = (
            "Client Login is on. Customers with access can sign in."
            if to == "on"
            else "Client Login is off. Customers who were signed in are refused from now on."
        )


def settings_page() -> rx.Component:
    """The screen at /admin/settings."""
    return only_with(Permission.MANAGE_WORKSPACE, "Settings", _settings())


def _settings() -> rx.Component:
    state = AdminSettingsState
    return rx.fragment(
        page_header("Settings", lead="How this workspace behaves, for everybody in it."),
        notice(state.told, tone="success"),
        section(
            "Access",
            card(
                rx.cond(
                    state.loaded,
                    switch(
                        "Client Login",
                        id="client-login",
                        on=state.client_login,
                        hint="Lets your customers' contacts sign in. While it is off, none of them"
                        " can, and those who are signed in are refused at their next step. Who"
                        " has access is kept.",
                        on_press=state.set_client_login(rx.cond(state.client_login, "off", "on")),
                    ),
                    skeleton(2),
                )
            ),
        ),
    )
