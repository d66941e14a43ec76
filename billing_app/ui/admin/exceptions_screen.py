"""The page of the inbox of exceptions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import reflex as rx

from billing_app.access.permissions import Permission
from billing_app.reads.exception_kinds import Kind
from billing_app.ui.admin.dealing import AdminDealingState, dealing_form
from billing_app.ui.admin.exceptions import AdminExceptionsState
from billing_app.ui.admin.placing import AdminPlacingState
from billing_app.ui.admin.placing_forms import placing_form
from billing_app.ui.components.buttons import link_button, secondary_button
from billing_app.ui.components.content import page_header, section
from billing_app.ui.components.status import empty_state
from billing_app.ui.components.tables import Column, data_table, skeleton, table_row
from billing_app.ui.components.text import hidden, when
from billing_app.ui.last_act import last_act
from billing_app.ui.state import may

_COLUMNS = (
    Column(label="What happened"),
    Column(label="Whose"),
    Column(label="Since", short=True),
    Column(label="Actions", hidden_label=True, short=True),
)
_DISPUTED = (
    Column(label="What happened"),
    Column(label="Whose"),
    Column(label="Answer by", short=True),
    Column(label="Actions", hidden_label=True, short=True),
)


def exceptions_page() -> rx.Component:
    """The screen at /admin/exceptions."""
    state: Any = AdminExceptionsState
    well = empty_state(
        "All is well",
        "Nothing waits for anybody: of every payment it is known what became of it, and whose it"
        " is. Whatever needs a word from you is listed here.",
        link_button("See all payments", href="/admin/payments"),
        icon_name="check-circle",
    )
    return rx.fragment(
        page_header(
            "Exceptions",
            lead="What did not go by itself: what happened, whether money moved, and the one thing"
            " to do.",
        ),
        last_act(),
        dealing_form(),
        rx.el.div(placing_form(), on_unmount=AdminPlacingState.close_form),
        rx.cond(
            state.loaded,
            rx.cond(state.total > 0, _sections(state), well),
            skeleton(8),
        ),
    )


def _sections(state: Any) -> rx.Component:
    return rx.fragment(
        _section(state, Kind.UNKNOWN, "Outcome unknown", _look),
        _section(state, Kind.PUT_ASIDE, "News that does not fit", _deal),
        _section(state, Kind.TRANSFER, "Transfers that are nobody's yet", _place),
        _section(state, Kind.UNPLACED, "Money that pays nothing yet", _place),
        _section(state, Kind.FAILED, "Charges and debits that failed", _retry),
        _section(state, Kind.TAKEN_BACK, "Payments that a bank took back", _ask_again),
        _section(state, Kind.DISPUTE, "Disputes", _answer, columns=_DISPUTED),
        _section(state, Kind.GIVEN_UP, "Letters and other work that was given up", _again),
    )


def _section(
    state: Any,
    kind: Kind,
    title: str,
    act: Callable[[Any], rx.Component],
    *,
    columns: tuple[Column, ...] = _COLUMNS,
) -> rx.Component:
    """Those of one kind, with how many there are; nothing while there is none."""
    count, rows = state.counts[kind.value].to(int), state.rows[kind.value]
    last = "until" if columns is _DISPUTED else "since"

    def row(each: Any) -> rx.Component:
        cells = [_what(each), each.party, getattr(each, last), _acts(act(each))]
        return table_row(columns, cells, key=each.id)

    more = rx.el.p("The first ones are shown. The others come up as these are dealt with.")
    found = rx.fragment(
        section(
            title,
            data_table(columns, rx.foreach(rows, row), caption=title),
            rx.cond(count > rows.length(), more, rx.fragment()),
            actions=[
                rx.el.span(count.to_string(), hidden(" of these"), class_name="chip chip--amber")
            ],
        )
    )
    return rx.cond(count > 0, found, rx.fragment())


def _acts(act: rx.Component) -> rx.Component:
    return rx.el.div(act, class_name="table__acts")


def _what(row: Any) -> rx.Component:
    page = rx.el.a(row.what, href=f"/admin/payments/{row.page}")
    return rx.el.span(
        rx.cond(row.page != "", page, row.what),
        when(row.detail, rx.el.span(row.detail, class_name="table__note")),
    )


def _for_takers(button: rx.Component) -> rx.Component:
    return rx.cond(may(Permission.TAKE_PAYMENTS), button, rx.fragment())


def _about(row: Any) -> tuple[Any, Any, Any, Any]:
    """For whoever hears a button alone: what it is about, and whose that is."""
    return hidden(" "), hidden(row.what), hidden(" "), hidden(row.party)


def _look(row: Any) -> rx.Component:
    return _for_takers(
        secondary_button(
            "Look again", *_about(row), on_click=AdminExceptionsState.look_again(row.about)
        )
    )


def _deal(row: Any) -> rx.Component:
    return _for_takers(
        secondary_button(
            "Mark dealt with", *_about(row), on_click=AdminDealingState.open_form(row.about)
        )
    )


def _place(row: Any) -> rx.Component:
    words = rx.cond(row.page != "", "Use it for an invoice", "Say whose it is")
    return _for_takers(
        secondary_button(words, *_about(row), on_click=AdminPlacingState.open_form(row.about))
    )


def _retry(row: Any) -> rx.Component:
    return _for_takers(link_button("Open to retry", *_about(row), href=row.there))


def _ask_again(row: Any) -> rx.Component:
    return link_button("Open what is to be paid", *_about(row), href=row.there)


def _answer(row: Any) -> rx.Component:
    """Where it can be answered; without an address there, the payment with all that is known."""
    return rx.cond(
        row.there != "",
        link_button("Answer it at the provider", *_about(row), href=row.there, native=True),
        link_button("Open the payment", *_about(row), href=f"/admin/payments/{row.page}"),
    )


def _again(row: Any) -> rx.Component:
    button = secondary_button(
        "Try again", *_about(row), on_click=AdminExceptionsState.try_again(row.about)
    )
    return rx.cond(may(Permission.RETRY_JOBS), button, rx.fragment())
