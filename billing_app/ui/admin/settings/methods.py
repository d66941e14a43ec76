"""Payment methods: how customers are offered to pay, and how admins take money."""

from __future__ import annotations

from typing import Any, Literal

import reflex as rx

from billing_app.access.installation import installation, run
from billing_app.access.permissions import Permission
from billing_app.collecting.gateway import has_gateway
from billing_app.reads import settings
from billing_app.services import workspace
from billing_app.ui.admin.settings.shared import SettingsState, said_of, settings_screen
from billing_app.ui.components.content import card, definition_list, section
from billing_app.ui.components.status import callout
from billing_app.ui.components.switches import switch
from billing_app.ui.components.tables import skeleton
from billing_app.ui.components.text import when

WayName = Literal["card", "bank_transfer", "direct_debit"]

_WAYS: tuple[tuple[WayName, str, str], ...] = (
    ("card", "Card", "Counts at once. Wallets on the payment provider's page count as cards."),
    (
        "bank_transfer",
        "Bank Transfer",
        "To an account that the payment provider gives, where it does; elsewhere to your own bank"
        " details, with the number of the document as reference.",
    ),
    (
        "direct_debit",
        "Direct Debit",
        "Takes some days, and the bank can still refuse it. Offered in the currencies in which"
        " the payment provider debits accounts.",
    ),
)
_NAMES = {way: name for way, name, _ in _WAYS}


class AdminWaysState(SettingsState, rx.State):
    """Which ways of paying customers are offered."""

    ways: list[str] = []
    no_gateway: bool = False
    no_account: bool = False

    @rx.event
    async def set_way(self, way: WayName, to: Literal["on", "off"]) -> Any:
        """Offer a way of paying, or do not offer it any more."""
        wanted = [each for each in self.ways if each != way] + ([way] if to == "on" else [])
        await self._save(
            lambda work, seen: workspace.set_customer_ways(work, ways=wanted, seen=seen),
            f"{_NAMES[way]} is offered to customers from now on."
            if to == "on"
            else f"{_NAMES[way]} is not offered to customers any more.",
        )

    async def _read(self) -> None:
        found = await run(settings.customer_ways)
        self.ways = found.ways
        self.no_gateway = not has_gateway(installation())
        self.no_account = not found.has_bank_details
        self._see(found.last, {})


def methods_page() -> rx.Component:
    """The screen at /admin/settings/methods."""
    state: Any = AdminWaysState
    return settings_screen(
        Permission.KEEP_BOOKS,
        "Payment methods",
        "How money can come in, for each of those who pay or take it.",
        rx.cond(state.no_gateway, _no_gateway(), rx.fragment()),
        section(
            "Customers, behind a pay link and in their portal",
            said_of(state),
            card(
                rx.cond(
                    state.loaded,
                    rx.fragment(
                        *(_switch(state, *way) for way in _WAYS),
                        when(state.changed, rx.el.p(state.changed, class_name="plain__aside")),
                    ),
                    skeleton(4),
                )
            ),
            rx.cond(state.no_account, _no_account(), rx.fragment()),
        ),
        section("Others", card(definition_list(*_OTHERS))),
    )


_OTHERS = (
    (
        "Admins",
        "Charge what a customer saved, whatever is offered above, or record an External payment:"
        " cash, cheque, bank transfer or other.",
    ),
    (
        "Partners",
        "Pay what you bill them by bank transfer to your bank details; admins record it.",
    ),
)


def _switch(state: Any, way: WayName, name: str, hint: str) -> rx.Component:
    on = state.ways.contains(way)
    return switch(
        name,
        id=f"way-{way}",
        on=on,
        hint=hint,
        on_press=state.set_way(way, rx.cond(on, "off", "on")),
    )


def _no_gateway() -> rx.Component:
    return callout(
        "Until whoever runs this installation sets one, customers can pay by transfer to your bank"
        " details only, and admins can record External payments.",
        tone="warning",
        title="No payment provider is set: STRIPE_SECRET_KEY.",
    )


def _no_account() -> rx.Component:
    return callout(
        "So where the payment provider has no account to give, Bank Transfer is not offered. ",
        rx.el.a("Add your bank details", href="/admin/settings/organization", class_name="whole"),
        ".",
        tone="info",
        title="There are no bank details on documents.",
    )
