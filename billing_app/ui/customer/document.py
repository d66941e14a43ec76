"""What the pages of an invoice and of a Credit Request have in common."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.installation import run
from billing_app.reads import own_paying
from billing_app.reads.invoice_view import PaidView
from billing_app.reads.payable import Standing
from billing_app.ui.components.buttons import link_button
from billing_app.ui.components.content import page_header, section, stat_tile, stat_tiles
from billing_app.ui.components.papers import download_pdf
from billing_app.ui.components.status import callout, document_chips
from billing_app.ui.components.tables import Column, data_table, skeleton, table_row
from billing_app.ui.components.text import Text, has_words
from billing_app.ui.words import say

_PAID_COLUMNS = (
    Column(label=say("Date")),
    Column(label=say("What")),
    Column(label=say("Amount"), numeric=True),
)


class DocumentState(rx.State, mixin=True):
    """One document of the customer's own: how it stands, and whether it can be paid now."""

    shown: str = ""
    number: str = ""
    status: str = ""
    flags: list[str] = []
    due: str = ""
    total: str = ""
    still_to_pay: str = ""
    standing: str = ""
    payments: list[PaidView] = []
    loaded: bool = False
    missing: bool = False

    def _turn_to(self) -> str:
        """The document that the address names; what was shown of another one goes."""
        wanted = self.router.url.path.strip("/").rpartition("/")[2]
        if wanted != self.shown:
            self.reset()
        self.shown = wanted
        return wanted

    async def _learn_standing(self, document_id: str) -> None:
        [found] = await run(lambda work: own_paying.payables(work, [document_id]))
        self.due, self.standing = found.due, found.standing.value


def document_header(state: Any, kind: Text, name: Text, back: tuple[Text, str]) -> rx.Component:
    """Its name, or its kind alone, how it stands, and the green button while it asks for money."""
    pay = link_button(
        say("Pay Now"), href="/customer/pay?what=" + state.shown, kind="pay", native=True
    )
    title = rx.cond(has_words(state.number), name, kind).to(str)
    return rx.fragment(
        page_header(
            title,
            lead=state.due,
            actions=[
                link_button(back[0], href=back[1], kind="quiet", icon="arrow-left"),
                rx.cond(state.loaded, download_pdf(state.shown), rx.fragment()),
                rx.cond(state.standing == Standing.PAYABLE.value, pay, rx.fragment()),
            ],
        ),
        rx.cond(
            state.loaded,
            rx.fragment(
                rx.el.p(document_chips(state.status, state.flags)),
                _why_not(state),
                stat_tiles(
                    stat_tile(say("Total"), state.total),
                    stat_tile(say("Still to pay"), state.still_to_pay),
                ),
            ),
            skeleton(4),
        ),
    )


def _why_not(state: Any) -> rx.Component:
    return rx.match(
        state.standing,
        (
            Standing.PROCESSING.value,
            callout(
                say(
                    "A payment of all that is left has begun and has not cleared yet. That can take"
                    " some days. There is nothing more to do; please do not pay again."
                ),
                tone="info",
            ),
        ),
        (
            Standing.BEING_PAID.value,
            callout(
                say(
                    "A payment was begun, and we have not heard yet how it ended. Please do not pay"
                    " again; look here in a few minutes."
                ),
                tone="warning",
            ),
        ),
        rx.fragment(),
    )


def payments_section(state: Any) -> rx.Component:
    """What was paid on it, from money or credit, and what came off again."""
    return section(
        say("Payments"),
        rx.cond(
            state.payments.length() > 0,
            data_table(
                _PAID_COLUMNS, rx.foreach(state.payments, _paid_row), caption=say("Payments")
            ),
            rx.el.p(say("Nothing was paid on it yet.")),
        ),
    )


def _paid_row(row: Any) -> rx.Component:
    receipt: rx.Component | Text = rx.cond(
        row.payment_id != "",
        rx.el.a(row.what, href="/customer/payments/" + row.payment_id),
        rx.el.span(row.what),
    )
    return table_row(_PAID_COLUMNS, [row.on, receipt, row.amount.text], key=row.id)
