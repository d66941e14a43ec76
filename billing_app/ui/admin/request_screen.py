"""The page of one Credit Request: a draft that is written and raised, or what came of it."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.permissions import Permission
from billing_app.ui.admin.document_letters import document_letters
from billing_app.ui.admin.explain import explain_button, explanation
from billing_app.ui.admin.happenings import happenings
from billing_app.ui.admin.pay_link import pay_link
from billing_app.ui.admin.payments_section import request_payments
from billing_app.ui.admin.request import AdminRequestState
from billing_app.ui.admin.request_acts import AdminRequestActsState
from billing_app.ui.admin.request_forms import due_words, open_act
from billing_app.ui.components.buttons import (
    link_button,
    primary_button,
    quiet_button,
    secondary_button,
)
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
from billing_app.ui.components.papers import download_as_issued, download_pdf
from billing_app.ui.components.status import empty_state, status_chip
from billing_app.ui.components.tables import Column, data_table, skeleton, table_row
from billing_app.ui.components.text import has_words, when
from billing_app.ui.last_act import last_act
from billing_app.ui.state import may

_LOTS = (
    Column(label="Where it came from"),
    Column(label="On"),
    Column(label="Amount", numeric=True),
    Column(label="Not used yet", numeric=True),
)
_FIGURES = (("Asked for", "total"), ("Paid", "paid"), ("Still to pay", "still_to_pay"))


def request_page() -> rx.Component:
    """The screen at /admin/requests/[request]."""
    state: Any = AdminRequestState
    waiting = rx.fragment(page_header("Credit Request"), skeleton(8))
    return rx.cond(state.missing, _missing(), rx.cond(state.loaded, _request(state), waiting))


def _missing() -> rx.Component:
    return rx.fragment(
        page_header("Credit Request"),
        empty_state(
            "There is no such Credit Request",
            "The address is not whole, or the draft was deleted. Nothing was changed.",
            link_button("See all Credit Requests", href="/admin/requests"),
        ),
    )


def _request(state: Any) -> rx.Component:
    is_draft = state.status == "Draft"
    return rx.fragment(
        trail(("Billing", ""), ("Credit Requests", "/admin/requests")),
        page_header(state.title, actions=[rx.cond(is_draft, _draft_acts(), _acts(state))]),
        last_act(),
        open_act(),
        rx.cond(is_draft, _draft(state), _raised(state)),
        happenings(state),
    )


def _draft_acts() -> rx.Component:
    acts: Any = AdminRequestActsState
    return rx.cond(
        may(Permission.KEEP_INVOICES),
        rx.fragment(
            quiet_button("Delete", on_click=acts.open_form("delete")),
            secondary_button("Edit", icon="pencil", on_click=acts.open_form("change")),
            primary_button("Raise", on_click=acts.open_form("raise")),
        ),
        rx.fragment(),
    )


def _acts(state: Any) -> rx.Component:
    acts: Any = AdminRequestActsState
    void = quiet_button("Void", on_click=acts.open_form("void"))
    is_offered = (state.status != "Void") & may(Permission.KEEP_INVOICES)
    return rx.cond(is_offered, void, rx.fragment())


def _draft(state: Any) -> rx.Component:
    return section(
        "What it asks for",
        card(
            rx.el.div(
                definition_list(
                    ("For", rx.el.a(state.party, href=state.party_path)),
                    ("Amount", rx.el.strong(state.figures["total"])),
                    ("What it is for", _what_for(state)),
                    ("Due", due_words(state)),
                ),
                rx.el.p("It asks for nothing yet: only you and your colleagues see a draft."),
                class_name="stack stack--4",
            )
        ),
    )


def _what_for(state: Any) -> rx.Var[str]:
    description = state.facts["description"]
    return rx.cond(has_words(description), description, "Nothing said").to(str)


def _raised(state: Any) -> rx.Component:
    return rx.fragment(
        cluster(
            status_chip(state.status),
            explain_button("status", "the status"),
            rx.foreach(state.flags, lambda flag: status_chip(flag, "")),
        ),
        stat_tiles(*(_figure(state, *each) for each in _FIGURES)),
        explanation(state, posted=False),
        request_payments(),
        pay_link(state),
        _credit(state),
        _document(state),
        document_letters(),
    )


def _figure(state: Any, label: str, name: str) -> rx.Component:
    return stat_tile(label, rx.fragment(state.figures[name], explain_button(name, label)))


def _credit(state: Any) -> rx.Component:
    def row(lot: Any) -> rx.Component:
        cells = [lot.origin, lot.made_on, lot.amount.text, lot.left.text]
        return table_row(_LOTS, cells, key=lot.id)

    return section(
        "The credit it brought",
        rx.cond(
            state.lots.length() > 0,
            data_table(_LOTS, rx.foreach(state.lots, row), caption="The credit it brought"),
            rx.cond(
                state.status == "Void",
                rx.el.p("None: nothing was paid on it."),
                rx.el.p(f"None yet. What is paid on it becomes credit of {state.party}."),
            ),
        ),
    )


def _document(state: Any) -> rx.Component:
    facts = state.facts
    said = definition_list(
        ("For", rx.el.a(state.party, href=state.party_path)),
        ("What it is for", _what_for(state)),
        ("Made out to", rx.el.span(facts["to"], class_name="address")),
        ("From", rx.el.span(facts["from"], class_name="address")),
        ("Raised", facts["raised"]),
        ("Due", facts["due"]),
    )
    voided = definition_list(("Voided", facts["voided"]), ("Why", facts["void_reason"]))
    return section(
        "The document",
        card(rx.el.div(said, when(facts["voided"], voided), class_name="stack stack--4")),
        actions=[download_as_issued(state.shown), download_pdf(state.shown)],
    )
