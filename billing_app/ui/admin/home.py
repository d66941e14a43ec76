"""The admin's first screen: how the workspace stands, and what happened last."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.installation import run
from billing_app.reads import admin
from billing_app.reads.admin import ActivityLine
from billing_app.ui.admin.activity import activity_table
from billing_app.ui.admin.alarms import alarms
from billing_app.ui.components.buttons import link_button
from billing_app.ui.components.content import page_header, section, stat_tile, stat_tiles
from billing_app.ui.state import FrameState


class AdminHomeState(rx.State):
    """The workspace at a glance."""

    customers: str = ""
    partners: str = ""
    contacts: str = ""
    lines: list[ActivityLine] = []
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        """Count what there is, and show what happened last."""
        found = await run(admin.home)
        self.customers, self.partners = found.customers, found.partners
        self.contacts, self.lines = found.contacts, found.activity
        self.loaded = True


def home_page() -> rx.Component:
    """The screen at /admin."""
    state = AdminHomeState
    return rx.fragment(
        page_header(
            rx.cond(FrameState.workspace != "", FrameState.workspace, "Your workspace").to(str),
            lead="Whom you bill, whom you settle with, and who may look in.",
        ),
        alarms(),
        stat_tiles(
            stat_tile("Customers", _figure(state.customers), note="billed by you"),
            stat_tile("Partners", _figure(state.partners), note="settled with"),
            stat_tile("Contacts with access", _figure(state.contacts), note="can sign in"),
        ),
        section(
            "Latest activity",
            activity_table(state.lines, state.loaded),
            actions=[link_button("All activity", href="/admin/activity", kind="quiet")],
        ),
    )


def _figure(figure: Any) -> rx.Component:
    return rx.cond(
        figure != "", rx.el.span(figure), rx.el.span(class_name="skeleton", aria_hidden="true")
    )
