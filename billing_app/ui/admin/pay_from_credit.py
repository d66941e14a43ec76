"""'Pay From Credit': paying an invoice, in full or in part, from credit that is there."""

from __future__ import annotations

from typing import Any, TypedDict

import reflex as rx

from billing_app.access.installation import run
from billing_app.access.permissions import Permission
from billing_app.kernel.amounts import read_amount
from billing_app.kernel.errors import BillingError
from billing_app.kernel.ids import new_id, show
from billing_app.services import crediting
from billing_app.ui.admin.forms import FormState, form_sheet, is_open
from billing_app.ui.admin.invoice import AdminInvoiceState
from billing_app.ui.components.buttons import pay_button, secondary_button
from billing_app.ui.components.content import definition_list
from billing_app.ui.components.fields import field_error, number_field
from billing_app.ui.state import may


class CreditForm(TypedDict):
    """What the form sends."""

    amount: str


class AdminPayFromCreditState(FormState, rx.State):
    """The form that pays an invoice from credit. Sent twice, it pays once."""

    _key: str = ""

    @rx.event
    async def open_form(self) -> None:
        """Open the form under a key of its own."""
        await self._open()
        self._key = show("cmd", new_id())

    @rx.event
    async def pay(self, form: CreditForm) -> Any:
        """Pay so much of the invoice from the customer's credit."""
        page = await self.get_state(AdminInvoiceState)
        wanted, key = page.shown, self._key
        self.problem, self.wrong_field = "", ""
        try:
            read = read_amount(form["amount"], page._currency, page._locale)
            await run(
                lambda work: crediting.pay_from_credit(
                    work, wanted, amount=read.money, command_key=key
                )
            )
        except BillingError as refusal:
            await self._refuse(refusal)
            return None
        await self._close()
        await page._read()
        still = page.figures["still_to_pay"]
        await page._say(
            f"{read.echo} of their credit was used for {page.title}, so {still} is still to pay on"
            " it. No card was charged.",
            is_good=True,
        )
        return rx.set_focus("main")


def credit_button() -> rx.Component:
    """The button, or why it cannot be pressed."""
    page: Any = AdminInvoiceState
    state: Any = AdminPayFromCreditState
    usable = page.uses_credit & (page.credit != "")
    button = rx.cond(
        usable,
        secondary_button("Pay From Credit", on_click=state.open_form),
        secondary_button("Pay From Credit", disabled=True, aria_describedby="why-no-credit"),
    )
    shown = page.is_open & page.is_customer & may(Permission.TAKE_PAYMENTS)
    return rx.cond(shown, button, rx.fragment())


def why_no_credit() -> rx.Component:
    """Why 'Pay From Credit' cannot be pressed, where it cannot."""
    page: Any = AdminInvoiceState
    off = rx.el.p(
        "Pay From Credit is off while 'Automatically mark Invoices paid' is off. ",
        rx.el.a(
            "Open General Accounting Settings",
            href="/admin/settings/accounting",
            class_name="whole",
        ),
        id="why-no-credit",
        class_name="field__hint",
    )
    none = rx.el.p(
        f"{page.party} has no unused credit in this currency.",
        id="why-no-credit",
        class_name="field__hint",
    )
    why = rx.cond(page.uses_credit, rx.cond(page.credit == "", none, rx.fragment()), off)
    shown = page.is_open & page.is_customer & may(Permission.TAKE_PAYMENTS)
    return rx.cond(shown, why, rx.fragment())


def credit_form() -> rx.Component:
    """The form, while it is open."""
    page: Any = AdminInvoiceState
    state: Any = AdminPayFromCreditState
    form = form_sheet(
        "Pay From Credit",
        state,
        state.pay,
        {
            "amount": number_field(
                "Amount from credit",
                name="amount",
                error=field_error(state, "amount"),
                default_value=page.from_credit,
                auto_focus=True,
            )
        },
        before=definition_list(
            ("Customer", page.party),
            ("Their unused credit", page.credit),
            ("Still to pay", page.figures["still_to_pay"]),
        ),
        button=pay_button("Pay From Credit", type="submit"),
    )
    return rx.cond(is_open(AdminPayFromCreditState), form, rx.fragment())
