"""Letting an attempt go that holds a document and cannot be found at the payment provider."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.installation import run_outside
from billing_app.collecting.letting_go import let_go
from billing_app.kernel.errors import BillingError
from billing_app.kernel.ids import new_id, show
from billing_app.ui.admin.forms import FormState, ReasonForm, form_sheet, is_open
from billing_app.ui.admin.payment import AdminPaymentState
from billing_app.ui.components.buttons import danger_button
from billing_app.ui.components.content import definition_list
from billing_app.ui.components.fields import field_error, text_field


class AdminLetGoState(FormState, rx.State):
    """The form that lets the attempt shown go. Sent twice, it lets it go once."""

    _key: str = ""

    @rx.event
    async def open_form(self) -> None:
        """Ask why it shall be let go."""
        await self._open()
        self._key = show("cmd", new_id())

    @rx.event
    async def let_go(self, form: ReasonForm) -> Any:
        """Free what it holds, unless the payment provider says that it may still be paid."""
        page, key = await self.get_state(AdminPaymentState), self._key
        attempt, reason = page.attempt.get("key", ""), form["reason"]
        try:
            await run_outside(
                lambda place, actor: let_go(place, actor, attempt, reason=reason, command_key=key)
            )
        except BillingError as refusal:
            await self._refuse(refusal)
            return None
        await self._close()
        await page._read()
        await page._say("It is let go, and holds nothing any more. If money comes, it is recorded.")
        return rx.set_focus("main")


def let_go_form() -> rx.Component:
    """The form, while it is open."""
    state: Any = AdminLetGoState
    page: Any = AdminPaymentState
    form = form_sheet(
        "Let it go?",
        state,
        state.let_go,
        {
            "reason": text_field(
                "Reason",
                name="reason",
                hint="For your records. It stands among what was heard of this payment.",
                error=field_error(state, "reason"),
                auto_complete="off",
                auto_focus=True,
            )
        },
        before=rx.el.div(
            definition_list(("From", page.party), ("Amount", page.figures["amount"])),
            rx.el.p(
                "The payment provider is asked first. Unless it may still be paid there, what this"
                " attempt holds can be paid otherwise again. No money moves by this."
            ),
            class_name="stack stack--4",
        ),
        button=danger_button("Let it go", type="submit"),
    )
    return rx.cond(is_open(AdminLetGoState), form, rx.fragment())
