"""One invoice of the customer's: its lines, its plan, what was paid and what was credited."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.installation import run
from billing_app.kernel.errors import NotFound
from billing_app.reads.invoice_view import InvoiceView, LineView, LoweredView, PartView
from billing_app.reads.own_documents import my_invoice
from billing_app.ui.components.content import card, definition_list, section
from billing_app.ui.components.status import status_chip
from billing_app.ui.components.tables import Column, data_table, skeleton_rows, table_row
from billing_app.ui.components.text import Text, when
from billing_app.ui.customer.document import DocumentState, document_header, payments_section
from billing_app.ui.customer.missing import missing
from billing_app.ui.words import say

_LINE_COLUMNS = (
    Column(label=say("Description"), long=True),
    Column(label=say("Quantity"), numeric=True),
    Column(label=say("Price"), numeric=True),
    Column(label=say("Tax")),
    Column(label=say("Amount"), numeric=True),
)
_PART_COLUMNS = (
    Column(label=say("Due")),
    Column(label=say("Amount"), numeric=True),
    Column(label=say("Still to pay"), numeric=True),
)
_NOTE_COLUMNS = (
    Column(label=say("Credit note")),
    Column(label=say("Date")),
    Column(label=say("Why")),
    Column(label=say("Amount"), numeric=True),
)


class CustomerInvoiceState(DocumentState, rx.State):
    """The invoice that the address names."""

    issued_on: str = ""
    due_on: str = ""
    order_reference: str = ""
    note: str = ""
    biller: str = ""
    billed_to: str = ""
    with_tax: bool = False
    lines: list[LineView] = []
    parts: list[PartView] = []
    notes: list[LoweredView] = []
    net: str = ""
    tax: str = ""
    paid: str = ""
    credited: str = ""

    @rx.event
    async def load(self) -> None:
        """Show it; what is somebody else's is not there."""
        wanted = self._turn_to()
        try:
            found = await run(lambda work: my_invoice(work, wanted))
            await self._learn_standing(wanted)
        except NotFound:
            self.missing = True
            return
        self._show(found)
        self.loaded = True

    def _show(self, found: InvoiceView) -> None:
        row = found.row
        self.number, self.status, self.flags = row.number, row.status, row.flags
        self.issued_on, self.due_on = row.issued_on, row.due_on
        self.total, self.still_to_pay = row.total.text, row.still_to_pay.text
        self.order_reference, self.note = found.reference, found.note
        self.biller = found.biller.get("legal_name", "")
        self.billed_to = found.recipient.get("legal_name", "")
        self.with_tax = found.prices_include_tax
        self.lines, self.parts, self.notes = found.lines, found.parts, found.credit_notes
        self.net, self.tax = found.net.text, found.tax.text if found.tax.minor else ""
        self.paid = found.paid.text if found.paid.minor else ""
        self.credited = found.credited.text if found.credited.minor else ""
        self.payments = found.payments


def invoice_page() -> rx.Component:
    """The screen at /customer/invoices/[document_id]."""
    state: Any = CustomerInvoiceState
    back = (say("All invoices"), "/customer/invoices")
    found = rx.fragment(
        document_header(
            state, say("Invoice"), say("Invoice %(number)s", number=state.number), back
        ),
        section(say("What it is for"), _lines(), card(_sums())),
        rx.cond(state.parts.length() > 0, _plan(), rx.fragment()),
        payments_section(state),
        rx.cond(state.notes.length() > 0, _notes(), rx.fragment()),
        section(say("Details"), card(_details())),
    )
    return rx.cond(state.missing, missing(say("There is no such invoice here"), *back), found)


def _details() -> rx.Component:
    state: Any = CustomerInvoiceState
    return rx.fragment(
        definition_list(
            (say("Billed by"), state.biller),
            (say("Billed to"), state.billed_to),
            (say("Issued"), state.issued_on),
            (say("Due"), state.due_on),
        ),
        when(
            state.order_reference, definition_list((say("Your reference"), state.order_reference))
        ),
        when(state.note, rx.el.p(state.note)),
    )


def _lines() -> rx.Component:
    state: Any = CustomerInvoiceState
    return data_table(
        _LINE_COLUMNS,
        rx.cond(state.loaded, rx.foreach(state.lines, _line), skeleton_rows(_LINE_COLUMNS, 2)),
        caption=say("Lines"),
    )


def _line(line: Any) -> rx.Component:
    state: Any = CustomerInvoiceState
    words = rx.fragment(
        line.description,
        when(
            line.discount,
            rx.el.span(say("Discount of %(rate)s", rate=line.discount), class_name="table__note"),
        ),
    )
    asked = rx.cond(state.with_tax, line.gross.text, line.net.text).to(str)
    cells = [words, line.quantity, line.unit_price.text, line.tax, asked]
    return table_row(_LINE_COLUMNS, cells, key=line.id)


def _sums() -> rx.Component:
    state: Any = CustomerInvoiceState
    return rx.el.dl(
        when(state.tax, rx.fragment(_sum(say("Net"), state.net), _sum(say("Tax"), state.tax))),
        _sum(say("Total"), rx.el.strong(state.total)),
        when(state.paid, _sum(say("Paid"), state.paid)),
        when(state.credited, _sum(say("Credited"), state.credited)),
        _sum(say("Still to pay"), rx.el.strong(state.still_to_pay)),
        class_name="facts pay__sums",
    )


def _plan() -> rx.Component:
    state: Any = CustomerInvoiceState
    return section(
        say("Plan"),
        data_table(_PART_COLUMNS, rx.foreach(state.parts, _part), caption=say("Parts of the plan")),
    )


def _part(part: Any) -> rx.Component:
    name = rx.el.span(part.due_on, status_chip(part.status), class_name="table__name")
    return table_row(_PART_COLUMNS, [name, part.amount.text, part.still_to_pay.text])


def _notes() -> rx.Component:
    state: Any = CustomerInvoiceState
    return section(
        say("Credit notes"),
        data_table(_NOTE_COLUMNS, rx.foreach(state.notes, _note), caption=say("Credit notes")),
    )


def _note(note: Any) -> rx.Component:
    cells = [note.number, note.on, note.what, note.amount.text]
    return table_row(_NOTE_COLUMNS, cells, key=note.id)


def _sum(name: Text, value: rx.Component | Text) -> rx.Component:
    return rx.el.div(rx.el.dt(name), rx.el.dd(value), class_name="facts__fact")
