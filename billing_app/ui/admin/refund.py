"""The menu (…) of a payment: giving some of it back, on its own page or on that of an invoice."""

from __future__ import annotations

from typing import Any, TypedDict

import reflex as rx

from billing_app.access.installation import run, run_outside
from billing_app.access.work import Work
from billing_app.collecting.refunds import refund_to_card
from billing_app.kernel.amounts import read_amount
from billing_app.kernel.errors import BillingError, Invalid
from billing_app.kernel.ids import new_id, show
from billing_app.kernel.money import Money
from billing_app.kernel.refusals import shown
from billing_app.reads.invoice_view import invoice
from billing_app.reads.refundable import refund_tried, refundable
from billing_app.services import refunding
from billing_app.services.note_planning import REASON_CODES
from billing_app.services.paying import Part
from billing_app.services.refund_asking import NoteAsked, RefundAsked
from billing_app.ui.admin.forms import FormState, form_sheet, is_open
from billing_app.ui.admin.invoice import AdminInvoiceState
from billing_app.ui.admin.outcomes import Told
from billing_app.ui.admin.payment import AdminPaymentState
from billing_app.ui.admin.payment_rows import PaidLine
from billing_app.ui.admin.payment_shown import page_with
from billing_app.ui.admin.refund_choices import (
    BY_HAND,
    FROM_CREDIT,
    NO_LONGER,
    STILL,
    is_it_owed,
    which_invoice,
    which_way,
)
from billing_app.ui.components.buttons import danger_button
from billing_app.ui.components.content import definition_list
from billing_app.ui.components.fields import field_error, number_field, select_field, text_field
from billing_app.ui.components.text import has_words


class RefundForm(TypedDict):
    """What the form sends."""

    amount: str
    way: str
    invoice: str
    choice: str
    reason_code: str
    reason: str
    reference: str


class AdminRefundState(FormState, rx.State):
    """The form that gives back some of a payment. Sent twice, it gives it back once."""

    what: str = ""
    instrument: str = ""
    left: str = ""
    invoices: list[PaidLine] = []
    invoice: str = ""
    """The only one that it can come off, if there is just one."""

    from_credit: bool = False
    """Whether some of the payment became credit, which can go back without an invoice."""

    in_another_way: bool = False
    """Whether the provider could not give some of it back, so that somebody may do it by hand."""

    _payment: str = ""
    _credit_of: str = ""
    """The payment that the credit came with; none if it became the customer's otherwise."""

    _refund: str = ""
    _attempt: str = ""
    _note: str = ""

    @rx.event
    async def open_form(self, payment_id: str) -> None:
        """Open the form for one payment, under ids of its own."""
        page = await page_with(self)
        found = await run(lambda work: refundable(work, payment_id))
        await self._open()
        self.invoices, self.from_credit = [], False
        if isinstance(page, AdminPaymentState):
            self.invoices = [each for each in page.documents if each.id.startswith("inv_")]
            self.from_credit = page.became_credit
        self.in_another_way = found.failed and found.instrument != ""
        self._credit_of = payment_id if self.from_credit else ""
        self.from_credit = self.from_credit or found.came_as_credit
        self.invoice = page.shown if isinstance(page, AdminInvoiceState) else ""
        if len(self.invoices) == 1:
            self.invoice = self.invoices[0].id
        self.what, self.instrument = f"{found.what}, {found.received_on}", found.instrument
        self.left, self._payment = found.left.text, payment_id
        self._refund, self._note = show("ref", new_id()), show("crn", new_id())
        self._attempt = show("rfa", new_id())

    @rx.event
    async def refund(self, form: RefundForm) -> Any:
        """Give it back the way it came, or note that somebody hands it back."""
        page = await page_with(self)
        self.problem, self.wrong_field = "", ""
        try:
            amount = read_amount(form["amount"], page._currency, page._locale).money
            if form["choice"] not in (STILL, NO_LONGER, FROM_CREDIT):
                raise Invalid("Choose whether it is still owed.", field="choice")
            by_hand = not self.instrument or (self.in_another_way and form["way"] == BY_HAND)
            told = await (
                self._by_hand(page._party_id, form, amount)
                if by_hand
                else self._through_gateway(form, amount)
            )
        except BillingError as refusal:
            await self._refuse(refusal)
            return None
        await self._close()
        await page._read()
        await page._say(told.words + await self._noted(form), is_good=told.is_good)
        return rx.set_focus("main")

    async def _through_gateway(self, form: RefundForm, amount: Money) -> Told:
        choice, invoice_id = form["choice"], form["invoice"]
        asked = RefundAsked(
            attempt_id=self._attempt,
            payment_id=self._payment,
            amount=amount,
            choice=choice,
            reason=form["reason"],
            parts=_parts(form) if choice == STILL else (),
            note=NoteAsked(
                note_id=self._note, invoice_id=invoice_id, reason_code=form["reason_code"]
            )
            if choice == NO_LONGER
            else None,
        )
        made = await run_outside(lambda place, actor: refund_to_card(place, actor, asked))
        tried = await run(lambda work: refund_tried(work, made))
        return _outcome(tried.state, shown(tried.amount), self.instrument, tried.why)

    async def _by_hand(self, customer_id: str, form: RefundForm, amount: Money) -> Told:
        refund, note, payment = self._refund, self._note, self._payment
        credit_of = self._credit_of

        def record(work: Work[Any]) -> str:
            if form["choice"] == FROM_CREDIT:
                return refunding.refund_credit(
                    work,
                    refund,
                    customer_id=customer_id,
                    payment_id=credit_of,
                    amount=amount,
                    reason=form["reason"],
                    reference=form["reference"],
                )
            if form["choice"] == STILL:
                return refunding.refund_still_owed(
                    work,
                    refund,
                    payment_id=payment,
                    amount=amount,
                    reason=form["reason"],
                    parts=_parts(form),
                    reference=form["reference"],
                )
            return refunding.refund_no_longer_owed(
                work,
                refund,
                note_id=note,
                payment_id=payment,
                invoice_id=form["invoice"],
                amount=amount,
                reason_code=form["reason_code"],
                reason=form["reason"],
                reference=form["reference"],
            )

        await run(record)
        words = f"{shown(amount)} is recorded as handed back. Hand the money back yourself."
        return Told(words, True)

    async def _noted(self, form: RefundForm) -> str:
        """The credit note that came with it, if one did: through the gateway it may be later."""
        note, invoice_id = self._note, form["invoice"]
        if form["choice"] != NO_LONGER:
            return ""
        found = (await run(lambda work: invoice(work, invoice_id))).credit_notes
        words = (f" Credit note {each.number} is issued." for each in found if each.id == note)
        return next(words, "")


