"""Billing > Payments: all money that came in, is on its way or never came."""

from __future__ import annotations

from typing import Any, TypedDict
from urllib.parse import urlencode

import reflex as rx

from billing_app.access.installation import run
from billing_app.reads.payment_lists import Shelf, payment_list
from billing_app.reads.payment_words import FLAGS, WAYS, WORDS, wanted
from billing_app.ui.admin.listing import ListState, no_match
from billing_app.ui.admin.payment_rows import MoneyLine, money_lines
from billing_app.ui.components.buttons import link_button
from billing_app.ui.components.content import page_header
from billing_app.ui.components.fields import field_error, select_field
from billing_app.ui.components.lists import (
    filter_field,
    filters,
    list_search,
    list_tools,
    more_button,
    shelves,
)
from billing_app.ui.components.status import empty_state, status_chip
from billing_app.ui.components.tables import Column, listed, table_row
from billing_app.ui.components.text import when

_COLUMNS = (
    Column(label="From"),
    Column(label="On", short=True),
    Column(label="Paid with"),
    Column(label="For", short=True),
    Column(label="Status"),
    Column(label="Amount", numeric=True),
)
_SHELVES = {
    Shelf.RECEIVED.value: "Received",
    Shelf.ON_ITS_WAY.value: "On its way",
    Shelf.NOT_RECEIVED.value: "Not received",
}
_EXPORTED = ("search", "currency", "since", "until")


class PaymentFilters(TypedDict):
    """What the form of the filters sends."""

    way: str
    flag: str
    currency: str
    since: str
    until: str


class AdminPaymentsState(ListState, rx.State):
    """The list of payments."""

    _path = "/admin/payments"
    _words = WORDS
    _shelves = _SHELVES
    _usual = {"standing": Shelf.RECEIVED.value}

    rows: list[MoneyLine] = []
    file: str = ""

    @rx.event
    def narrow(self, form: PaymentFilters) -> Any:
        """Show only what these filters let through."""
        return self._go({name: str(value) for name, value in form.items()})

    async def _page(self, after: str) -> str:
        said = dict(self.said)
        self.rows, self.file = self.rows if after else [], ""
        asked = wanted(said)
        page = await run(lambda work: payment_list(work, asked, after=after))
        self.rows = [*self.rows, *money_lines(page.rows)]
        if asked.shelf is Shelf.RECEIVED and not (asked.way or asked.flag):
            words = {word: said[word] for word in _EXPORTED if said[word]}
            self.file = "/exports/payments.csv" + (f"?{urlencode(words)}" if words else "")
        return page.after


def payments_page() -> rx.Component:
    """The screen at /admin/payments."""
    state: Any = AdminPaymentsState
    return rx.fragment(
        page_header(
            "Payments",
            lead="What came in, whatever it paid; and what was begun and has not come.",
            actions=[
                when(state.file, link_button("Download CSV", href=state.file, native=True)),
            ],
        ),
        shelves("Shelves", state.shelves),
        list_tools(
            list_search("Search payments", state, hint="Name, number, reference or amount"),
        ),
        filters(state, _filter_fields(state), state.narrowed),
        listed(
            state.rows, state.loaded, _COLUMNS, _row, nothing=_nothing(state), caption="Payments"
        ),
        more_button(state),
    )


def _row(row: Any) -> rx.Component:
    chips = rx.el.span(
        status_chip(row.look, row.standing),
        rx.foreach(row.flags, lambda flag: status_chip(flag, "")),
        class_name="chips",
    )
    link = rx.el.a(row.party, href=f"/admin/payments/{row.id}")
    return table_row(
        _COLUMNS, [link, row.on, row.way, row.documents, chips, row.amount], key=row.id
    )


def _filter_fields(state: Any) -> dict[str, rx.Component]:
    def choice(name: str, label: str, options: dict[str, str]) -> rx.Component:
        return select_field(
            label,
            (("", "Any"), *options.items()),
            name=name,
            error=field_error(state, name),
            default_value=state.said[name],
            optional=True,
        )

    return {
        "way": choice("way", "Paid with", WAYS),
        "flag": choice("flag", "What became of it", {str(name): v for name, v in FLAGS.items()}),
        "currency": filter_field(state, "currency", "Currency", "Three letters, such as AUD."),
        "since": filter_field(state, "since", "From"),
        "until": filter_field(state, "until", "Until"),
    }


def _nothing(state: Any) -> rx.Component:
    none_yet = empty_state(
        "No payments here",
        "What customers and partners pay is listed here, from wherever it came.",
        link_button("See what is to pay", href="/admin/invoices?standing=to+pay"),
        icon_name="card",
    )
    return no_match(state, "No payment on this shelf is what you are looking for.", none_yet)
