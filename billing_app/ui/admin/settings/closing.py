"""Closed books: until which day nothing can be recorded any more."""

from __future__ import annotations

from typing import Any, TypedDict

import reflex as rx

from billing_app.access.installation import run
from billing_app.access.permissions import Permission
from billing_app.kernel.entries import read_day
from billing_app.kernel.errors import BillingError
from billing_app.reads import settings
from billing_app.services import organizing
from billing_app.services.changing import ChangedMeanwhile
from billing_app.ui.admin.forms import FormState, form_sheet, is_open
from billing_app.ui.components.buttons import primary_button, secondary_button
from billing_app.ui.components.content import card, cluster
from billing_app.ui.components.fields import field_error, text_field
from billing_app.ui.components.status import notice
from billing_app.ui.components.tables import skeleton
from billing_app.ui.components.text import when
from billing_app.ui.state import may


class ClosingForm(TypedDict):
    """What the form sends."""

    until: str


class AdminClosingState(FormState, rx.State):
    """Until when the books are closed. Opening the form asks for the password again."""

    loaded: bool = False
    until: str = ""
    until_on: str = ""
    seen: str = ""
    changed: str = ""
    told: str = ""

    @rx.event
    async def load(self) -> None:
        """Show until when they are closed."""
        self.told = ""
        await self._read()
        self.loaded = True

    @rx.event
    async def open_form(self) -> None:
        """Open the form on the day that is kept now."""
        self.told = ""
        await self._read()
        await self._open()

    @rx.event
    async def close(self, form: ClosingForm) -> Any:
        """Close the books until a day; without one, open them again."""
        self.problem, self.wrong_field, self.told = "", "", ""
        seen = self.seen
        try:
            until = read_day(form["until"], field="until")
            await run(lambda work: organizing.close_books(work, until=until, seen=seen))
        except ChangedMeanwhile as refusal:
            await self._read()
            await self._refuse(refusal)
            return None
        except BillingError as refusal:
            await self._refuse(refusal)
            return None
        await self._close()
        await self._read()
        self.told = (
            f"The books are closed until {self.until}. Nothing can be dated then any more."
            if until
            else "The books are open. Anything can be dated on any day again."
        )
        return rx.set_focus("main")

    async def _read(self) -> None:
        found = await run(settings.profile)
        self.until, self.until_on = found.closed_until, found.closed_until_on
        self.seen, self.changed = found.last_closed.id, found.last_closed.words


def closing() -> rx.Component:
    """Until when the books are closed, and the form that changes it."""
    state: Any = AdminClosingState
    opener = rx.cond(
        may(Permission.CLOSE_BOOKS),
        cluster(secondary_button("Change the day", on_click=state.open_form)),
        rx.fragment(),
    )
    return rx.fragment(
        notice(state.told, tone="success"),
        card(
            rx.cond(
                state.loaded,
                rx.fragment(
                    rx.cond(
                        state.until,
                        rx.el.p("The books are closed until ", rx.el.strong(state.until), "."),
                        rx.el.p("The books are open: nothing is closed."),
                    ),
                    when(state.changed, rx.el.p(state.changed, class_name="plain__aside")),
                    rx.cond(is_open(AdminClosingState), rx.fragment(), opener),
                ),
                skeleton(2),
            )
        ),
        rx.cond(is_open(AdminClosingState), _form(state), rx.fragment()),
    )


def _form(state: Any) -> rx.Component:
    return form_sheet(
        "Close the books",
        state,
        state.close,
        {
            "until": text_field(
                "Books closed until",
                name="until",
                type="date",
                hint="A day that is over. Leave it empty to open the books again.",
                error=field_error(state, "until"),
                default_value=state.until_on,
                optional=True,
                auto_focus=True,
            )
        },
        button=primary_button("Save the day", type="submit"),
        before=rx.el.p(
            "Whatever would be dated until that day is refused: invoices, payments, refunds, credit"
            " notes. What is recorded already stays as it is. No money moves."
        ),
    )
