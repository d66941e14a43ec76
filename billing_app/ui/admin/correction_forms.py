"""The forms that correct an invoice, and what each of them brings about."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.permissions import Permission
from billing_app.services.note_planning import REASON_CODES
from billing_app.ui.admin.correction import AdminCorrectionState
from billing_app.ui.admin.forms import form_sheet, is_open
from billing_app.ui.admin.invoice import AdminInvoiceState
from billing_app.ui.components.buttons import danger_button, quiet_button
from billing_app.ui.components.content import definition_list, section
from billing_app.ui.components.fields import (
    choice,
    choices,
    field_error,
    number_field,
    select_field,
    text_field,
)
from billing_app.ui.components.native import hidden_field
from billing_app.ui.components.tables import Column, data_table, table_row
from billing_app.ui.components.text import when
from billing_app.ui.state import may

_COLUMNS = (
    Column(label="What"),
    Column(label="Number"),
    Column(label="On"),
    Column(label="Amount", numeric=True),
)


def corrections() -> rx.Component:
    """What lowered the invoice, and what else may correct it."""
    page: Any = AdminInvoiceState
    state: Any = AdminCorrectionState
    stands = (page.status != "Draft") & (page.status != "Void")
    acts = rx.cond(
        stands,
        rx.fragment(
            rx.cond(
                may(Permission.GIVE_CREDIT),
                rx.fragment(
                    when(
                        page.creditable,
                        quiet_button("Credit note", on_click=state.open_form("credit note")),
                    ),
                    rx.cond(
                        page.is_open,
                        quiet_button("Write off", on_click=state.open_form("write-off")),
                        rx.fragment(),
                    ),
                ),
                rx.fragment(),
            ),
            rx.cond(
                may(Permission.KEEP_INVOICES),
                rx.cond(
                    page.why_not_void,
                    quiet_button("Void", disabled=True, aria_describedby="why-not-void"),
                    quiet_button("Void", on_click=state.open_form("void")),
                ),
                rx.fragment(),
            ),
        ),
        rx.fragment(),
    )
    none = rx.el.p("Nothing was credited or written off.")
    return section(
        "Credit notes and write-offs",
        rx.cond(
            page.lowered.length() > 0,
            data_table(_COLUMNS, rx.foreach(page.lowered, _row), caption="What lowered it"),
            none,
        ),
        rx.cond(
            may(Permission.KEEP_INVOICES),
            when(
                page.why_not_void,
                rx.el.p(page.why_not_void, id="why-not-void", class_name="field__hint"),
            ),
            rx.fragment(),
        ),
        rx.cond(is_open(AdminCorrectionState), _form(state, page), rx.fragment()),
        actions=[acts],
    )


def _row(row: Any) -> rx.Component:
    what = rx.cond(row.taken_back, f"{row.what} (taken back)", row.what)
    return table_row(_COLUMNS, [what, row.number, row.on, row.amount.text], key=row.id)


def _form(state: Any, page: Any) -> rx.Component:
    return rx.match(
        state.act,
        ("credit note", _note(state, page)),
        ("write-off", _write_off(state, page)),
        _void(state, page),
    )


def _note(state: Any, page: Any) -> rx.Component:
    figures = page.figures
    return form_sheet(
        "Credit note",
        state,
        state.issue_note,
        {
            "amount": number_field(
                "Amount of the credit note",
                name="amount",
                hint="Tax included. It comes off all lines in proportion.",
                error=field_error(state, "amount"),
                auto_focus=True,
            ),
            "reason_code": select_field(
                "Why",
                tuple(REASON_CODES.items()),
                name="reason_code",
                hint="Printed on the credit note.",
                error=field_error(state, "reason_code"),
            ),
            "reason": text_field(
                "Remark",
                name="reason",
                error=field_error(state, "reason"),
                optional=True,
                auto_complete="off",
            ),
            **_already_paid(state, page),
        },
        before=rx.el.div(
            definition_list(
                ("For", page.party),
                ("Total", figures["total"]),
                ("Paid", figures["paid"]),
                ("Still to pay", figures["still_to_pay"]),
                ("Can still be credited", page.creditable),
            ),
            rx.el.p(
                "A credit note lowers what is still to pay first. What exceeds that was paid"
                " already, so say below where it goes, to the last cent."
            ),
            class_name="stack stack--4",
        ),
        button=danger_button("Issue the credit note", type="submit"),
    )


def _already_paid(state: Any, page: Any) -> dict[str, rx.Component]:
    """Where what was paid already goes."""
    return {
        "to_credit": number_field(
            "To the customer's credit",
            name="to_credit",
            error=field_error(state, "to_credit"),
            optional=True,
        ),
        "refunded": _refunded(state, page),
        "outside": number_field(
            "Handed back outside of Quittance",
            name="outside",
            error=field_error(state, "outside"),
            optional=True,
        ),
    }


def _refunded(state: Any, page: Any) -> rx.Component:
    """What goes back of a payment, where any of them has something to give."""
    fields = rx.el.div(
        number_field(
            "Refunded by you, by hand",
            name="refunded",
            # Where an id is known beforehand, the form sends the field while it is not there, too.
            id=rx.Var.create("refunded"),
            hint="No card is credited by this. To credit a card, use Refund beside its payment.",
            error=field_error(state, "refunded"),
            optional=True,
        ),
        select_field(
            "Refunded of",
            rx.fragment(
                rx.el.option("No payment", value=""),
                rx.foreach(
                    page.refundable,
                    lambda each: rx.el.option(
                        f"{each.what}, {each.received_on}: up to {each.most.text}",
                        value=each.payment_id,
                    ),
                ),
            ),
            name="payment_id",
            id=rx.Var.create("payment_id"),
            optional=True,
        ),
        class_name="stack stack--4",
    )
    none = rx.fragment(
        hidden_field("refunded", ""),
        hidden_field("payment_id", ""),
        rx.el.p("No payment of this invoice has anything left that could be refunded."),
    )
    return rx.cond(page.refundable.length() > 0, fields, none)


def _write_off(state: Any, page: Any) -> rx.Component:
    return form_sheet(
        "Write off",
        state,
        state.write_off,
        {
            "kind": choices(
                "What is it?",
                choice(
                    "Bad debt",
                    name="kind",
                    value="bad_debt",
                    chosen=True,
                    remark="The customer owes it, and you give up on it. They are not told.",
                ),
                choice(
                    "Small balance",
                    name="kind",
                    value="small_balance",
                    remark="A rest too small to ask for. The invoice counts as paid then.",
                ),
            ),
            "amount": number_field(
                "Amount to give up",
                name="amount",
                hint="Left empty, it is all that is still to pay. A small balance is always all.",
                error=field_error(state, "amount"),
                optional=True,
            ),
            "tax_relief": select_field(
                "Tax in it",
                (("no", "Stays as it was paid"), ("yes", "Is taken back, as the law allows")),
                name="tax_relief",
            ),
            "reason": text_field(
                "Reason",
                name="reason",
                error=field_error(state, "reason"),
                auto_complete="off",
            ),
        },
        before=definition_list(("For", page.party), ("Still to pay", page.figures["still_to_pay"])),
        button=danger_button("Write off", type="submit"),
    )


def _void(state: Any, page: Any) -> rx.Component:
    return form_sheet(
        "Void",
        state,
        state.void,
        {
            "reason": text_field(
                "Reason",
                name="reason",
                error=field_error(state, "reason"),
                auto_complete="off",
                auto_focus=True,
            )
        },
        before=rx.el.div(
            definition_list(("For", page.party), ("Total", page.figures["total"])),
            rx.el.p(
                "It keeps its number and asks for nothing any more. Credit that paid it is free"
                " again."
            ),
            class_name="stack stack--4",
        ),
        button=danger_button("Void the invoice", type="submit"),
    )
