"""Client Login: whether the contacts of customers can sign in."""

from __future__ import annotations

from typing import Literal

import reflex as rx

from billing_app.access.installation import run
from billing_app.access.permissions import Permission
from billing_app.reads import people, settings
from billing_app.services import granting
from billing_app.ui.admin.settings.shared import settings_screen
from billing_app.ui.components.content import card
from billing_app.ui.components.status import notice
from billing_app.ui.components.switches import switch
from billing_app.ui.components.tables import skeleton
from billing_app.ui.components.text import when


class AdminSettingsState(rx.State):
    """Whether the customers' door is open."""

    loaded: bool = False
    client_login: bool = False
    changed: str = ""
    told: str = ""

    @rx.event
    async def load(self) -> None:
        """Show the setting as it is kept."""
        self.told = ""
        await self._read()
        self.loaded = True

    @rx.event
    async def set_client_login(self, to: Literal["on", "off"]) -> None:
        """Open or close the customers' door."""
        await run(lambda work: granting.set_client_login(work, on=to == "on"))
        await self._read()
        self.told = (
            "Client Login is on. Customers with access can sign in."
            if to == "on"
            else "Client Login is off. Customers who were signed in are refused from now on."
        )

    async def _read(self) -> None:
        self.client_login = await run(people.client_login)
        self.changed = (await run(settings.client_login_set)).words


def access_page() -> rx.Component:
    """The screen at /admin/settings/access."""
    state = AdminSettingsState
    return settings_screen(
        Permission.MANAGE_WORKSPACE,
        "Client Login",
        "Whether your customers' contacts can sign in. Pay links work either way.",
        notice(state.told, tone="success"),
        card(
            rx.cond(
                state.loaded,
                rx.fragment(
                    switch(
                        "Client Login",
                        id="client-login",
                        on=state.client_login,
                        hint="Lets your customers' contacts sign in. While it is off, none of them"
                        " can, and those who are signed in are refused at their next step. Who"
                        " has access is kept.",
                        on_press=state.set_client_login(rx.cond(state.client_login, "off", "on")),
                    ),
                    when(state.changed, rx.el.p(state.changed, class_name="plain__aside")),
                ),
                skeleton(2),
            )
        ),
    )
