"""How a customer stands: three figures that nobody shall confuse, and their credit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import reflex as rx

from billing_app.access.installation import run
from billing_app.reads.balances import Balances
from billing_app.reads.customer_page import standing
from billing_app.reads.explaining import Balance
from billing_app.reads.pedigrees import Named, Pedigree, pedigrees
from billing_app.ui.admin.customer_explain import explain_balance_button, explain_lot_button
from billing_app.ui.admin.customer_sections import SectionState
from billing_app.ui.admin.rooms import room_of
from billing_app.ui.components.content import section, stat_tile, stat_tiles
from billing_app.ui.components.lists import more_button
from billing_app.ui.components.status import empty_state
from billing_app.ui.components.tables import (
    Column,
    listed,
    skeleton,
    table_row,
)
from billing_app.ui.components.text import when

_COLUMNS = (
    Column(label="Came on", short=True),
    Column(label="From"),
    Column(label="Was used for"),
    Column(label="Came", numeric=True),
    Column(label="Left", numeric=True),
    Column(label="Explain", hidden_label=True),
)


@dataclass(frozen=True)
class BalanceLine:
    """The three figures in one currency."""

    currency: str
    credit: str
    owed: str
    invoice: str
    remark: str


@dataclass(frozen=True)
class Part:
    """A document or payment that credit came from or went to, with its page if it has one."""

    href: str
    words: str


@dataclass(frozen=True)
class LotLine:
    """A lot of credit with its pedigree."""

    id: str
    made_on: str
    origin: str
    reason: str
    sources: list[Part]
    uses: list[Part]
    amount: str
    left: str


class AdminCustomerStandingState(SectionState, rx.State):
    """The figures, and the lots that the credit lies in."""

    balances: list[BalanceLine] = []
    currencies: list[str] = []
    lots: list[LotLine] = []
    after: str = ""

    _locale: str = ""

    @rx.event
    async def show_more(self) -> None:
        """Add the lots that came before."""
        wanted, after = self.shown, self.after
        if after:
            page = await run(lambda work: pedigrees(work, wanted, after=after))
            self.lots = [*self.lots, *map(_lot, page.rows)]
            self.after = page.after

    async def _read(self) -> None:
        wanted = self.shown
        found = await run(lambda work: standing(work, wanted))
        self.balances = [_balance(each) for each in found.balances]
        self.currencies = [each.currency for each in found.balances]
        self.lots, self.after = [_lot(each) for each in found.lots.rows], found.lots.after
        self._locale = found.locale


def _balance(each: Balances) -> BalanceLine:
    minor = each.invoice_balance.minor
    return BalanceLine(
        currency=each.currency,
        credit=each.credit_available.text,
        owed=each.owed.text,
        invoice=each.invoice_balance.text,
        remark="They owe this." if minor < 0 else "We hold this." if minor else "All is even.",
    )


def _lot(each: Pedigree) -> LotLine:
    lot = each.lot
    return LotLine(
        id=lot.id,
        made_on=lot.made_on,
        origin=lot.origin,
        reason=lot.reason,
        sources=[_part(source) for source in each.sources],
        uses=[_part(use.on, f": {use.amount.text}") for use in each.uses],
        amount=lot.amount.text,
        left=lot.left.text,
    )


def _part(named: Named, amount: str = "") -> Part:
    return Part(room_of(named.page_id), named.words + amount)


def balance_tiles() -> rx.Component:
    """The three figures of each currency, side by side and never summed across."""
    state: Any = AdminCustomerStandingState
    return rx.cond(state.loaded, rx.foreach(state.balances, _tiles), skeleton(3))


def _tiles(row: Any) -> rx.Component:
    figures = (
        (Balance.CREDIT, row.credit, ""),
        (Balance.OWED, row.owed, ""),
        (Balance.INVOICE, row.invoice, row.remark),
    )
    return stat_tiles(
        *(
            stat_tile(
                label,
                rx.fragment(figure, explain_balance_button(label, row.currency)),
                note=note,
            )
            for label, figure, note in figures
        )
    )


def credit_lots() -> rx.Component:
    """The credit: where each lot came from, what it paid, what is left of it."""
    state: Any = AdminCustomerStandingState
    nothing = empty_state(
        "No credit yet",
        "Credit comes from a paid Credit Request, an overpayment, a credit note, or by hand.",
        icon_name="plus",
    )
    return section(
        "Credit",
        listed(
            state.lots,
            state.loaded,
            _COLUMNS,
            _row,
            nothing=nothing,
            caption="Credit, lot by lot",
            waiting=2,
        ),
        more_button(state, "Show earlier credit"),
    )


def _row(row: Any) -> rx.Component:
    origin = rx.el.span(
        row.origin,
        when(row.reason, rx.el.span(row.reason, class_name="table__note")),
        rx.foreach(row.sources, _link),
    )
    uses = rx.cond(
        row.uses.length() > 0, rx.el.span(rx.foreach(row.uses, _link)), rx.el.span("Nothing yet")
    )
    cells = [row.made_on, origin, uses, row.amount, row.left, explain_lot_button(row)]
    return table_row(_COLUMNS, cells, key=row.id)


def _link(part: Any) -> rx.Component:
    words = rx.cond(part.href != "", rx.el.a(part.words, href=part.href), rx.el.span(part.words))
    return rx.el.span(words, class_name="table__part")
