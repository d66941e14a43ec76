"""For "I recorded it by mistake": what happened, and what each remedy would move."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import reflex as rx

from billing_app.access.installation import run
from billing_app.access.work import Work
from billing_app.kernel.errors import BillingError
from billing_app.kernel.ids import new_id, show
from billing_app.kernel.money import Money
from billing_app.kernel.refusals import shown
from billing_app.reads import payments
from billing_app.reads.refundable import refundable
from billing_app.reads.takings import takings
from billing_app.services import noting, refunding, reversing
from billing_app.services.note_planning import Excess
from billing_app.services.paying import Part
from billing_app.services.trying_out import TriedOut, undo_and_tell
from billing_app.ui.admin.correction import AdminCorrectionState
from billing_app.ui.admin.forms import FormState, ReasonForm, form_sheet, is_open
from billing_app.ui.admin.invoice import AdminInvoiceState
from billing_app.ui.admin.payment_shown import page_with
from billing_app.ui.admin.refund import AdminRefundState
from billing_app.ui.components.buttons import danger_button, secondary_button
from billing_app.ui.components.content import card, cluster, stack
from billing_app.ui.components.fields import field_error, text_field
from billing_app.ui.components.tables import Column, data_table, table_row
from billing_app.ui.components.text import has_words

_REASON = "Recorded by mistake"

Remedy = Callable[[Work[Any]], str]
_COLUMNS = (
    Column(label="From account"),
    Column(label="To account"),
    Column(label="Amount", numeric=True),
)


@dataclass(frozen=True)
class Move:
    """One posting that a remedy would make."""

    debit: str
    credit: str
    amount: str


class AdminMistakeState(FormState, rx.State):
    """The remedies for one payment, each with what it would move."""

    what: str = ""
    payment: str = ""
    taken_back: list[Move] = []
    refunded: list[Move] = []
    credited: list[Move] = []
    not_taken_back: str = ""
    not_refunded: str = ""
    not_credited: str = ""

    _key: str = ""

    @rx.event
    async def open_form(self, line_id: str) -> None:
        """Ask what happened, and show what each remedy would move. Nothing moves yet."""
        page = await page_with(self)
        line = next((each for each in page.payments if each.id == line_id), None)
        if line is None or not line.by_hand or not line.payment_id:
            return
        await self._open()
        payment = line.payment_id
        self._key, self.payment = show("cmd", new_id()), payment
        self.what = f"{line.what}, {line.on}, {line.amount}"
        paid = Money(line.minor, page._currency)
        invoice = page.shown if isinstance(page, AdminInvoiceState) else ""
        self.taken_back, self.not_taken_back = await _tried(_take_back(payment))
        left = (await run(lambda work: refundable(work, payment))).left.money
        self.refunded, self.not_refunded = (
            await _tried(_hand_back(payment, min(paid, left), invoice))
            if left
            else ([], "Nothing of it can go back at the moment.")
        )
        if invoice:
            note = _lower(invoice, paid, await _credit_of(invoice, paid))
            self.credited, self.not_credited = await _tried(note)

    @rx.event
    async def take_back(self, form: ReasonForm) -> Any:
        """Take the payment back: the money never came in."""
        page = await page_with(self)
        payment, key = self.payment, self._key
        try:
            await run(
                lambda work: reversing.reverse_payment(
                    work, payment, reason=form["reason"], command_key=key
                )
            )
        except BillingError as refusal:
            await self._refuse(refusal)
            return None
        await self._close()
        await page._read()
        amount = (await run(lambda work: payments.payment(work, payment))).row.amount.text
        await page._say(
            f"The payment of {amount} is taken back. What it had paid is owed again.",
            is_good=True,
        )
        return rx.set_focus("main")


async def _credit_of(invoice_id: str, paid: Money) -> Money:
    """What of a credit note over a payment was paid already, so that it becomes credit."""
    ways = await run(lambda work: takings(work, invoice_id))
    still = ways.most.money + ways.on_its_way.money
    return paid - min(paid, still)


def _take_back(payment_id: str) -> Remedy:
    return lambda work: reversing.reverse_payment(work, payment_id, reason=_REASON)


def _hand_back(payment_id: str, paid: Money, invoice_id: str) -> Remedy:
    """It comes off the invoice named, else off whatever it paid."""
    return lambda work: refunding.refund_still_owed(
        work,
        show("ref", new_id()),
        payment_id=payment_id,
        amount=paid,
        reason=_REASON,
        parts=(Part(invoice_id),) if invoice_id else (),
    )


def _lower(invoice_id: str, paid: Money, credit: Money) -> Remedy:
    """Ask for less, and keep what was paid already as credit."""
    return lambda work: noting.issue_credit_note(
        work,
        show("crn", new_id()),
        invoice_id=invoice_id,
        amount=paid,
        reason_code="error",
        excess=Excess(to_credit=credit or None),
    )


async def _tried(command: Callable[[Work[Any]], str]) -> tuple[list[Move], str]:
    """What a command would move, or why it is refused; it is undone in any case."""
    began = new_id()

    def act(work: Work[Any]) -> None:
        command(work)
        undo_and_tell(work, began)

    try:
        await run(act)
    except TriedOut as told:
        return [Move(each.debit, each.credit, shown(each.amount)) for each in told.moves], ""
    except BillingError as refusal:
        return [], str(refusal)
    raise AssertionError("what was tried out is always undone")


def mistake_form(*, on_invoice: bool = True) -> rx.Component:
    """The assistant, while it is open. What lowers an invoice is offered on its page alone."""
    state: Any = AdminMistakeState
    never = "The money never came in"
    taken_back = _would(
        "The payment is taken back, and what it had paid is owed again.",
        state.taken_back,
        state.not_taken_back,
    )
    back = form_sheet(
        never,
        state,
        state.take_back,
        {
            "reason": text_field(
                "Reason",
                name="reason",
                error=field_error(state, "reason"),
                auto_complete="off",
                auto_focus=True,
            )
        },
        before=taken_back,
        button=danger_button("Take the payment back", type="submit"),
    )
    refund = _remedy(
        "The money came in and has to go back",
        _would(
            "You hand it back and record a refund. What it paid asks for it again.",
            state.refunded,
            state.not_refunded,
        ),
        secondary_button("Refund it", on_click=AdminRefundState.open_form(state.payment)),
        refused=state.not_refunded,
    )
    sheet = rx.el.div(
        card(
            stack(
                rx.el.h3("What happened?", class_name="section__title"),
                rx.el.p(state.what),
                gap="2",
            )
        ),
        rx.cond(has_words(state.not_taken_back), _sheet(never, taken_back), back),
        refund,
        _credit_note(state) if on_invoice else rx.fragment(),
        class_name="stack stack--4",
    )
    return rx.cond(is_open(AdminMistakeState), sheet, rx.fragment())


def _credit_note(state: Any) -> rx.Component:
    return _remedy(
        "The money came in, and the invoice asked too much",
        _would(
            "A credit note lowers the invoice. What was paid already stays the customer's credit"
            " for their next invoice.",
            state.credited,
            state.not_credited,
        ),
        secondary_button(
            "Write a credit note", on_click=AdminCorrectionState.open_form("credit note")
        ),
        refused=state.not_credited,
    )


def _remedy(title: str, would: rx.Component, button: rx.Component, *, refused: Any) -> rx.Component:
    """A remedy with the button that leads to it; of one that is refused, why."""
    offered = rx.cond(has_words(refused), rx.fragment(), cluster(button))
    return _sheet(title, would, offered)


def _sheet(title: str, *content: rx.Component) -> rx.Component:
    heading = rx.el.h3(title, class_name="section__title")
    return card(rx.el.div(heading, *content, class_name="stack stack--4"))


def _would(words: str, moves: Any, refused: Any) -> rx.Component:
    table = data_table(
        _COLUMNS,
        rx.foreach(
            moves,
            lambda each: table_row(_COLUMNS, [each.credit, each.debit, each.amount]),
        ),
        caption="What it would move",
    )
    would = rx.el.div(rx.el.p(words), table, class_name="stack stack--4")
    return rx.cond(has_words(refused), rx.el.p(refused), would)
