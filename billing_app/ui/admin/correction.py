"""Correcting an issued invoice: a credit note, a debt given up, or the whole of it voided."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypedDict

import reflex as rx

from billing_app.access.installation import run
from billing_app.access.work import Work
from billing_app.kernel.amounts import read_amount
from billing_app.kernel.errors import BillingError
from billing_app.kernel.ids import new_id, show
from billing_app.kernel.money import Money
from billing_app.services import noting, voiding, writing_off
from billing_app.services.handing_back import RefundPart
from billing_app.services.note_planning import Excess
from billing_app.ui.admin.forms import FormState, ReasonForm
from billing_app.ui.admin.invoice import AdminInvoiceState

Act = Literal["credit note", "write-off", "void"]


class NoteForm(TypedDict):
    """What the form of a credit note sends."""

    amount: str
    reason_code: str
    reason: str
    to_credit: str
    refunded: str
    payment_id: str
    outside: str


class WriteOffForm(TypedDict):
    """What the form of a write-off sends."""

    kind: str
    amount: str
    reason: str
    tax_relief: str


class AdminCorrectionState(FormState, rx.State):
    """The form that corrects an invoice. Sent twice, it corrects it once."""

    act: str = ""

    _id: str = ""
    _refund: str = ""

    @rx.event
    async def open_form(self, act: Act) -> None:
        """Open the form for one kind of correction, under an id of its own."""
        await self._open()
        self.act = act
        prefix = {"credit note": "crn", "write-off": "wof", "void": "cmd"}[act]
        self._id, self._refund = show(prefix, new_id()), show("ref", new_id())

    @rx.event
    async def issue_note(self, form: NoteForm) -> Any:
        """Issue the credit note; what was paid already goes where the form says."""
        page = await self.get_state(AdminInvoiceState)
        note, refund, invoice = self._id, self._refund, page.shown

        def read(field: Literal["to_credit", "refunded", "outside"]) -> Money | None:
            typed = form[field].strip()
            if not typed:
                return None
            return read_amount(typed, page._currency, page._locale, field=field).money

        def issue(work: Work[Any]) -> str:
            amount = read_amount(form["amount"], page._currency, page._locale).money
            refunded = read("refunded")
            parts = [RefundPart(refund, form["payment_id"], refunded)] if refunded else []
            return noting.issue_credit_note(
                work,
                note,
                invoice_id=invoice,
                amount=amount,
                reason_code=form["reason_code"],
                reason=form["reason"],
                excess=Excess(read("to_credit"), parts, read("outside")),
            )

        def done() -> str:
            row = page._lowered_by(note)
            return f"Credit note {row.number} over {row.amount.text} is issued."

        return await self._do(page, issue, done)

    @rx.event
    async def write_off(self, form: WriteOffForm) -> Any:
        """Give up on what is owed, or let a small rest go."""
        page = await self.get_state(AdminInvoiceState)
        loss, invoice = self._id, page.shown

        def give_up(work: Work[Any]) -> str:
            if form["kind"] == "small_balance":
                reason = form["reason"] or "Small balance"
                return writing_off.write_off_small_balance(
                    work, loss, invoice_id=invoice, reason=reason
                )
            typed = form["amount"]
            amount = read_amount(typed, page._currency, page._locale).money if typed else None
            return writing_off.write_off_bad_debt(
                work,
                loss,
                invoice_id=invoice,
                reason=form["reason"],
                amount=amount,
                tax_relief=form["tax_relief"] == "yes",
            )

        def done() -> str:
            amount = page._lowered_by(loss).amount.text
            return f"{amount} is written off on {page.title}. The customer is not told."

        return await self._do(page, give_up, done)

    @rx.event
    async def void(self, form: ReasonForm) -> Any:
        """Void the invoice; it keeps its number."""
        page = await self.get_state(AdminInvoiceState)
        key, invoice = self._id, page.shown
        return await self._do(
            page,
            lambda work: voiding.void_invoice(
                work, invoice, reason=form["reason"], command_key=key
            ),
            lambda: f"{page.title} is void. It keeps its number, and nothing is owed on it.",
        )

    async def _do(self, page: AdminInvoiceState, command: Any, done: Callable[[], str]) -> Any:
        """Do it once, show the invoice as it is then, and tell what was done from that."""
        self.problem, self.wrong_field = "", ""
        try:
            await run(command)
        except BillingError as refusal:
            await self._refuse(refusal)
            return None
        await self._close()
        await page._read()
        await page._say(done(), is_good=True)
        return rx.set_focus("main")
