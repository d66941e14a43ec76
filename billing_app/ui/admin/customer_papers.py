"""A customer's documents and payments: the latest of each, and the ones before on demand."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.installation import run
from billing_app.reads.credits import RequestRow, credit_requests
from billing_app.reads.customer_page import paid, papers
from billing_app.reads.invoice_search import InvoiceFilter
from billing_app.reads.invoices import InvoiceRow, invoices
from billing_app.reads.payments import PaymentRow, payments
from billing_app.ui.admin.customer_sections import SectionState
from billing_app.ui.components.buttons import secondary_button
from billing_app.ui.components.content import section
from billing_app.ui.components.lists import more_button
from billing_app.ui.components.status import document_chips, empty_state, status_chip
from billing_app.ui.components.tables import Column, listed, table_row

_INVOICES = (
    Column(label="Invoice", short=True),
    Column(label="Issued", short=True),
    Column(label="Due", short=True),
    Column(label="Status"),
    Column(label="Total", numeric=True),
    Column(label="Still to pay", numeric=True),
)
_REQUESTS = (
    Column(label="Credit Request", short=True),
    Column(label="For"),
    Column(label="Raised", short=True),
    Column(label="Status"),
    Column(label="Asked for", numeric=True),
    Column(label="Still to pay", numeric=True),
)
_PAYMENTS = (
    Column(label="Received", short=True),
    Column(label="How"),
    Column(label="Amount", numeric=True),
    Column(label="Given back", numeric=True),
)


class AdminCustomerPapersState(SectionState, rx.State):
    """Their invoices and Credit Requests, the newest on top."""

    invoices: list[InvoiceRow] = []
    after: str = ""
    requests: list[RequestRow] = []
    requests_after: str = ""

    @rx.event
    async def show_more(self) -> None:
        """Add the invoices before. Being asked once too often changes nothing."""
        whose, after = InvoiceFilter(party_id=self.shown), self.after
        if after:
            page = await run(lambda work: invoices(work, whose, after=after))
            self.invoices, self.after = [*self.invoices, *page.rows], page.after

    @rx.event
    async def show_more_requests(self) -> None:
        """Add the Credit Requests before."""
        whose, after = self.shown, self.requests_after
        if after:
            page = await run(lambda work: credit_requests(work, customer_id=whose, after=after))
            self.requests, self.requests_after = [*self.requests, *page.rows], page.after

    async def _read(self) -> None:
        wanted = self.shown
        found = await run(lambda work: papers(work, wanted))
        self.invoices, self.after = found.invoices.rows, found.invoices.after
        self.requests, self.requests_after = found.requests.rows, found.requests.after


class AdminCustomerPaymentsState(SectionState, rx.State):
    """What they paid, the latest on top."""

    rows: list[PaymentRow] = []
    after: str = ""

    @rx.event
    async def show_more(self) -> None:
        """Add the payments before. Being asked once too often changes nothing."""
        whose, after = self.shown, self.after
        if after:
            page = await run(lambda work: payments(work, party_id=whose, after=after))
            self.rows, self.after = [*self.rows, *page.rows], page.after

    async def _read(self) -> None:
        wanted = self.shown
        page = await run(lambda work: paid(work, wanted))
        self.rows, self.after = page.rows, page.after


def customers_papers(*, new_invoice: rx.Component) -> rx.Component:
    """The invoices, the Credit Requests and the payments, a section each."""
    state: Any = AdminCustomerPapersState
    received: Any = AdminCustomerPaymentsState
    more_requests = rx.cond(
        state.requests_after != "",
        secondary_button("Show earlier Credit Requests", on_click=state.show_more_requests),
        rx.fragment(),
    )
    return rx.fragment(
        section(
            "Invoices",
            listed(
                state.invoices,
                state.loaded,
                _INVOICES,
                _invoice,
                nothing=empty_state("No invoices yet", "What you bill them is listed here."),
                caption="Invoices",
                waiting=2,
            ),
            more_button(state, "Show earlier invoices"),
            actions=[new_invoice],
        ),
        section(
            "Credit Requests",
            listed(
                state.requests,
                state.loaded,
                _REQUESTS,
                _request,
                nothing=empty_state(
                    "No Credit Requests yet", "What you ask for up front is listed here."
                ),
                caption="Credit Requests",
                waiting=2,
            ),
            more_requests,
        ),
        section(
            "Payments",
            listed(
                received.rows,
                received.loaded,
                _PAYMENTS,
                _payment,
                nothing=empty_state(
                    "No payments yet", "What they pay is listed here.", icon_name="card"
                ),
                caption="Payments",
                waiting=2,
            ),
            more_button(received, "Show earlier payments"),
        ),
    )


def _invoice(row: Any) -> rx.Component:
    return _document(row, _INVOICES, "/admin/invoices/", row.issued_on, row.due_on)


def _request(row: Any) -> rx.Component:
    return _document(row, _REQUESTS, "/admin/requests/", row.description, row.raised_on)


def _document(row: Any, columns: tuple[Column, ...], folder: str, *own: Any) -> rx.Component:
    """A document as a row, with the two columns of its ``own`` kind."""
    number = rx.el.a(rx.cond(row.number != "", row.number, "Draft"), href=folder + row.id)
    chips = document_chips(row.status, row.flags)
    cells = [number, *own, chips, row.total.text, row.still_to_pay.text]
    return table_row(columns, cells, key=row.id)


def _payment(row: Any) -> rx.Component:
    received = rx.el.span(
        rx.el.a(row.received_on, href="/admin/payments/" + row.id),
        rx.foreach(row.flags, lambda flag: status_chip(flag, "")),
        class_name="table__name",
    )
    back = rx.cond(row.refunded.minor > 0, row.refunded.text, "–")
    return table_row(_PAYMENTS, [received, row.method, row.amount.text, back], key=row.id)
