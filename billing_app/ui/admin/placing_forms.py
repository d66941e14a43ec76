"""The two steps of placing money: whose it is, and what it pays."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.ui.admin.forms import form_sheet, is_open
from billing_app.ui.admin.placing import OVERPAID, RECEIPT, TRANSFER, AdminPlacingState
from billing_app.ui.components.buttons import primary_button, quiet_button, secondary_button
from billing_app.ui.components.content import card, cluster, definition_list
from billing_app.ui.components.fields import search_field, select_field
from billing_app.ui.components.native import hidden_field
from billing_app.ui.components.tables import Column, data_table, table_row
from billing_app.ui.components.text import has_words, hidden

_COLUMNS = (
    Column(label="Name"),
    Column(label="E-mail", long=True),
    Column(label="Choose", hidden_label=True),
)


def placing_form() -> rx.Component:
    """The step that is open, if one is."""
    state: Any = AdminPlacingState
    steps = rx.cond(has_words(state.party), _what_it_pays(state), _whose(state))
    return rx.cond(is_open(AdminPlacingState), steps, rx.fragment())


def _whose(state: Any) -> rx.Component:
    def row(each: Any) -> rx.Component:
        choose = quiet_button(
            "Choose", hidden(" "), hidden(each.name), on_click=state.choose(each.id)
        )
        return table_row(_COLUMNS, [each.name, each.email, choose], key=each.id)

    table = data_table(_COLUMNS, rx.foreach(state.found, row), caption="Whose it may be")
    return card(
        rx.el.div(
            rx.el.h2("Whose money is it?", class_name="section__title"),
            rx.el.p(state.what),
            search_field(
                "Search by name",
                name="whose",
                default_value=state.search,
                on_change=state.search_for.debounce(200),
                auto_focus=True,
            ),
            rx.cond(state.found.length() > 0, table, rx.el.p("Nobody has a name that begins so.")),
            cluster(quiet_button("Cancel", on_click=state.close_form)),
            class_name="stack stack--4",
        )
    )


def _what_it_pays(state: Any) -> rx.Component:
    return form_sheet(
        "Give it to them?",
        state,
        state.place,
        {"invoice": _invoice(state)},
        before=rx.el.div(
            rx.el.p(state.what),
            definition_list(("Whose", state.party)),
            rx.el.p(_consequence(state)),
            _doubt(state),
            class_name="stack stack--4",
        ),
        button=primary_button("Give it to them", type="submit", auto_focus=True),
    )


def _consequence(state: Any) -> Any:
    return rx.match(
        state.kind,
        (
            TRANSFER,
            "It is taken from the payment provider for them. It pays the invoices whose numbers"
            " were written on it, or the one that asks for just as much; the rest is credit.",
        ),
        (OVERPAID, "It was theirs already. It pays the invoice now, as far as that asks for it."),
        (
            RECEIPT,
            "It becomes a payment of theirs, as received in the bank. What the invoice does not"
            " take is a customer's credit, or waits for a partner's next invoice.",
        ),
        "",
    )


def _invoice(state: Any) -> rx.Component:
    """What it pays. Of a transfer that follows from what is written on it."""
    options = rx.foreach(state.invoices, lambda each: rx.el.option(each.words, value=each.id))
    later = rx.cond(
        state.kind == RECEIPT, rx.el.option("No invoice for now", value=""), rx.fragment()
    )
    chosen = select_field(
        "What it pays",
        rx.fragment(options, later),
        name="invoice",
        # Where an id is known beforehand, the form sends the field while it is not there, too.
        id=rx.Var.create("invoice"),
    )
    nothing = rx.fragment(
        hidden_field("invoice", ""), rx.el.p("No invoice of theirs asks for money now.")
    )
    asked = rx.cond(state.invoices.length() > 0, chosen, nothing)
    return rx.cond(state.kind == TRANSFER, hidden_field("invoice", ""), asked)


def _doubt(state: Any) -> rx.Component:
    again = secondary_button("Record it all the same", on_click=state.place_all_the_same)
    return rx.cond(state.doubted, cluster(again), rx.fragment())
