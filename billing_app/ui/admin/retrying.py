"""Trying a failed payment of a document again."""

from __future__ import annotations

from typing import Any, TypedDict

import reflex as rx

from billing_app.access.installation import run
from billing_app.kernel.errors import BillingError, NotFound
from billing_app.kernel.ids import new_id, show
from billing_app.kernel.money import Money
from billing_app.kernel.refusals import shown
from billing_app.reads.attempts import attempt
from billing_app.reads.takings import takings
from billing_app.ui.admin.charging import charged, tell
from billing_app.ui.admin.document_shown import page_of
from billing_app.ui.admin.forms import FormState, form_sheet, is_open
from billing_app.ui.admin.methods import method_options
from billing_app.ui.components.buttons import pay_button
from billing_app.ui.components.content import definition_list
from billing_app.ui.components.fields import select_field


class RetryForm(TypedDict):
    """What the form sends."""

    payment_method_id: str


class AdminRetryState(FormState, rx.State):
    """The form that tries again. Sent twice, it charges once."""

    amount: str = ""

    _earlier: str = ""
    _minor: int = 0
    _attempt: str = ""

    @rx.event
    async def open_form(self, attempt_id: str) -> None:
        """Ask whether what failed shall be tried again: as much of it as is still to pay."""
        page = await page_of(self)
        wanted = page.shown
        earlier = await run(lambda work: attempt(work, attempt_id))
        ways = await run(lambda work: takings(work, wanted))
        if earlier.amount.currency != ways.most.currency:
            raise NotFound
        amount = min(earlier.amount, ways.most.money)
        await self._open()
        self.amount, self._minor = shown(amount), amount.minor
        self._earlier, self._attempt = attempt_id, show("att", new_id())

    @rx.event
    async def retry(self, form: RetryForm) -> Any:
        """Try it again, as an attempt of its own."""
        page = await page_of(self)
        self.problem, self.wrong_field = "", ""
        try:
            told = await charged(
                page,
                self._attempt,
                form["payment_method_id"],
                Money(self._minor, page._currency),
                retry_of=self._earlier,
            )
        except BillingError as refusal:
            await self._refuse(refusal)
            return None
        await self._close()
        return await tell(page, told)


def retry_form(page: Any) -> rx.Component:
    """The form, while it is open."""
    state: Any = AdminRetryState
    form = form_sheet(
        "Try it again?",
        state,
        state.retry,
        {
            "payment_method_id": select_field(
                "Charge",
                method_options(page.methods),
                name="payment_method_id",
                auto_focus=True,
            )
        },
        before=rx.el.div(
            definition_list(("From", page.party), ("Amount", state.amount)),
            rx.el.p("It is charged now, as an attempt of its own."),
            class_name="stack stack--4",
        ),
        button=pay_button("Charge", type="submit"),
    )
    return rx.cond(is_open(AdminRetryState), form, rx.fragment())
