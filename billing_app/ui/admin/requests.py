"""Billing > Credit Requests: what customers were asked for up front, found again."""

from __future__ import annotations

from typing import Any, TypedDict

import reflex as rx

from billing_app.access.installation import run
from billing_app.access.permissions import Permission
from billing_app.kernel.errors import Invalid
from billing_app.reads.credits import RequestRow
from billing_app.reads.request_words import WORDS, requests_wanted
from billing_app.ui.admin.listing import ListState, no_match
from billing_app.ui.components.buttons import link_button
from billing_app.ui.components.content import page_header
from billing_app.ui.components.lists import (
    filter_field,
    filters,
    list_search,
    list_tools,
    more_button,
    shelves,
)
from billing_app.ui.components.status import document_chips, empty_state
from billing_app.ui.components.tables import Column, listed, table_row
from billing_app.ui.components.text import when
from billing_app.ui.state import may

_COLUMNS = (
    Column(label="Credit Request", short=True),
    Column(label="For"),
    Column(label="Raised", short=True),
    Column(label="Due", short=True),
    Column(label="Status"),
    Column(label="Asked for", numeric=True),
    Column(label="Still to pay", numeric=True),
)


class RequestFilters(TypedDict):
    """What the form of the filters sends."""

    customer: str
    currency: str
    since: str
    until: str


class AdminRequestsState(ListState, rx.State):
    """The list of Credit Requests."""

    _path = "/admin/requests"
    _words = WORDS
    _shelves = {
        "all": "All",
        "draft": "Drafts",
        "to pay": "To pay",
        "paid": "Paid",
        "void": "Void",
    }
    _usual = {"standing": "all"}

    rows: list[RequestRow] = []
    file: str = ""

    @rx.event
    def narrow(self, form: RequestFilters) -> Any:
        """Show only what these filters let through."""
        return self._go({name: str(value) for name, value in form.items()})

    async def _page(self, after: str) -> str:
        said = dict(self.said)
        self.rows = self.rows if after else []
        try:
            page = await run(lambda work: requests_wanted(work, said, after=after))
        except Invalid:
            # What cannot be understood is no list, and so no file either.
            self.file = ""
            raise
        self.rows, self.file = [*self.rows, *page.rows], page.file
        return page.after


def requests_page() -> rx.Component:
    """The screen at /admin/requests."""
    state: Any = AdminRequestsState
    return rx.fragment(
        page_header(
            "Credit Requests",
            lead="Money you ask customers for up front. What they pay becomes their credit.",
            actions=[_actions(state)],
        ),
        shelves("Shelves", state.shelves),
        list_tools(
            list_search("Search Credit Requests", state, hint="Number, name, e-mail or amount"),
        ),
        filters(state, _filter_fields(state), state.narrowed),
        listed(
            state.rows,
            state.loaded,
            _COLUMNS,
            _line,
            nothing=_nothing(state),
            caption="Credit Requests",
        ),
        more_button(state),
    )


def _actions(state: Any) -> rx.Component:
    return rx.fragment(
        rx.cond(
            state.file != "",
            link_button("Download CSV", href=state.file, icon="document", native=True),
            rx.fragment(),
        ),
        rx.cond(
            may(Permission.KEEP_INVOICES),
            link_button(
                "New Credit Request", href="/admin/new-request", kind="primary", icon="plus"
            ),
            rx.fragment(),
        ),
    )


def _line(row: Any) -> rx.Component:
    number = rx.el.a(
        rx.cond(row.status == "Draft", "Draft", row.number), href="/admin/requests/" + row.id
    )
    cells: list[Any] = [
        number,
        rx.el.span(
            row.party, when(row.description, rx.el.span(row.description, class_name="table__note"))
        ),
        row.raised_on,
        row.due_on,
        document_chips(row.status, row.flags),
        row.total.text,
        row.still_to_pay.text,
    ]
    return table_row(_COLUMNS, cells, key=row.id)


def _filter_fields(state: Any) -> dict[str, rx.Component]:
    words = {
        "customer": ("Customer", "How the name begins."),
        "currency": ("Currency", "Three letters, such as AUD."),
        "since": ("Raised from", ""),
        "until": ("Raised until", ""),
    }
    return {name: filter_field(state, name, *said) for name, said in words.items()}


def _nothing(state: Any) -> rx.Component:
    none_yet = empty_state(
        "No Credit Requests here",
        "Ask a customer for money up front, and it stands here.",
        link_button("See all Credit Requests", href="/admin/requests"),
    )
    sentence = "No Credit Request on this shelf is what you are looking for."
    return no_match(state, sentence, none_yet)
