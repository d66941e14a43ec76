"""Automatic charges: whether saved methods are charged by themselves, when, and how often."""

from __future__ import annotations

from typing import Any, TypedDict

import reflex as rx

from billing_app.access.installation import run
from billing_app.access.permissions import Permission
from billing_app.kernel.entries import read_whole_number, read_whole_numbers
from billing_app.kernel.errors import BillingError
from billing_app.reads import settings
from billing_app.services import organizing
from billing_app.services.organizing import LONGEST_WAIT, MOST_TRIES
from billing_app.ui.admin.settings.shared import (
    SettingsState,
    on_or_off,
    settings_form,
    settings_screen,
)
from billing_app.ui.components.fields import field_error, number_field, text_field


class ChargingForm(TypedDict):
    """What the form sends."""

    charge_invoices: str
    charge_requests: str
    charge_after_days: str
    retry_after_days: str


class AdminChargingState(SettingsState, rx.State):
    """How customers who wish it are charged."""

    @rx.event
    async def save(self, form: ChargingForm) -> Any:
        """Save all of it. What was planned is called off where it is switched off."""
        self._begin_anew()
        try:
            after = read_whole_number(
                form["charge_after_days"],
                lowest=0,
                highest=LONGEST_WAIT,
                field="charge_after_days",
            )
            rests = read_whole_numbers(
                form["retry_after_days"], highest=LONGEST_WAIT, field="retry_after_days"
            )
        except BillingError as refusal:
            self._refuse(refusal)
            return None
        return await self._save(
            lambda work, seen: organizing.set_charging(
                work,
                charge_invoices=form["charge_invoices"] == "on",
                charge_requests=form["charge_requests"] == "on",
                charge_after_days=after,
                retry_after_days=rests,
                seen=seen,
            ),
            "Saved. It holds from now on. What was planned before and is switched off now, is"
            " called off.",
        )

    async def _read(self) -> None:
        found = await run(settings.charging)
        self._see(found.last, found.words)


def charging_page() -> rx.Component:
    """The screen at /admin/settings/charging."""
    state: Any = AdminChargingState
    return settings_screen(
        Permission.KEEP_BOOKS,
        "Automatic charges",
        "Only customers who agreed to it are charged, each with the method they saved. A letter"
        " tells them before.",
        settings_form(state, state.save, _fields(state)),
    )


def _fields(state: Any) -> dict[str, rx.Component]:
    called_off = "Nothing is charged by itself. What is planned now is called off."
    return {
        "charge_invoices": on_or_off(
            state,
            "Charge Invoices automatically",
            name="charge_invoices",
            on="When an invoice is issued, a charge of what is still to pay is planned.",
            off=called_off,
        ),
        "charge_requests": on_or_off(
            state,
            "Charge Credit Requests automatically",
            name="charge_requests",
            on="When a Credit Request is raised, a charge of its amount is planned.",
            off=called_off,
        ),
        "charge_after_days": number_field(
            "Days to object",
            name="charge_after_days",
            hint=f"So long a customer has between the letter and the charge: 0 to {LONGEST_WAIT}.",
            after="days",
            decimals=False,
            error=field_error(state, "charge_after_days"),
            default_value=state.words["charge_after_days"],
        ),
        "retry_after_days": text_field(
            "Tried again after",
            name="retry_after_days",
            hint="Days from each try to the next one, such as 3, 5, 7. Only what another day may"
            f" cure is tried again, {MOST_TRIES - 1} times at most. Leave it empty for never.",
            optional=True,
            auto_complete="off",
            error=field_error(state, "retry_after_days"),
            default_value=state.words["retry_after_days"],
        ),
    }
