"""The list of invoices, as its address asks for it."""

from __future__ import annotations

from typing import Any, TypedDict

import reflex as rx

from billing_app.access.installation import run
from billing_app.access.work import Work
from billing_app.reads import invoice_words, invoices
from billing_app.reads.invoices import InvoicePage, InvoiceRow
from billing_app.ui.admin.listing import ListState

_SHELVES = {
    "all": "All",
    "draft": "Drafts",
    "to pay": "To pay",
    "overdue": "Overdue",
    "settled": "Settled",
    "void": "Void",
}


class InvoiceFilters(TypedDict):
    """What the form of the filters sends."""

    customer: str
    currency: str
    least: str
    most: str
    issued_since: str
    issued_until: str
    due_since: str
    due_until: str


class AdminInvoicesState(ListState, rx.State):
    """The list of invoices."""

    _path = "/admin/invoices"
    _words = invoice_words.WORDS
    _shelves = _SHELVES
    _usual = {"standing": "all", "order": "usual"}

    rows: list[InvoiceRow] = []

    @rx.event
    def narrow(self, form: InvoiceFilters) -> Any:
        """Show only what these filters let through."""
        return self._go({name: str(value) for name, value in form.items()})

    async def _page(self, after: str) -> str:
        said = dict(self.said)

        def read(work: Work[Any]) -> InvoicePage:
            return invoices.invoices(work, invoice_words.wanted(work, said), after=after)

        self.rows = self.rows if after else []
        page = await run(read)
        self.rows = [*self.rows, *page.rows]
        return page.after
