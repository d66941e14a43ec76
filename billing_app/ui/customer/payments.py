"""Payments and receipts: all that the customer paid, and what was given back."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.installation import run
from billing_app.reads.customer import account
from billing_app.reads.own_documents import my_payments, my_refunds
from billing_app.reads.payments import PaymentRow
from billing_app.reads.refunds import RefundRow
from billing_app.ui.components.content import page_header, section
from billing_app.ui.components.lists import more_button
from billing_app.ui.components.papers import download_pdf
from billing_app.ui.components.status import empty_state, status_chip
from billing_app.ui.components.tables import Column, data_table, listed, table_row
from billing_app.ui.words import say

_COLUMNS = (
    Column(label=say("Paid on")),
    Column(label=say("How")),
    Column(label=say("Amount"), numeric=True),
)
_REFUND_COLUMNS = (
    Column(label=say("Given back on")),
    Column(label=say("How")),
    Column(label=say("Amount"), numeric=True),
)


class CustomerPaymentsState(rx.State):
    """All payments, the latest first."""

    rows: list[PaymentRow] = []
    after: str = ""
    refunds: list[RefundRow] = []
    own_id: str = ""
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        """Show the latest."""
        page = await run(my_payments)
        self.rows, self.after = page.rows, page.after
        self.refunds = (await run(my_refunds)).rows
        self.own_id = (await run(account)).id
        self.loaded = True

    @rx.event
    async def show_more(self) -> None:
        """Add the next page below. Being asked once too often changes nothing."""
        if after := self.after:
            page = await run(lambda work: my_payments(work, after=after))
            self.rows, self.after = [*self.rows, *page.rows], page.after


def payments_page() -> rx.Component:
    """The screen at /customer/payments."""
    state: Any = CustomerPaymentsState
    return rx.fragment(
        page_header(say("Payments"), lead=say("Each payment opens its receipt.")),
        payments_table(state.rows, state.loaded),
        more_button(state),
        rx.cond(
            state.refunds.length() > 0,
            section(
                say("Given back to you"),
                data_table(
                    _REFUND_COLUMNS,
                    rx.foreach(state.refunds, _refund_row),
                    caption=say("Given back to you"),
                ),
            ),
            rx.fragment(),
        ),
        section(
            say("Statement"),
            rx.el.p(say("What you were asked for and what you paid in the last twelve months.")),
            actions=[rx.cond(state.loaded, download_pdf(state.own_id), rx.fragment())],
        ),
    )


def payments_table(rows: Any, loaded: Any) -> rx.Component:
    """Payments, each with its receipt."""
    return listed(
        rows,
        loaded,
        _COLUMNS,
        _row,
        nothing=empty_state(
            say("No payments yet"),
            say("What you pay is listed here, with a receipt for each payment."),
            icon_name="card",
        ),
        caption=say("Payments"),
        waiting=3,
    )


def flag_chips(flags: Any) -> rx.Component:
    """What else is to be known of a payment."""
    return rx.foreach(flags, _flag)


def _flag(flag: Any) -> rx.Component:
    return status_chip(flag)


def _row(row: Any) -> rx.Component:
    name = rx.el.span(
        rx.el.a(row.received_on, href="/customer/payments/" + row.id),
        flag_chips(row.flags),
        class_name="table__name",
    )
    return table_row(_COLUMNS, [name, row.method, row.amount.text], key=row.id)


def _refund_row(row: Any) -> rx.Component:
    name = rx.el.span(
        row.refunded_on,
        rx.cond(row.taken_back, status_chip("Taken back"), rx.fragment()),
        class_name="table__name",
    )
    return table_row(_REFUND_COLUMNS, [name, row.way, row.amount.text], key=row.id)
