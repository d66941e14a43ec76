"""Saying that news which was put aside is dealt with, and how."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.installation import run
from billing_app.kernel.errors import BillingError
from billing_app.kernel.ids import new_id, show
from billing_app.services.dealing import mark_dealt_with
from billing_app.ui.admin.exceptions import AdminExceptionsState
from billing_app.ui.admin.forms import FormState, ReasonForm, form_sheet, is_open
from billing_app.ui.components.buttons import primary_button
from billing_app.ui.components.fields import field_error, text_field


class AdminDealingState(FormState, rx.State):
    """The form that marks one message. Sent twice, it marks it once."""

    what: str = ""
    detail: str = ""

    _message: str = ""
    _key: str = ""

    @rx.event
    async def open_form(self, message_id: str) -> None:
        """Ask how it was dealt with."""
        inbox = await self.get_state(AdminExceptionsState)
        row = inbox._found(message_id)
        if row is None:
            return
        await self._open()
        self.what, self.detail = row.what, row.detail
        self._message, self._key = message_id, show("cmd", new_id())

    @rx.event
    async def mark(self, form: ReasonForm) -> Any:
        """Note it. No money moves."""
        message, key, reason = self._message, self._key, form["reason"]
        try:
            await run(lambda work: mark_dealt_with(work, message, reason=reason, command_key=key))
        except BillingError as refusal:
            await self._refuse(refusal)
            return None
        await self._close()
        inbox = await self.get_state(AdminExceptionsState)
        await inbox._read()
        await inbox._say("It is noted as dealt with. No money moved.")
        return rx.set_focus("main")


def dealing_form() -> rx.Component:
    """The form, while it is open."""
    state: Any = AdminDealingState
    form = form_sheet(
        "Mark it as dealt with?",
        state,
        state.mark,
        {
            "reason": text_field(
                "What was done",
                name="reason",
                hint="Such as: recorded as External, or refunded at the payment provider.",
                error=field_error(state, "reason"),
                auto_complete="off",
                auto_focus=True,
            )
        },
        before=rx.el.div(
            rx.el.p(state.what),
            rx.el.p(state.detail),
            rx.el.p("This only notes what you did. It moves no money and changes no document."),
            class_name="stack stack--2",
        ),
        button=primary_button("Mark it as dealt with", type="submit"),
    )
    return rx.cond(is_open(AdminDealingState), form, rx.fragment())
