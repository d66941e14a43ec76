"""The customer's invoices: those to pay, those paid, and all of them."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.installation import run
from billing_app.kernel.tongue import marked, tell
from billing_app.reads.invoice_queries import Standing
from billing_app.reads.invoices import InvoiceRow
from billing_app.reads.own_documents import my_invoices
from billing_app.ui.components.buttons import link_button
from billing_app.ui.components.content import page_header
from billing_app.ui.components.lists import Shelf, more_button, shelves
from billing_app.ui.components.status import document_chips, empty_state
from billing_app.ui.components.tables import Column, listed, table_row
from billing_app.ui.words import say

_COLUMNS = (
    Column(label=say("Invoice")),
    Column(label=say("Issued")),
    Column(label=say("Due")),
    Column(label=say("Total"), numeric=True),
    Column(label=say("Still to pay"), numeric=True),
)
_SHELVES = {
    "due": (marked("Due"), Standing.TO_PAY),
    "paid": (marked("Paid"), Standing.SETTLED),
    "all": (marked("All"), Standing.ALL),
}


class CustomerInvoicesState(rx.State):
    """The invoices on the shelf that the address names."""

    shelf: str = ""
    shelves: list[Shelf] = []
    rows: list[InvoiceRow] = []
    after: str = ""
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        """Show a shelf from its newest invoice."""
        asked = self.router.url.query_parameters.get("show", "")
        self.shelf = asked if asked in _SHELVES else "due"
        self.shelves = [
            Shelf(tell(word), f"/customer/invoices?show={name}", name == self.shelf)
            for name, (word, _) in _SHELVES.items()
        ]
        page = await self._page("")
        self.rows, self.after, self.loaded = page.rows, page.after, True

    @rx.event
    async def show_more(self) -> None:
        """Add the next page below. Being asked once too often changes nothing."""
        if self.after:
            page = await self._page(self.after)
            self.rows, self.after = [*self.rows, *page.rows], page.after

    async def _page(self, after: str) -> Any:
        _, standing = _SHELVES[self.shelf or "due"]
        return await run(lambda work: my_invoices(work, standing, after=after))


def invoices_page() -> rx.Component:
    """The screen at /customer/invoices."""
    state: Any = CustomerInvoicesState
    return rx.fragment(
        page_header(
            say("Invoices"),
            lead=say("Everything you were billed. Each opens with its lines and payments."),
            actions=[link_button(say("Pay"), href="/customer/pay", kind="pay", native=True)],
        ),
        shelves(say("Which invoices"), state.shelves),
        listed(
            state.rows,
            state.loaded,
            _COLUMNS,
            _row,
            nothing=_nothing(),
            caption=say("Invoices"),
        ),
        more_button(state),
    )


def _row(row: Any) -> rx.Component:
    name = rx.el.span(
        rx.el.a(row.number, href="/customer/invoices/" + row.id),
        document_chips(row.status, row.flags),
        class_name="table__name",
    )
    cells = [name, row.issued_on, row.due_on, row.total.text, row.still_to_pay.text]
    return table_row(_COLUMNS, cells, key=row.id)


def _nothing() -> rx.Component:
    return rx.match(
        CustomerInvoicesState.shelf,
        ("due", empty_state(say("Nothing is due"), say("Paid invoices are on the shelf Paid."))),
        (
            "paid",
            empty_state(say("Nothing paid yet"), say("Invoices that are settled stand here.")),
        ),
        empty_state(say("No invoices yet"), say("What you are billed is listed here.")),
    )
