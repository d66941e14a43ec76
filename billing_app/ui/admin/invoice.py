"""One invoice: what it says, what is still to pay, and all that happened to it."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.installation import run
from billing_app.kernel.errors import BillingError
from billing_app.kernel.ids import new_id, show
from billing_app.reads.invoice_page import InvoicePageView, invoice_page
from billing_app.reads.invoice_view import LineView, LoweredView, PartView
from billing_app.reads.refundable import RefundableOn
from billing_app.services import drafting
from billing_app.ui.admin.document import DocumentState, address


class AdminInvoiceState(DocumentState, rx.State):
    """The invoice that the address names, as it stands in the books."""

    lines: list[LineView] = []
    parts: list[PartView] = []
    lowered: list[LoweredView] = []
    refundable: list[RefundableOn] = []
    creditable: str = ""
    why_not_void: str = ""

    _copy: str = ""

    @rx.event
    async def copy(self) -> Any:
        """Begin a draft that says the same, once, and go on writing it."""
        wanted, draft = self.shown, self._copy
        try:
            await run(lambda work: drafting.duplicate_invoice(work, draft, wanted))
        except BillingError as refusal:
            await self._say(str(refusal), is_good=False)
            return rx.set_focus("main")
        return rx.redirect(f"/admin/drafts/{draft}")

    def _turn_over(self) -> None:
        self._copy = show("inv", new_id())

    async def _read(self) -> InvoicePageView:
        wanted = self.shown
        found = await run(lambda work: invoice_page(work, wanted))
        self._show_standing(found)
        self._show(found)
        self.loaded = True
        return found

    def _follows(self, found: InvoicePageView) -> str:
        """What being issued brought with it: credit that was used, and a letter."""
        if not found.view.row.number:
            return ""
        paid, still = found.view.paid, found.view.row.still_to_pay
        credit = f" {paid.text} of their credit was used for it." if paid.minor else ""
        asks = f" A letter to {self.email} asks for {still.text}." if still.minor else ""
        nothing = "" if still.minor else " Nothing is left to pay, so no letter asks for it."
        return f"{self.title} is issued.{credit}{asks}{nothing}"

    def _lowered_by(self, act_id: str) -> LoweredView:
        """The credit note or write-off of this id, which is among what lowered the invoice."""
        return next(each for each in self.lowered if each.id == act_id)

    def _show(self, found: InvoicePageView) -> None:
        view, row = found.view, found.view.row
        self.title = f"Invoice {row.number}" if row.number else "Draft"
        self.facts = {
            "issued": row.issued_on,
            "due": row.due_on,
            "reference": view.reference,
            "note": view.note,
            "from": address(view.biller),
            "to": address(view.recipient) or row.party,
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
        self.refundable = found.refundable
        self.creditable = found.creditable.text if found.creditable.minor else ""
        self.why_not_void = found.why_not_void
        self.lines, self.parts = view.lines, view.parts
        self.lowered = [*view.credit_notes, *view.write_offs]
