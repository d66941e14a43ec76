"""What the pages of an invoice and of a Credit Request have in common for an admin."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.installation import run
from billing_app.kernel.business_numbers import show_abn
from billing_app.kernel.errors import NotFound
from billing_app.reads import timelines
from billing_app.reads.invoice_page import InvoicePageView
from billing_app.reads.request_page import RequestPageView
from billing_app.reads.takings import Takings
from billing_app.reads.timelines import Happening, Timeline
from billing_app.ui.admin.forms import OpenFormState
from billing_app.ui.admin.invoice_rows import PaymentLine, payment_lines
from billing_app.ui.admin.methods import MethodChoice, method_choices
from billing_app.ui.admin.outcomes import outcome
from billing_app.ui.admin.rooms import room_of
from billing_app.ui.last_act import tell_of, turn_page


class DocumentState(rx.State, mixin=True):
    """The document that the address names, as it stands in the books.

    What is done to it is done by forms of their own, which have it read again afterwards.
    """

    shown: str = ""
    loaded: bool = False
    missing: bool = False

    title: str = ""
    status: str = ""
    flags: list[str] = []
    party: str = ""
    party_path: str = ""
    email: str = ""
    is_customer: bool = False
    facts: dict[str, str] = {}
    figures: dict[str, str] = {}
    payments: list[PaymentLine] = []
    is_open: bool = False

    most: str = ""
    on_its_way: str = ""
    planned_on: str = ""
    credit: str = ""
    from_credit: str = ""
    uses_credit: bool = False
    methods: list[MethodChoice] = []
    today: str = ""

    happenings: list[Happening] = []
    after: str = ""

    _party_id: str = ""
    _locale: str = ""
    _currency: str = ""

    @rx.event
    async def load(self) -> None:
        """Show the document. A connection that was lost and found shows it as it is then."""
        wanted = self._wanted()
        if wanted != self.shown:
            self.reset()
            self._turn_over()
            # What was begun on another document is not for this one.
            (await self.get_state(OpenFormState)).which = ""
        self.shown = wanted
        await turn_page(self)
        try:
            found = await self._read()
        except NotFound:
            self.missing = True
            return
        attempt = self.router.url.query_parameters.get("attempt", "")
        if self.router.url.query_parameters.get("said") == "issued":
            await self._say(self._follows(found), is_good=True)
        for each, _ in found.attempts:
            if each.id == attempt:
                await self._say(outcome(each).words, is_good=outcome(each).is_good)

    @rx.event
    async def show_more(self) -> None:
        """Tell what happened before."""
        wanted, after = self.shown, self.after
        if after:
            page = await run(lambda work: timelines.timeline(work, wanted, after=after))
            self.happenings, self.after = [*self.happenings, *page.rows], page.after

    def _wanted(self) -> str:
        """The id in the address, which may be that of a page about one act on the document."""
        return "".join(self.router.url.path.strip("/").split("/")[2:3])

    def _turn_over(self) -> None:
        """Begin anew, with another document than was shown before."""

    async def _read(self) -> InvoicePageView | RequestPageView:
        """Show what the books say now."""
        raise NotImplementedError

    def _follows(self, found: Any) -> str:
        """What followed from the press that led here; nothing, unless a kind of document says."""
        return ""

    async def _say(self, words: str, *, is_good: bool) -> None:
        await tell_of(self, words, is_good=is_good)

    def _show_standing(self, found: InvoicePageView | RequestPageView) -> None:
        """What either kind of document has: how it stands, who pays it, and what they can."""
        row = found.view.row
        self.status, self.flags, self.party = row.status, row.flags, row.party
        self._party_id, self._currency = row.party_id, row.total.currency
        self._locale, self.email = found.locale, found.takings.email
        self.is_customer = found.takings.is_customer
        self.party_path = room_of(row.party_id)
        self.is_open = row.still_to_pay.minor > 0
        self.payments, self.planned_on = payment_lines(found), found.planned_on
        self._show_ways(found.takings)
        self._show_timeline(found.timeline)

    def _show_ways(self, ways: Takings) -> None:
        self.most = ways.most.text
        self.on_its_way = ways.on_its_way.text if ways.on_its_way.minor else ""
        self.credit = ways.credit.text if ways.credit.minor else ""
        self.from_credit = ways.from_credit.text
        self.uses_credit, self.today = ways.uses_credit, ways.today
        self.methods = method_choices(ways.methods)

    def _show_timeline(self, timeline: Timeline) -> None:
        self.happenings, self.after = timeline.rows, timeline.after


def address(side: dict[str, str]) -> str:
    """Who it is from or to, as it was when it went out, line by line."""
    names = ("legal_name", "name", "address", "abn", "tax_id", "email")
    abn = f"ABN {show_abn(side['abn'])}" if side.get("abn") else ""
    lines = dict.fromkeys((side | {"abn": abn}).get(name, "") for name in names)
    return "\n".join(line for line in lines if line)
