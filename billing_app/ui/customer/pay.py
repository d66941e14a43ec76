"""Paying in the portal: one document or several in one go, with what each of them gets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import reflex as rx

from billing_app.access.installation import installation, run
from billing_app.collecting.gateway import gateway_of, has_gateway
from billing_app.kernel.amounts import show_amount
from billing_app.kernel.errors import BillingError, NotFound
from billing_app.kernel.ids import new_id, show
from billing_app.kernel.tongue import language
from billing_app.reads import own_home, own_paying, saved_methods
from billing_app.reads.offered import offered_to_me
from billing_app.reads.own_paying import Payable
from billing_app.reads.payable import Much, Standing
from billing_app.ui.customer.pay_rows import (
    ClosedRow,
    MethodRow,
    PayRow,
    ShareRow,
    closed_row,
    method_rows,
    pay_row,
)
from billing_app.ui.said import SaidState


class CustomerPayState(rx.State):
    """What is going to be paid, and in which ways it can be."""

    asked: str = ""
    rows: list[PayRow] = []
    closed: list[ClosedRow] = []
    others: list[str] = []
    currency: str = ""
    wanted: list[str] = []
    much: str = ""
    typed: str = ""
    most: str = ""
    most_minor: str = ""
    due_now: str = ""
    due_minor: str = ""
    shares: list[ShareRow] = []
    total: str = ""
    problem: str = ""
    awaited: list[ShareRow] = []
    open_page: str = ""
    ways: list[str] = []
    methods: list[MethodRow] = []
    holder: str = ""
    account: str = ""
    reference: str = ""
    form_id: str = ""
    loaded: bool = False
    missing: bool = False

    @rx.event
    async def load(self) -> None:
        """Show what the address names, or all that asks for money.

        A connection that was lost and found loads it again, too, so what was unticked stays so.
        """
        named = self.router.url.query_parameters
        what, currency = named.get("what", ""), named.get("currency", "")
        if (asked := f"{what} {currency}") != self.asked:
            self.reset()
            self.asked = asked
        # A form that comes back is another one: what was sent before is not sent again.
        self.form_id = show("att", new_id())
        try:
            found = await run(lambda work: own_paying.payables(work, [what] if what else []))
        except NotFound:
            self.missing = self.loaded = True
            return
        self._show(found, currency)
        if self.open_page and named.get("said") == "given-up":
            (await self.get_state(SaidState))._leave_to_the_page()
        await self._learn_ways()
        await self._reckon()
        self.loaded = True

    @rx.event
    async def choose(self, document_id: str) -> None:
        """Tick a document, or untick it."""
        self.wanted = [
            row.id for row in self.rows if (row.id in self.wanted) != (row.id == document_id)
        ]
        await self._reckon()

    @rx.event
    async def take(self, much: Literal["all", "part", "other"]) -> None:
        """Say how much of it."""
        self.much = much
        await self._reckon()

    @rx.event
    async def type_amount(self, typed: str) -> None:
        """Type another amount."""
        self.typed = typed
        await self._reckon()

    def _show(self, found: list[Payable], currency: str) -> None:
        """The documents that can be paid together, and beside them those that cannot."""
        open_ = [each for each in found if each.standing is Standing.PAYABLE]
        currencies = list(dict.fromkeys(each.most.currency for each in open_))
        self.currency = currency if currency in currencies else next(iter(currencies), "")
        self.others = [each for each in currencies if each != self.currency]
        here = [each for each in open_ if each.most.currency == self.currency]
        before = {row.id for row in self.rows}
        self.wanted = [each.id for each in here if each.id in self.wanted or each.id not in before]
        self.rows = [pay_row(each, wanted=each.id in self.wanted) for each in here]
        self.closed = [closed_row(each) for each in found if each.standing is not Standing.PAYABLE]
        self.awaited = [
            ShareRow(each.what, each.awaited.text) for each in here if each.awaited.minor
        ]
        self.open_page = _left_open(here)
        self.much = self.much or _usual_much(here)

    async def _learn_ways(self) -> None:
        place = installation()
        online = has_gateway(place) and bool(self.rows)
        there = [way.value for way in gateway_of(place).ways(self.currency)] if online else []
        self.ways = await run(lambda work: offered_to_me(work, there))
        saved = await run(saved_methods.my_saved_methods)
        self.methods = method_rows([each for each in saved if each.kind in self.ways])
        bank = await run(own_home.bank_details)
        self.holder, self.account = bank.holder, bank.account

    async def _reckon(self) -> None:
        """What each of the ticked documents gets, as the form would be understood."""
        wanted, much, typed = self.wanted, self.much, self.typed
        self.problem, self.shares, self.total, self.due_now = "", [], "", ""
        self.reference = ", ".join(
            row.what.rpartition(" ")[2] for row in self.rows if row.id in wanted
        )
        try:
            offer = await run(lambda work: own_paying.offer(work, wanted))
            self.most, self.most_minor = offer.most.text, str(offer.most.minor)
            self.due_minor = str(offer.due_now.minor)
            if 0 < offer.due_now.minor < offer.most.minor:
                self.due_now = offer.due_now.text
            if much == Much.OTHER and not typed.strip():
                return
            shared = await run(lambda work: own_paying.shares(work, wanted, much=much, typed=typed))
        except BillingError as refusal:
            self.problem = str(refusal) if self.rows else ""
            return
        self.shares = [ShareRow(share.what, share.amount.text) for share in shared.rows]
        self.total = shared.total.text


def _left_open(rows: Sequence[Payable]) -> str:
    """What the gateway's pages are open for."""
    opened = [row.open_page for row in rows if row.open_page.minor]
    if not opened:
        return ""
    total = sum((each.money for each in opened[1:]), opened[0].money)
    return show_amount(total, language())


def _usual_much(rows: Sequence[Payable]) -> Much:
    """Of one document paid in parts, the part that is due; else all of it."""
    is_part = len(rows) == 1 and 0 < rows[0].due_now.minor < rows[0].most.minor
    return Much.PART if is_part else Much.ALL
