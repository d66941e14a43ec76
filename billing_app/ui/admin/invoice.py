"""One invoice: what it says, what is still to pay, and all that happened to it."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.installation import run
from billing_app.kernel.errors import BillingError, NotFound
from billing_app.kernel.ids import new_id, show
from billing_app.reads import timelines
from billing_app.reads.invoice_page import InvoicePageView, invoice_page
from billing_app.reads.invoice_view import LineView, LoweredView, PartView
from billing_app.reads.timelines import Happening
from billing_app.services import drafting
from billing_app.ui.admin.forms import OpenFormState
from billing_app.ui.admin.invoice_rows import PaymentLine, payment_lines
from billing_app.ui.admin.methods import MethodChoice, method_choices
from billing_app.ui.admin.outcomes import outcome


class AdminInvoiceState(rx.State):
    """The invoice that the address names, as it stands in the books.

    What is done to it is done by forms of their own, which have it read again afterwards.
    """

    shown: str = ""
    loaded: bool = False
    missing: bool = False
    told: str = ""
    refused: str = ""

    title: str = ""
    status: str = ""
    flags: list[str] = []
    party: str = ""
    party_path: str = ""
    is_customer: bool = False
    facts: dict[str, str] = {}
    figures: dict[str, str] = {}
    lines: list[LineView] = []
    parts: list[PartView] = []
    payments: list[PaymentLine] = []
    lowered: list[LoweredView] = []
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

    _copy: str = ""
    _party_id: str = ""
    _locale: str = ""
    _currency: str = ""

    @rx.event
    async def load(self) -> None:
        """Show the invoice. A connection that was lost and found shows it as it is then."""
        wanted = self._wanted()
        if wanted != self.shown:
            self.reset()
            self._copy = show("inv", new_id())
            # What was begun on another invoice is not for this one.
            (await self.get_state(OpenFormState)).which = ""
        self.shown, self.told, self.refused = wanted, "", ""
        try:
            found = await self._read()
        except NotFound:
            self.missing = True
            return
        attempt = self.router.url.query_parameters.get("attempt", "")
        for each, _ in found.attempts:
            if each.id == attempt:
                self._say(outcome(each).words, is_good=outcome(each).is_good)

    @rx.event
    async def show_more(self) -> None:
        """Tell what happened before."""
        wanted, after = self.shown, self.after
        if after:
            page = await run(lambda work: timelines.timeline(work, wanted, after=after))
            self.happenings, self.after = [*self.happenings, *page.rows], page.after

    @rx.event
    async def copy(self) -> Any:
        """Begin a draft that says the same, once, and go on writing it."""
        wanted, draft = self.shown, self._copy
        try:
            await run(lambda work: drafting.duplicate_invoice(work, draft, wanted))
        except BillingError as refusal:
            self._say(str(refusal), is_good=False)
            return rx.set_focus("main")
        return rx.redirect(f"/admin/drafts/{draft}")

    def _wanted(self) -> str:
        """The id in the address, which may be that of a page about one act on the invoice."""
        return "".join(self.router.url.path.strip("/").split("/")[2:3])

    def _say(self, words: str, *, is_good: bool) -> None:
        self.told, self.refused = (words, "") if is_good else ("", words)

    async def _read(self) -> InvoicePageView:
        wanted = self.shown
        found = await run(lambda work: invoice_page(work, wanted))
        self._show(found)
        self._show_ways(found)
        self.loaded = True
        return found

    def _show(self, found: InvoicePageView) -> None:
        view, row = found.view, found.view.row
        self.title = f"Invoice {row.number}" if row.number else "Draft"
        self.status, self.flags, self.party = row.status, row.flags, row.party
        self._party_id, self._currency, self._locale = (
            row.party_id,
            row.total.currency,
            found.locale,
        )
        self.is_customer = found.takings.is_customer
        room = "customers" if self.is_customer else "partners"
        self.party_path = f"/admin/{room}/{row.party_id}"
        self.is_open = row.still_to_pay.minor > 0
        self.facts = {
            "issued": row.issued_on,
            "due": row.due_on,
            "reference": view.reference,
            "note": view.note,
            "from": _address(view.biller),
            "to": _address(view.recipient) or row.party,
            "prices": "Prices include the tax." if view.prices_include_tax else "",
            "copied_from": view.duplicate_of,
        }
        self.figures = {
            "net": view.net.text,
            "tax": view.tax.text,
            "total": row.total.text,
            "paid": view.paid.text,
            "credited": view.credited.text if view.credited.minor else "",
            "written_off": view.written_off.text if view.written_off.minor else "",
            "still_to_pay": row.still_to_pay.text,
        }
        self.lines, self.parts = view.lines, view.parts
        self.payments = payment_lines(found)
        self.lowered = [*view.credit_notes, *view.write_offs]
        self.planned_on = found.planned_on
        self.happenings, self.after = found.timeline.rows, found.timeline.after

    def _show_ways(self, found: InvoicePageView) -> None:
        ways = found.takings
        self.most = ways.most.text
        self.on_its_way = ways.on_its_way.text if ways.on_its_way.minor else ""
        self.credit = ways.credit.text if ways.credit.minor else ""
        self.from_credit = ways.from_credit.text
        self.uses_credit, self.today = ways.uses_credit, ways.today
        self.methods = method_choices(ways.methods)


def _address(side: dict[str, str]) -> str:
    """Who it is from or to, as it was at issue, line by line."""
    names = ("legal_name", "name", "address", "abn", "tax_id", "email")
    lines = dict.fromkeys(side.get(name, "") for name in names)
    return "\n".join(line for line in lines if line)