def refund_form() -> rx.Component:
    """The form, while it is open."""
    return rx.cond(is_open(AdminRefundState), _form(AdminRefundState), rx.fragment())


def _form(state: Any) -> rx.Component:
    returns = rx.cond(
        has_words(state.instrument),
        rx.cond(
            state.in_another_way,
            rx.el.p("The payment provider could not give some of this payment back."),
            rx.el.p(f"The money goes back to {state.instrument}, the way it was paid."),
        ),
        rx.el.p(
            "This payment came in outside, so the refund is only recorded. No card is credited:"
            " hand the money back yourself."
        ),
    )
    fields = {
        "amount": number_field(
            "Amount to refund",
            name="amount",
            error=field_error(state, "amount"),
            default_value=state.left,
            auto_focus=True,
        ),
        "way": which_way(state),
        "invoice": which_invoice(state),
        "choice": is_it_owed(state),
        "reason_code": select_field(
            "Why it is owed no more",
            tuple(REASON_CODES.items()),
            name="reason_code",
            hint="Printed on the credit note, if there is one.",
            error=field_error(state, "reason_code"),
            default_value="goodwill",
        ),
        "reason": text_field(
            "Reason",
            name="reason",
            hint="For your records.",
            error=field_error(state, "reason"),
            auto_complete="off",
        ),
        "reference": text_field(
            "Reference",
            name="reference",
            hint="Such as the number of your transfer.",
            error=field_error(state, "reference"),
            optional=True,
            auto_complete="off",
        ),
    }
    return form_sheet(
        "Refund",
        state,
        state.refund,
        fields,
        before=rx.el.div(
            definition_list(("Payment", state.what), ("Can go back", state.left)),
            returns,
            class_name="stack stack--4",
        ),
        button=danger_button("Refund", type="submit"),
    )


def _parts(form: RefundForm) -> tuple[Part, ...]:
    return (Part(form["invoice"]),) if form["invoice"] else ()


def _outcome(state: str, amount: str, instrument: str, why: str) -> Told:
    match state:
        case "succeeded" | "pending":
            return Told(f"{amount} is on its way back to {instrument}.", True)
        case "failed" | "canceled":
            return Told(f"{amount} was not given back, so no money moved. {why}", False)
        case _:
            return Told(
                f"It is not known yet whether {amount} was given back. {why} Please do not refund"
                " it again meanwhile.",
                False,
            )
