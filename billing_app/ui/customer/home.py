"""The customer's first screen: what there is to pay, what is there as credit, what was paid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import reflex as rx

from billing_app.access.installation import run
from billing_app.kernel.tongue import tell
from billing_app.reads import own_home, own_paying
from billing_app.reads.customer import account
from billing_app.reads.own_documents import my_payments
from billing_app.reads.own_home import OwnStanding
from billing_app.reads.own_paying import Payable
from billing_app.reads.payable import Standing
from billing_app.reads.payments import PaymentRow
from billing_app.ui.components.buttons import link_button
from billing_app.ui.components.content import (
    card,
    definition_list,
    page_header,
    section,
    stat_tile,
    stat_tiles,
)
from billing_app.ui.components.status import callout, empty_state, status_chip
from billing_app.ui.components.tables import (
    Column,
    listed,
    skeleton,
    table_row,
)
from billing_app.ui.components.text import hidden, when
from billing_app.ui.customer.payments import payments_table
from billing_app.ui.words import say

_COLUMNS = (
    Column(label=say("Document")),
    Column(label=say("Due")),
    Column(label=say("Still to pay"), numeric=True),
    Column(label=say("Pay"), hidden_label=True),
)
_LATEST = 3


@dataclass(frozen=True)
class Tile:
    """How one stands in one currency."""

    total_due: str
    of_requests: str
    overdue: str
    on_its_way: str
    credit: str


@dataclass(frozen=True)
class UnpaidRow:
    """A document that asks for money; without a ``pay`` there is nothing to press now."""

    what: str
    href: str
    due: str
    still_to_pay: str
    late: bool
    on_its_way: str
    pay: str


class CustomerHomeState(rx.State):
    """How the customer stands, and their own record."""

    tiles: list[Tile] = []
    rows: list[UnpaidRow] = []
    several: bool = False
    payments: list[PaymentRow] = []
    name: str = ""
    email: str = ""
    biller: str = ""
    terms: str = ""
    since: str = ""
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        """Show what is to pay, then the account."""
        self.tiles = [_tile(each) for each in await run(own_home.standings)]
        self.rows = [_row(each) for each in await run(own_paying.payables)]
        self.several = sum(bool(row.pay) for row in self.rows) > 1
        self.payments = (await run(my_payments)).rows[:_LATEST]
        found = await run(account)
        self.name, self.email, self.biller = found.name, found.email, found.biller
        self.terms, self.since = found.terms, found.since
        self.loaded = True


def own_page(document_id: str) -> str:
    """The page of one of the customer's documents."""
    room = "requests" if document_id.startswith("crq_") else "invoices"
    return f"/customer/{room}/{document_id}"


def _tile(each: OwnStanding) -> Tile:
    requests, coming = each.in_requests, each.on_its_way
    return Tile(
        total_due=each.total_due.text,
        of_requests=tell("%(amount)s of it in Credit Requests", amount=requests.text)
        if requests.minor
        else "",
        overdue=each.overdue.text,
        on_its_way=tell(
            "%(amount)s is on its way and has not cleared yet. There is nothing more to do for it;"
            " please do not pay it again.",
            amount=coming.text,
        )
        if coming.minor
        else "",
        credit=each.credit.text,
    )


def _row(each: Payable) -> UnpaidRow:
    is_open = each.standing is Standing.PAYABLE
    return UnpaidRow(
        what=each.what,
        href=own_page(each.id),
        due=each.due,
        still_to_pay=each.still_to_pay.text,
        late=each.late,
        on_its_way="" if is_open and not each.on_its_way.minor else "processing",
        pay=f"/customer/pay?what={each.id}" if is_open else "",
    )


def home_page() -> rx.Component:
    """The screen at /customer."""
    state: Any = CustomerHomeState
    facts = definition_list(
        (say("Billed to"), state.name),
        (say("Billed by"), state.biller),
        (say("Payment is due"), state.terms),
        (say("Invoices go to"), state.email),
        (say("Customer since"), state.since),
    )
    return rx.fragment(
        page_header(say("Your account"), lead=say("What there is to pay, and what you paid.")),
        rx.cond(state.loaded, rx.foreach(state.tiles, _tiles), skeleton(3)),
        section(
            say("Unpaid Invoices & Credit Requests"),
            _unpaid(),
            actions=[
                rx.cond(
                    state.several,
                    link_button(say("Pay several at once"), href="/customer/pay", native=True),
                    rx.fragment(),
                )
            ],
        ),
        section(
            say("Latest payments"),
            payments_table(state.payments, state.loaded),
            actions=[link_button(say("All payments"), href="/customer/payments", kind="quiet")],
        ),
        section(say("Details"), card(rx.cond(state.name != "", facts, skeleton(5)))),
        callout(
            say(
                "You see your own account and nobody else's. What you agree with the business that"
                " bills you stays between the two of you."
            ),
            tone="info",
        ),
    )


def _tiles(tile: Any) -> rx.Component:
    return rx.fragment(
        stat_tiles(
            stat_tile(say("Total due"), tile.total_due, note=tile.of_requests),
            stat_tile(say("Overdue"), tile.overdue),
            stat_tile(say("Credit balance"), tile.credit),
        ),
        when(tile.on_its_way, callout(tile.on_its_way, tone="info")),
    )


def _unpaid() -> rx.Component:
    state: Any = CustomerHomeState
    return listed(
        state.rows,
        state.loaded,
        _COLUMNS,
        _unpaid_row,
        nothing=empty_state(
            say("Nothing to pay"),
            say("What you paid is under Invoices and Payments."),
            icon_name="check-circle",
        ),
        caption=say("Unpaid Invoices & Credit Requests"),
        waiting=3,
    )


def _unpaid_row(row: Any) -> rx.Component:
    name = rx.el.span(
        rx.el.a(row.what, href=row.href),
        rx.cond(row.late, status_chip("overdue"), rx.fragment()),
        when(row.on_its_way, status_chip("processing")),
        class_name="table__name",
    )
    pay = when(
        row.pay,
        link_button(
            say("Pay Now"), hidden(" "), hidden(row.what), href=row.pay, kind="pay", native=True
        ),
    )
    return table_row(_COLUMNS, [name, row.due, row.still_to_pay, pay], key=row.href)
