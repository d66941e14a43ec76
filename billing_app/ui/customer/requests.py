"""The customer's Credit Requests: money asked for up front, which becomes credit."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.installation import run
from billing_app.reads.credits import RequestRow
from billing_app.reads.own_documents import my_credit_requests
from billing_app.ui.components.content import page_header
from billing_app.ui.components.lists import more_button
from billing_app.ui.components.status import document_chips, empty_state
from billing_app.ui.components.tables import Column, listed, table_row
from billing_app.ui.words import say

_COLUMNS = (
    Column(label=say("Credit Request")),
    Column(label=say("What for"), long=True),
    Column(label=say("Asked for by")),
    Column(label=say("Total"), numeric=True),
    Column(label=say("Still to pay"), numeric=True),
)


class CustomerRequestsState(rx.State):
    """All Credit Requests, the newest first."""

    rows: list[RequestRow] = []
    after: str = ""
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        """Show the newest."""
        page = await run(my_credit_requests)
        self.rows, self.after, self.loaded = page.rows, page.after, True

    @rx.event
    async def show_more(self) -> None:
        """Add the next page below. Being asked once too often changes nothing."""
        if after := self.after:
            page = await run(lambda work: my_credit_requests(work, after=after))
            self.rows, self.after = [*self.rows, *page.rows], page.after


def requests_page() -> rx.Component:
    """The screen at /customer/requests."""
    state: Any = CustomerRequestsState
    return rx.fragment(
        page_header(
            say("Credit Requests"),
            lead=say("Money you were asked for up front. What you pay becomes your credit."),
        ),
        listed(
            state.rows,
            state.loaded,
            _COLUMNS,
            _row,
            nothing=empty_state(
                say("No Credit Requests"), say("If you are asked to pay up front, it stands here.")
            ),
            caption=say("Credit Requests"),
        ),
        more_button(state),
    )


def _row(row: Any) -> rx.Component:
    name = rx.el.span(
        rx.el.a(row.number, href="/customer/requests/" + row.id),
        document_chips(row.status, row.flags),
        class_name="table__name",
    )
    cells = [name, row.description, row.due_on, row.total.text, row.still_to_pay.text]
    return table_row(_COLUMNS, cells, key=row.id)
