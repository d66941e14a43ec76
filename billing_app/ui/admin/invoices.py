"""Billing > Invoices: every invoice, found by whatever somebody knows of it."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.permissions import Permission
from billing_app.ui.admin.bulk import bulk_tools, tick_of
from billing_app.ui.admin.invoice_list import AdminInvoicesState as AdminInvoicesState
from billing_app.ui.admin.listing import no_match
from billing_app.ui.components.buttons import link_button
from billing_app.ui.components.content import page_header
from billing_app.ui.components.lists import (
    filter_field,
    filters,
    list_search,
    list_tools,
    more_button,
    order_choice,
    shelves,
)
from billing_app.ui.components.status import document_chips, empty_state
from billing_app.ui.components.tables import Column, listed, table_row
from billing_app.ui.state import may

_COLUMNS = (
    Column(label="Invoice", short=True),
    Column(label="For"),
    Column(label="Issued", short=True),
    Column(label="Due", short=True),
    Column(label="Status"),
    Column(label="Total", numeric=True),
    Column(label="Still to pay", numeric=True),
)

_ORDERS = (
    ("usual", "Usual order"),
    ("newest", "Newest first"),
    ("oldest", "Oldest first"),
    ("due", "Due first"),
    ("largest", "Largest first"),
)


def invoices_page() -> rx.Component:
    """The screen at /admin/invoices."""
    state: Any = AdminInvoicesState
    return rx.fragment(
        page_header(
            "Invoices",
            lead="What you ask your customers and partners to pay.",
            actions=[_actions()],
        ),
        shelves("Shelves", state.shelves),
        list_tools(
            list_search("Search invoices", state, hint="Number, name, e-mail or amount"),
            order_choice(state, _ORDERS),
        ),
        filters(state, _filter_fields(state), state.narrowed),
        bulk_tools(),
        listed(
            state.rows,
            state.loaded,
            _COLUMNS,
            invoice_line,
            nothing=_nothing(state),
            caption="Invoices",
        ),
        more_button(state),
    )


def _actions() -> rx.Component:
    return rx.fragment(
        rx.cond(
            may(Permission.TAKE_PAYMENTS),
            link_button("Take a payment", href="/admin/take-payment", icon="card"),
            rx.fragment(),
        ),
        rx.cond(
            may(Permission.KEEP_INVOICES),
            link_button("New invoice", href="/admin/new-invoice", kind="primary", icon="plus"),
            rx.fragment(),
        ),
    )


def invoice_line(row: Any) -> rx.Component:
    """An invoice as a row of the list; a draft leads to where it is written."""
    is_draft = row.status == "Draft"
    number = rx.el.a(
        rx.cond(is_draft, "Draft", row.number),
        href=rx.cond(
            is_draft & may(Permission.KEEP_INVOICES), "/admin/drafts/", "/admin/invoices/"
        ).to(str)
        + row.id,
    )
    cells: list[Any] = [
        rx.el.span(tick_of(row), number, class_name="bulk__row"),
        row.party,
        row.issued_on,
        row.due_on,
        document_chips(row.status, row.flags),
        row.total.text,
        row.still_to_pay.text,
    ]
    return table_row(_COLUMNS, cells, key=row.id)


def _filter_fields(state: Any) -> dict[str, rx.Component]:
    words = {
        "customer": ("Customer or partner", "How the name begins."),
        "currency": ("Currency", "Three letters, such as AUD."),
        "least": ("Total from", ""),
        "most": ("Total up to", ""),
        "issued_since": ("Issued from", ""),
        "issued_until": ("Issued until", ""),
        "due_since": ("Due from", ""),
        "due_until": ("Due until", ""),
    }
    return {name: filter_field(state, name, *said) for name, said in words.items()}


def _nothing(state: Any) -> rx.Component:
    none_yet = empty_state(
        "No invoices here",
        "Invoices on this shelf are listed here.",
        link_button("See all invoices", href="/admin/invoices"),
    )
    return no_match(state, "No invoice on this shelf is what you are looking for.", none_yet)
