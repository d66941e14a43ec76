"""The page of one payment, or of an attempt that became none."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.permissions import Permission
from billing_app.ui.admin.happenings import happenings
from billing_app.ui.admin.letting_go import AdminLetGoState, let_go_form
from billing_app.ui.admin.mistake import AdminMistakeState, mistake_form
from billing_app.ui.admin.payment import AdminPaymentState
from billing_app.ui.admin.refund import AdminRefundState, refund_form
from billing_app.ui.components.buttons import link_button, quiet_button, secondary_button
from billing_app.ui.components.content import (
    card,
    cluster,
    definition_list,
    page_header,
    section,
    stat_tile,
    stat_tiles,
    trail,
)
from billing_app.ui.components.native import native_link
from billing_app.ui.components.papers import download_pdf
from billing_app.ui.components.status import empty_state, status_chip
from billing_app.ui.components.tables import Column, data_table, skeleton, table_row
from billing_app.ui.components.text import hidden, when
from billing_app.ui.last_act import last_act
from billing_app.ui.state import may

_PAID = (Column(label="Document"), Column(label="Amount", numeric=True))
_BACK = (
    Column(label="What"),
    Column(label="On", short=True),
    Column(label="Status"),
    Column(label="Amount", numeric=True),
)
_HEARD = (
    Column(label="When"),
    Column(label="About"),
    Column(label="From", long=True),
    Column(label="It said"),
    Column(label="What was made of it"),
)
_POSTED = (
    Column(label="What happened"),
    Column(label="On", short=True),
    Column(label="From account"),
    Column(label="To account"),
    Column(label="Amount", numeric=True),
)
_FIGURES = (
    ("Amount", "amount"),
    ("Fee of the payment provider", "fee"),
    ("Refunded", "refunded"),
    ("Waits to be placed", "unplaced"),
)


def payment_page() -> rx.Component:
    """The screen at /admin/payments/[payment]."""
    state: Any = AdminPaymentState
    nothing = rx.fragment(
        page_header("Payment"),
        empty_state(
            "There is no such payment",
            "The address is not whole. Nothing was changed.",
            link_button("See all payments", href="/admin/payments"),
            icon_name="card",
        ),
    )
    waiting = rx.fragment(page_header("Payment"), skeleton(8))
    return rx.cond(state.missing, nothing, rx.cond(state.loaded, _payment(state), waiting))


def _payment(state: Any) -> rx.Component:
    is_payment = state.payments.length() > 0
    return rx.fragment(
        trail(("Billing", ""), ("Payments", "/admin/payments")),
        page_header(state.title, lead=_lead(state), actions=[_acts(state)]),
        last_act(),
        cluster(
            status_chip(state.look, state.standing),
            rx.foreach(state.flags, lambda flag: status_chip(flag, "")),
        ),
        stat_tiles(*(_figure(state, *each) for each in _FIGURES)),
        refund_form(),
        mistake_form(on_invoice=False),
        let_go_form(),
        _facts(state),
        rx.cond(is_payment, _paid(state), rx.fragment()),
        rx.cond(state.backs.length() > 0, _back(state), rx.fragment()),
        rx.cond(state.attempt.contains("key"), _attempt(state), rx.fragment()),
        rx.cond(is_payment, rx.fragment(_posted(state), happenings(state)), rx.fragment()),
    )


def _lead(state: Any) -> Any:
    attempt = "Nothing of it is in the books: this did not become a payment so far."
    return rx.cond(state.payments.length() > 0, "", attempt).to(str)


def _figure(state: Any, label: str, name: str) -> rx.Component:
    """A figure; the amount leads to what was posted because of it."""
    figure: Any = state.figures[name]
    explain = native_link(
        "Explain", hidden(" "), hidden(label), href="#posted", class_name="button button--quiet"
    )
    explained = rx.cond(state.postings.length() > 0, explain, rx.fragment())
    return when(figure, stat_tile(label, rx.fragment(figure, explained)))


def _acts(state: Any) -> rx.Component:
    ask = rx.fragment(
        secondary_button("Look again", on_click=state.look_again),
        quiet_button("Let it go", on_click=AdminLetGoState.open_form),
    )
    return rx.fragment(
        when(state.receipt, download_pdf(state.receipt)),
        rx.cond(state.may_be_asked & may(Permission.TAKE_PAYMENTS), ask, rx.fragment()),
        rx.foreach(state.payments, lambda row: _menu(state, row)),
    )


def _menu(state: Any, row: Any) -> rx.Component:
    refund = quiet_button("Refund", on_click=AdminRefundState.open_form(row.payment_id))
    mistake = quiet_button(
        "It was recorded by mistake", on_click=AdminMistakeState.open_form(row.id)
    )
    menu = rx.el.details(
        rx.el.summary(
            "…", hidden(" more about this payment"), class_name="button button--secondary"
        ),
        rx.cond(row.gives_back, refund, rx.fragment()),
        rx.cond(row.by_hand, mistake, rx.fragment()),
        class_name="menu",
    )
    offers = (row.gives_back | row.by_hand) & may(Permission.REFUND)
    return rx.cond(offers, menu, rx.fragment())


def _facts(state: Any) -> rx.Component:
    party = rx.el.a(state.party, href=state.party_path)
    there = link_button("See it at the payment provider", href=state.there, native=True)
    return card(
        rx.el.div(
            rx.cond(
                state.facts.contains("received"),
                definition_list(
                    ("From", party),
                    ("Paid with", state.way),
                    ("Received", state.facts["received"]),
                    ("Recorded", state.facts["recorded"]),
                ),
                definition_list(("From", party), ("To be paid with", state.way)),
            ),
            when(state.there, cluster(there)),
            class_name="stack stack--4",
        )
    )


def _paid(state: Any) -> rx.Component:
    def credit(row: Any) -> rx.Component:
        what = rx.el.span("The customer's credit", rx.el.span(row.why, class_name="table__note"))
        return table_row(_PAID, [what, row.amount], key=row.id)

    rows = [rx.foreach(state.documents, _document), rx.foreach(state.credit, credit)]
    any_row = (state.documents.length() > 0) | (state.credit.length() > 0)
    return section(
        "What it paid",
        rx.cond(
            any_row,
            data_table(_PAID, rows, caption="What it paid"),
            rx.el.p("It pays nothing at the moment."),
        ),
    )


def _document(row: Any) -> rx.Component:
    return table_row(_PAID, [rx.el.a(row.name, href=row.path), row.amount], key=row.id)


def _back(state: Any) -> rx.Component:
    def row(each: Any) -> rx.Component:
        note = when(each.note, rx.el.span(each.note, class_name="table__note"))
        what = rx.el.span(each.what, note)
        cells = [what, each.on, status_chip(each.look, each.standing), each.amount]
        return table_row(_BACK, cells, key=each.id)

    return section(
        "What came back",
        data_table(_BACK, rx.foreach(state.backs, row), caption="What came back"),
    )


def _attempt(state: Any) -> rx.Component:
    facts = state.attempt
    retry = rx.el.p(
        rx.el.a("See the attempt that it tries again", href=f"/admin/payments/{facts['retry_of']}")
    )
    return section(
        "The attempt",
        card(
            rx.el.div(
                when(facts["failure"], rx.el.p(facts["failure"])),
                definition_list(
                    ("Begun by", facts["begun_by"]),
                    ("Begun", facts["begun"]),
                    ("Last changed", facts["changed"]),
                    ("Sent to the provider", facts["submitted"]),
                    ("Tries at the payer's bank", facts["tries"]),
                    ("Key", rx.el.code(facts["key"])),
                    (
                        "The provider's reference",
                        rx.el.code(
                            rx.cond(facts["reference"] != "", facts["reference"], "Not known yet")
                        ),
                    ),
                ),
                when(facts["retry_of"], retry),
                class_name="stack stack--4",
            )
        ),
        rx.el.div(
            _titled("What it was meant to pay", _PAID, rx.foreach(state.claims, _document)),
            _titled("Every message that arrived", _HEARD, rx.foreach(state.heard, _message)),
            class_name="stack stack--6",
        ),
    )


def _titled(title: str, columns: tuple[Column, ...], rows: rx.Component) -> rx.Component:
    heading = rx.el.h3(title, class_name="section__title")
    return rx.el.div(heading, data_table(columns, rows, caption=title), class_name="stack stack--4")


def _message(row: Any) -> rx.Component:
    made = rx.el.span(row.verdict, when(row.why, rx.el.span(row.why, class_name="table__note")))
    return table_row(_HEARD, [row.at, row.about, row.source, row.said, made])


def _posted(state: Any) -> rx.Component:
    def row(each: Any) -> rx.Component:
        cells = [each.what, each.on, each.credit, each.debit, each.amount.text]
        return table_row(_POSTED, cells, key=each.id)

    table = data_table(_POSTED, rx.foreach(state.postings, row), caption="What was posted")
    anchor = rx.el.span(id="posted", tab_index=-1)
    return section("What was posted", table, actions=[anchor])
