"""Adjusting a customer's balance by hand: credit given, or unused credit taken away again."""

from __future__ import annotations

from typing import Any, TypedDict

import reflex as rx

from billing_app.access.installation import run
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.amounts import read_amount
from billing_app.kernel.currencies import read_currency
from billing_app.kernel.errors import BillingError, Invalid
from billing_app.kernel.ids import new_id, show
from billing_app.kernel.money import Money
from billing_app.services import adjusting
from billing_app.ui.admin.customer_happened import AdminCustomerHappenedState
from billing_app.ui.admin.customer_papers import AdminCustomerPapersState
from billing_app.ui.admin.customer_sections import read_again
from billing_app.ui.admin.customer_standing import AdminCustomerStandingState
from billing_app.ui.admin.forms import FormState, form_sheet, is_open
from billing_app.ui.admin.party import AdminCustomerState
from billing_app.ui.components.buttons import primary_button, secondary_button
from billing_app.ui.components.content import definition_list
from billing_app.ui.components.fields import (
    choice,
    choices,
    field_error,
    number_field,
    select_field,
    text_field,
)
from billing_app.ui.state import may

_UP, _DOWN = "up", "down"


class AdjustForm(TypedDict):
    """What the form sends."""

    direction: str
    amount: str
    currency: str
    reason: str


class AdminCustomerAdjustState(FormState, rx.State):
    """The form that adjusts a balance. Sent twice, it does so once."""

    _adjustment: str = ""

    @rx.event
    async def open_form(self) -> None:
        """Open the form under an id of its own."""
        await self._open()
        self._adjustment = show("adj", new_id())

    @rx.event
    async def adjust(self, form: AdjustForm) -> Any:
        """Give credit or take some away, and show what the books say then."""
        page = await self.get_state(AdminCustomerState)
        standing = await self.get_state(AdminCustomerStandingState)
        self.problem, self.wrong_field = "", ""
        try:
            currency = read_currency(form["currency"])
            read = read_amount(form["amount"], currency, standing._locale)
            await run(_command(self._adjustment, page.shown, form, read.money))
        except BillingError as refusal:
            await self._refuse(refusal)
            return None
        await self._close()
        await read_again(
            self, AdminCustomerStandingState, AdminCustomerPapersState, AdminCustomerHappenedState
        )
        now = next((each for each in standing.balances if each.currency == currency), None)
        credit, owed = (now.credit, now.owed) if now else ("", "")
        await page._say(
            f"{read.echo} of credit was given. {credit} of credit is available now, and {owed} is"
            " owed on open invoices. No money moved."
            if form["direction"] == _UP
            else f"{read.echo} of credit was taken away. {credit} of credit is available now, and"
            f" {owed} is owed on open invoices. No money moved.",
            is_good=True,
        )
        return rx.set_focus("main")


def _command(adjustment: str, customer: str, form: AdjustForm, amount: Money) -> Any:
    """What was chosen, as the command it is."""
    commands = {_UP: adjusting.raise_credit, _DOWN: adjusting.lower_credit}
    chosen = commands.get(form["direction"])
    if chosen is None:
        raise Invalid("Choose whether credit is given or taken away.", field="direction")

    def adjust(work: Work[Any]) -> str:
        return chosen(work, adjustment, customer_id=customer, amount=amount, reason=form["reason"])

    return adjust


def adjust_button() -> rx.Component:
    """Opens the form, for those who may give credit."""
    button = secondary_button("Adjust balance", on_click=AdminCustomerAdjustState.open_form)
    return rx.cond(may(Permission.GIVE_CREDIT), button, rx.fragment())


def adjust_form() -> rx.Component:
    """The form, while it is open."""
    state: Any = AdminCustomerAdjustState
    page: Any = AdminCustomerState
    standing: Any = AdminCustomerStandingState
    fields = {
        "direction": choices(
            "What shall happen?",
            choice(
                "Give credit",
                name="direction",
                value=_UP,
                chosen=True,
                remark="Goodwill, or what was wrong. It pays open invoices at once where"
                " 'Automatically mark Invoices paid' is on.",
            ),
            choice(
                "Balance Correction",
                name="direction",
                value=_DOWN,
                remark="Takes unused credit away again, the oldest first, and never more than"
                " there is.",
            ),
        ),
        "amount": number_field(
            "Amount", name="amount", error=field_error(state, "amount"), auto_focus=True
        ),
        "currency": select_field(
            "Currency",
            rx.foreach(standing.currencies, lambda each: rx.el.option(each, value=each)),
            name="currency",
            error=field_error(state, "currency"),
        ),
        "reason": text_field(
            "Reason",
            name="reason",
            hint="For your records. The customer is not told by letter.",
            error=field_error(state, "reason"),
            auto_complete="off",
        ),
    }
    about = rx.el.div(
        definition_list(("Customer", page.name)),
        rx.foreach(
            standing.balances,
            lambda row: definition_list(
                ("Credit available", row.credit), ("Owed on open invoices", row.owed)
            ),
        ),
        rx.el.p(
            "No money moves. Money that came in is recorded as a payment; its excess becomes"
            " credit by itself."
        ),
        class_name="stack stack--4",
    )
    form = form_sheet(
        "Adjust balance",
        state,
        state.adjust,
        fields,
        before=about,
        button=primary_button("Adjust balance", type="submit"),
    )
    return rx.cond(is_open(AdminCustomerAdjustState), form, rx.fragment())
