"""What a customer's contact sees of its own documents. Drafts are never among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import literal
from sqlmodel import col, select

from billing_app.access.actors import CustomerActor
from billing_app.access.guard import customer_read
from billing_app.access.work import Work
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import Invoice
from billing_app.models.payment import Refund
from billing_app.reads.credits import (
    RequestPage,
    RequestRow,
    RequestView,
    request_page,
    request_rows,
    request_view,
)
from billing_app.reads.invoice_queries import Standing
from billing_app.reads.invoice_view import InvoiceView, invoice_view
from billing_app.reads.invoices import InvoicePage, InvoiceRow, invoice_rows
from billing_app.reads.locales import setting
from billing_app.reads.paging import ONE_MORE, cut
from billing_app.reads.payments import PaymentPage, PaymentView, payment_page, payment_view
from billing_app.reads.refunds import RefundPage, refund_page


@dataclass(frozen=True)
class Unpaid:
    """The panel 'Unpaid Invoices & Credit Requests', those due first on top."""

    invoices: list[InvoiceRow]
    requests: list[RequestRow]
    more: bool


@customer_read
def unpaid(work: Work[CustomerActor]) -> Unpaid:
    """All that is still to pay, and nothing that is covered: no more than a page of each."""
    shown = setting(work)
    # Written out in the statement, so that the indexes of what is open are known to hold it.
    nothing: Any = literal(0, literal_execute=True)
    invoices, more = cut(
        work.exec(
            select(Invoice)
            .where(col(Invoice.still_to_pay_minor) > nothing)
            .order_by(col(Invoice.due_on), col(Invoice.id))
            .limit(ONE_MORE)
        ).all()
    )
    requests, more_requests = cut(
        work.exec(
            select(CreditRequest)
            .where(col(CreditRequest.still_to_pay_minor) > nothing)
            .order_by(col(CreditRequest.due_on), col(CreditRequest.id))
            .limit(ONE_MORE)
        ).all()
    )
    return Unpaid(
        invoice_rows(work, invoices, shown),
        request_rows(work, requests, shown),
        more is not None or more_requests is not None,
    )


@customer_read
def my_invoices(
    work: Work[CustomerActor], standing: Standing = Standing.ALL, *, after: str = ""
) -> InvoicePage:
    """A page of the customer's invoices, the newest first; those to pay, settled, or all."""
    wanted = select(Invoice)
    nothing: Any = literal(0, literal_execute=True)
    if standing is Standing.TO_PAY:
        wanted = wanted.where(col(Invoice.still_to_pay_minor) > nothing)
    elif standing is Standing.SETTLED:
        wanted = wanted.where(Invoice.state == "issued", Invoice.still_to_pay_minor == nothing)
    if after:
        wanted = wanted.where(col(Invoice.id) < work.find(Invoice, after).id)
    page, last = cut(work.exec(wanted.order_by(col(Invoice.id).desc()).limit(ONE_MORE)).all())
    return InvoicePage(invoice_rows(work, page, setting(work)), last.shown_id if last else "")


@customer_read
def my_invoice(work: Work[CustomerActor], invoice_id: str) -> InvoiceView:
    """One of the customer's invoices."""
    return invoice_view(work, invoice_id)


@customer_read
def my_credit_requests(work: Work[CustomerActor], *, after: str = "") -> RequestPage:
    """A page of the customer's Credit Requests, the newest first."""
    return request_page(work, select(CreditRequest), after=after)


@customer_read
def my_credit_request(work: Work[CustomerActor], credit_request_id: str) -> RequestView:
    """One of the customer's Credit Requests."""
    return request_view(work, credit_request_id)


@customer_read
def my_payments(work: Work[CustomerActor], *, after: str = "") -> PaymentPage:
    """A page of the customer's payments, the latest first."""
    return payment_page(work, (), after=after)


@customer_read
def my_payment(work: Work[CustomerActor], payment_id: str) -> PaymentView:
    """One of the customer's payments, as a receipt names it."""
    return payment_view(work, payment_id)


@customer_read
def my_refunds(work: Work[CustomerActor], *, after: str = "") -> RefundPage:
    """A page of what was handed back to the customer, the latest first: unused credit too."""
    return refund_page(work, select(Refund), after=after)
