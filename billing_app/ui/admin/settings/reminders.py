"""Reminders: on which days customers are reminded of what is still to pay."""

from __future__ import annotations

from typing import Any, TypedDict

import reflex as rx

from billing_app.access.installation import run
from billing_app.access.permissions import Permission
from billing_app.kernel.entries import read_whole_numbers
from billing_app.kernel.errors import BillingError, Invalid
from billing_app.reads import settings
from billing_app.services import reminding
from billing_app.services.reminding import FARTHEST, MOST_REMINDERS
from billing_app.ui.admin.settings.shared import (
    SettingsState,
    settings_form,
    settings_screen,
)
from billing_app.ui.components.fields import field_error, text_field


class RemindersForm(TypedDict):
    """What the form sends."""

    before: str
    after: str


class AdminRemindersState(SettingsState, rx.State):
    """The days of reminders."""

    @rx.event
    async def save(self, form: RemindersForm) -> Any:
        """Save the days."""
        self._begin_anew()
        try:
            before = read_whole_numbers(form["before"], highest=FARTHEST, field="before")
            after = read_whole_numbers(form["after"], highest=FARTHEST, field="after")
            if len({*before} - {0}) + len({*after}) > MOST_REMINDERS:
                raise Invalid(
                    f"Choose at most {MOST_REMINDERS} days, before and after together.",
                    field="after",
                )
        except BillingError as refusal:
            self._refuse(refusal)
            return None
        days = [*(-each for each in before), *after]
        return await self._save(
            lambda work, seen: reminding.set_reminders(work, days=days, seen=seen),
            "Saved. From the next morning on, reminders go out on these days."
            if days
            else "Saved. Nobody is reminded any more.",
        )

    async def _read(self) -> None:
        found = await run(settings.reminders)
        self._see(found.last, found.words)


def reminders_page() -> rx.Component:
    """The screen at /admin/settings/reminders."""
    state: Any = AdminRemindersState
    return settings_screen(
        Permission.KEEP_BOOKS,
        "Reminders",
        "A reminder goes out only while something is still to pay, and not while the money is on"
        " its way or is going to be charged. Each carries a link to pay.",
        settings_form(state, state.save, _fields(state)),
    )


def _fields(state: Any) -> dict[str, rx.Component]:
    return {
        "before": text_field(
            "Days before it is due",
            name="before",
            hint="Such as 3. Leave it empty to remind nobody before.",
            optional=True,
            auto_complete="off",
            error=field_error(state, "before"),
            default_value=state.words["before"],
        ),
        "after": text_field(
            "Days after it was due",
            name="after",
            hint=f"Such as 1, 7, 14; 0 is the due day itself. At most {MOST_REMINDERS} days in all,"
            f" and none farther away than {FARTHEST}.",
            optional=True,
            auto_complete="off",
            error=field_error(state, "after"),
            default_value=state.words["after"],
        ),
    }
