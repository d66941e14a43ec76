"""The receipt of one payment: what was paid, how, and what it was applied to."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.installation import run
from billing_app.kernel.errors import NotFound
from billing_app.reads.customer import account
from billing_app.reads.own_documents import my_payment
from billing_app.reads.payments import BecameCredit, DocumentPaid
from billing_app.reads.refunds import RefundRow
from billing_app.ui.components.buttons import link_button
from billing_app.ui.components.content import card, definition_list, page_header, section
from billing_app.ui.components.papers import download_pdf
from billing_app.ui.components.status import status_chip
from billing_app.ui.components.tables import skeleton
from billing_app.ui.components.text import Text
from billing_app.ui.customer.missing import missing
from billing_app.ui.customer.payments import flag_chips
from billing_app.ui.words import say


class CustomerPaymentState(rx.State):
    """One payment, as its receipt names it."""

    shown: str = ""
    paid_to: str = ""
    paid_by: str = ""
    paid_on: str = ""
    recorded: str = ""
    method: str = ""
    amount: str = ""
    flags: list[str] = []
    documents: list[DocumentPaid] = []
    credit: list[BecameCredit] = []
    refunds: list[RefundRow] = []
    loaded: bool = False
    missing: bool = False

    @rx.event
    async def load(self) -> None:
        """Show the payment that the address names."""
        wanted = self.router.url.path.strip("/").rpartition("/")[2]
        if wanted != self.shown:
            self.reset()
        self.shown = wanted
        try:
            found = await run(lambda work: my_payment(work, wanted))
        except NotFound:
            self.missing = True
            return
        own = await run(account)
        self.paid_to, self.paid_by = own.biller, own.name
        row = found.row
        self.paid_on, self.recorded, self.method = row.received_on, found.recorded, row.method
        self.amount, self.flags = row.amount.text, row.flags
        self.documents, self.credit, self.refunds = found.documents, found.credit, found.refunds
        self.loaded = True


def payment_page() -> rx.Component:
    """The screen at /customer/payments/[payment_id]."""
    state: Any = CustomerPaymentState
    back = (say("All payments"), "/customer/payments")
    facts = definition_list(
        (say("Amount"), rx.el.strong(state.amount)),
        (say("Paid to"), state.paid_to),
        (say("Paid by"), state.paid_by),
        (say("Paid on"), state.paid_on),
        (say("How"), state.method),
        (say("Recorded"), state.recorded),
        (say("Receipt"), state.shown),
    )
    found = rx.fragment(
        page_header(
            say("Receipt"),
            actions=[
                link_button(back[0], href=back[1], kind="quiet", icon="arrow-left"),
                rx.cond(state.loaded, download_pdf(state.shown), rx.fragment()),
            ],
        ),
        card(
            rx.cond(state.loaded, facts, skeleton(5)),
            rx.el.p(flag_chips(state.flags)),
        ),
        rx.cond(state.documents.length() > 0, _documents(), rx.fragment()),
        rx.cond(state.credit.length() > 0, _credit(), rx.fragment()),
        rx.cond(state.refunds.length() > 0, _refunds(), rx.fragment()),
    )
    return rx.cond(state.missing, missing(say("There is no such payment here"), *back), found)


def _documents() -> rx.Component:
    state: Any = CustomerPaymentState
    return section(
        say("What it paid"),
        card(
            rx.el.dl(
                rx.foreach(
                    state.documents, lambda paid: _sum(_document_link(paid), paid.amount.text)
                ),
                class_name="facts pay__sums",
            )
        ),
    )


def _document_link(paid: Any) -> rx.Component:
    room = rx.cond(paid.id.startswith("crq_"), "requests/", "invoices/").to(str)
    return rx.el.a(paid.name, href="/customer/" + room + paid.id)


def _credit() -> rx.Component:
    state: Any = CustomerPaymentState
    return section(
        say("What became credit"),
        card(
            rx.el.dl(
                rx.foreach(state.credit, lambda credit: _sum(credit.why, credit.amount.text)),
                class_name="facts pay__sums",
            )
        ),
    )


def _refunds() -> rx.Component:
    state: Any = CustomerPaymentState
    return section(
        say("Given back to you"),
        card(
            rx.el.dl(
                rx.foreach(
                    state.refunds,
                    lambda refund: _sum(
                        rx.fragment(
                            refund.refunded_on,
                            " · ",
                            refund.way,
                            rx.cond(refund.taken_back, status_chip("Taken back"), rx.fragment()),
                        ),
                        refund.amount.text,
                    ),
                ),
                class_name="facts pay__sums",
            )
        ),
    )


def _sum(name: rx.Component | Text, value: Text) -> rx.Component:
    return rx.el.div(rx.el.dt(name), rx.el.dd(value), class_name="facts__fact")
