"""The page of one invoice."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.permissions import Permission
from billing_app.ui.admin.correction_forms import corrections
from billing_app.ui.admin.document_letters import document_letters
from billing_app.ui.admin.explain import explain_button, explanation
from billing_app.ui.admin.happenings import happenings
from billing_app.ui.admin.invoice import AdminInvoiceState
from billing_app.ui.admin.pay_link import pay_link
from billing_app.ui.admin.payments_section import payments_section
from billing_app.ui.components.buttons import link_button, quiet_button
from billing_app.ui.components.content import (
    card,
    cluster,
    definition_list,
    fact,
    page_header,
    section,
    stat_tile,
    stat_tiles,
    trail,
)
from billing_app.ui.components.papers import download_as_issued, download_pdf
from billing_app.ui.components.status import empty_state, status_chip
from billing_app.ui.components.tables import Column, data_table, skeleton, table_row
from billing_app.ui.components.text import when
from billing_app.ui.last_act import last_act
from billing_app.ui.state import may

_LINES = (
    Column(label="Description", long=True),
    Column(label="Quantity", numeric=True),
    Column(label="Price", numeric=True),
    Column(label="Discount", numeric=True),
    Column(label="Tax"),
    Column(label="Net", numeric=True),
    Column(label="Comes to", numeric=True),
)
_PARTS = (
    Column(label="Due"),
    Column(label="Status"),
    Column(label="Amount", numeric=True),
    Column(label="Still to pay", numeric=True),
    Column(label="Explain", hidden_label=True),
)
_FIGURES = (
    ("Total", "total", "total"),
    ("Paid", "paid", "paid"),
    ("Credited", "credited", "credited"),
    ("Written off", "written_off", "written off"),
    ("Still to pay", "still_to_pay", "still to pay"),
)


def invoice_page() -> rx.Component:
    """The screen at /admin/invoices/[invoice]."""
    state: Any = AdminInvoiceState
    waiting = rx.fragment(page_header("Invoice"), skeleton(8))
    return rx.cond(state.missing, no_invoice(), rx.cond(state.loaded, _invoice(state), waiting))


def no_invoice() -> rx.Component:
    """What stands where there is no invoice."""
    return rx.fragment(
        page_header("Invoice"),
        empty_state(
            "There is no such invoice",
            "The address is not whole, or the draft was deleted. Nothing was changed.",
            link_button("See all invoices", href="/admin/invoices"),
        ),
    )


def _invoice(state: Any) -> rx.Component:
    return rx.fragment(
        trail(("Billing", ""), ("Invoices", "/admin/invoices")),
        page_header(state.title, actions=[_acts(state)]),
        last_act(),
        cluster(
            status_chip(state.status),
            explain_button("status", "the status"),
            rx.foreach(
                state.flags,
                lambda flag: rx.fragment(status_chip(flag, ""), explain_button(flag, flag)),
            ),
        ),
        stat_tiles(*(_figure(state, *each) for each in _FIGURES)),
        explanation(AdminInvoiceState),
        payments_section(),
        pay_link(AdminInvoiceState),
        rx.cond(state.parts.length() > 0, _plan(state), rx.fragment()),
        _document(state),
        corrections(),
        document_letters(),
        happenings(state),
    )


def _figure(state: Any, label: str, name: str, figure: str) -> rx.Component:
    """A figure with what explains it; of those that seldom are, only what there is."""
    amount = state.figures[name]
    tile = stat_tile(label, rx.fragment(amount, explain_button(figure, label)))
    return when(amount, tile)


def _acts(state: Any) -> rx.Component:
    is_draft = state.status == "Draft"
    take = link_button(
        "Take a payment",
        href=f"/admin/invoices/{state.shown}/take",
        kind="primary",
        icon="card",
    )
    write = link_button(
        "Edit the draft", href=f"/admin/drafts/{state.shown}", kind="primary", icon="pencil"
    )
    return rx.fragment(
        rx.cond(
            may(Permission.KEEP_INVOICES),
            rx.cond(is_draft, write, quiet_button("Copy into a new draft", on_click=state.copy)),
            rx.fragment(),
        ),
        rx.cond(state.is_open & may(Permission.TAKE_PAYMENTS), take, rx.fragment()),
    )


def _document(state: Any) -> rx.Component:
    facts = state.facts
    party = rx.el.a(state.party, href=state.party_path)
    biller = rx.el.span(facts["from"], class_name="address")
    note = rx.el.span(facts["note"], class_name="address")
    copied_from = rx.el.a("Another invoice", href="/admin/invoices/" + facts["copied_from"])
    return section(
        "The document",
        card(
            definition_list(
                ("For", party),
                ("Made out to", rx.el.span(facts["to"], class_name="address")),
                when(facts["from"], fact("From", biller)),
                when(facts["issued"], fact("Issued", facts["issued"])),
                when(facts["due"], fact("Due", facts["due"])),
                when(facts["reference"], fact("Reference", facts["reference"])),
                when(facts["note"], fact("Note to the customer", note)),
                when(facts["copied_from"], fact("Copied from", copied_from)),
            ),
        ),
        data_table(_LINES, rx.foreach(state.lines, _line), caption="Lines"),
        rx.el.p(facts["prices"]),
        rx.el.dl(
            *(
                rx.el.div(rx.el.dt(word), rx.el.dd(state.figures[name]), class_name="sums__sum")
                for word, name in (("Net", "net"), ("Tax", "tax"), ("Total", "total"))
            ),
            class_name="sums",
        ),
        actions=[rx.cond(state.status == "Draft", rx.fragment(), _papers(state))],
    )


def _papers(state: Any) -> rx.Component:
    return rx.fragment(download_as_issued(state.shown), download_pdf(state.shown))


def _line(line: Any) -> rx.Component:
    cells = [
        line.description,
        line.quantity,
        line.unit_price.text,
        line.discount,
        line.tax,
        line.net.text,
        line.gross.text,
    ]
    return table_row(_LINES, cells, key=line.id)


def _plan(state: Any) -> rx.Component:
    def row(part: Any, index: Any) -> rx.Component:
        number = (index + 1).to_string()
        cells = [
            part.due_on,
            status_chip(part.status),
            part.amount.text,
            part.still_to_pay.text,
            explain_button(number, f"instalment {number}"),
        ]
        return table_row(_PARTS, cells)

    return section(
        "Instalments", data_table(_PARTS, rx.foreach(state.parts, row), caption="Instalments")
    )
