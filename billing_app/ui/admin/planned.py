"""The charge that is planned for a document by itself, and calling it off."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.installation import run
from billing_app.access.permissions import Permission
from billing_app.kernel.errors import BillingError
from billing_app.services import calling_off
from billing_app.ui.admin.document_shown import page_of
from billing_app.ui.admin.forms import FormState, form_sheet, is_open
from billing_app.ui.components.buttons import danger_button, secondary_button
from billing_app.ui.components.content import cluster, definition_list
from billing_app.ui.components.status import callout
from billing_app.ui.components.text import hidden, when
from billing_app.ui.state import may


class AdminPlannedState(FormState, rx.State):
    """The question whether a planned charge shall be called off."""

    @rx.event
    async def open_form(self) -> None:
        """Ask whether what is planned shall be called off."""
        await self._open()

    @rx.event
    async def call_off(self) -> Any:
        """Call it off. The document goes on asking for its money."""
        page = await page_of(self)
        wanted = page.shown
        try:
            await run(lambda work: calling_off.call_off_charge(work, wanted))
        except BillingError as refusal:
            await self._refuse(refusal)
            return None
        await self._close()
        await page._read()
        await page._say("The planned charge is called off. No money moved.", is_good=True)
        return rx.set_focus("main")


def planned_charge(page: Any) -> rx.Component:
    """What is planned, while anything is, and the form that calls it off."""
    state: Any = AdminPlannedState
    call_off = rx.cond(
        may(Permission.TAKE_PAYMENTS),
        cluster(
            secondary_button("Call off", hidden(" the planned charge"), on_click=state.open_form)
        ),
        rx.fragment(),
    )
    told = callout(f"What is due by {page.planned_on} is charged then by itself.", call_off)
    return rx.fragment(
        rx.cond(is_open(AdminPlannedState), _form(state, page), rx.fragment()),
        when(page.planned_on, told),
    )


def _form(state: Any, page: Any) -> rx.Component:
    return form_sheet(
        "Call the planned charge off?",
        state,
        state.call_off,
        {},
        before=rx.el.div(
            definition_list(
                ("From", page.party),
                ("Still to pay", page.figures["still_to_pay"]),
                ("Planned for", page.planned_on),
            ),
            rx.el.p(
                "Nothing is charged for this by itself then. It still asks for its money,"
                " which can be paid in any other way."
            ),
            class_name="stack stack--4",
        ),
        button=danger_button("Call off", type="submit", auto_focus=True),
    )
