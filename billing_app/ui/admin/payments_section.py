"""The 'Payments' section of a document: what was paid and tried, and how more is taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import reflex as rx

from billing_app.access.permissions import Permission
from billing_app.services.arriving import EXTERNAL_KINDS
from billing_app.ui.admin.charging import EXTERNAL, AdminChargeState
from billing_app.ui.admin.forms import form_sheet, is_open
from billing_app.ui.admin.invoice import AdminInvoiceState
from billing_app.ui.admin.methods import method_options
from billing_app.ui.admin.mistake import AdminMistakeState, mistake_form
from billing_app.ui.admin.pay_from_credit import credit_button, credit_form, why_no_credit
from billing_app.ui.admin.planned import planned_charge
from billing_app.ui.admin.refund import AdminRefundState, refund_form
from billing_app.ui.admin.request import AdminRequestState
from billing_app.ui.admin.retrying import AdminRetryState, retry_form
from billing_app.ui.components.buttons import pay_button, quiet_button, secondary_button
from billing_app.ui.components.content import cluster, definition_list, section
from billing_app.ui.components.fields import (
    choice,
    choices,
    field_error,
    number_field,
    select_field,
    text_field,
)
from billing_app.ui.components.native import hidden_field
from billing_app.ui.components.status import empty_state, status_chip
from billing_app.ui.components.tables import Column, data_table, table_row
from billing_app.ui.components.text import hidden, when
from billing_app.ui.state import may

_COLUMNS = (
    Column(label="What"),
    Column(label="When"),
    Column(label="Status"),
    Column(label="Amount", numeric=True),
    Column(label="Actions", hidden_label=True),
)
_RECORDS = "Records a payment already received. No card is charged."


def payments_section() -> rx.Component:
    """That of an invoice, with its button 'Create'."""
    page: Any = AdminInvoiceState
    return section(
        "Payments",
        _charge_form(page),
        credit_form(),
        refund_form(),
        mistake_form(),
        retry_form(page),
        planned_charge(page),
        _table(page, "What is paid on this invoice is listed here.", _refund_menu),
        why_no_credit(),
        actions=[credit_button(), _create(page)],
    )


def request_payments() -> rx.Component:
    """That of a Credit Request. What came in is credit, and is given back as credit."""
    page: Any = AdminRequestState
    return section(
        "Payments",
        _charge_form(page),
        retry_form(page),
        planned_charge(page),
        _table(
            page,
            "What is paid on this request is listed here. It becomes the customer's credit.",
            lambda _: rx.fragment(),
        ),
        actions=[_create(page)],
    )


def _charge_form(page: Any) -> rx.Component:
    form = charge_form(AdminChargeState, page)
    return rx.cond(is_open(AdminChargeState), form, rx.fragment())


def _create(page: Any) -> rx.Component:
    state: Any = AdminChargeState
    return rx.cond(
        page.is_open & may(Permission.TAKE_PAYMENTS),
        secondary_button("Create", hidden(" a payment"), on_click=state.open_form),
        rx.fragment(),
    )


def _table(page: Any, nothing: str, acts: Callable[[Any], rx.Component]) -> rx.Component:
    return rx.cond(
        page.payments.length() > 0,
        data_table(
            _COLUMNS,
            rx.foreach(page.payments, lambda row: _row(row, acts(row))),
            caption="Payments",
        ),
        empty_state("No payments yet", nothing, icon_name="card"),
    )


def _refund_menu(row: Any) -> rx.Component:
    refund = rx.el.details(
        rx.el.summary(
            "…", hidden(" more about "), hidden(row.what), class_name="button button--secondary"
        ),
        rx.cond(
            row.gives_back,
            quiet_button("Refund", on_click=AdminRefundState.open_form(row.payment_id)),
            rx.fragment(),
        ),
        rx.cond(
            row.by_hand,
            quiet_button("Recorded by mistake", on_click=AdminMistakeState.open_form(row.id)),
            rx.fragment(),
        ),
        class_name="menu",
    )
    is_offered = (row.payment_id != "") & (row.gives_back | row.by_hand) & may(Permission.REFUND)
    return rx.cond(is_offered, refund, rx.fragment())


def _row(row: Any, own_acts: rx.Component) -> rx.Component:
    page = rx.el.a(row.what, href=f"/admin/payments/{row.record}")
    name = rx.cond(row.record != "", page, row.what)
    what = rx.el.span(name, when(row.note, rx.el.span(row.note, class_name="table__note")))
    retry = secondary_button(
        "Retry",
        hidden(" "),
        hidden(row.what),
        on_click=AdminRetryState.open_form(row.retries),
    )
    acts = rx.fragment(
        own_acts,
        rx.cond((row.retries != "") & may(Permission.TAKE_PAYMENTS), retry, rx.fragment()),
    )
    cells = [what, row.on, status_chip(row.look, row.standing), row.amount, acts]
    return table_row(_COLUMNS, cells, key=row.id)


def charge_form(state: Any, page: Any) -> rx.Component:
    """The form of a payment: an amount, and what pays it."""
    fields = {
        "amount": _amount(state, page),
        "method": choices(
            "Payment method",
            rx.foreach(
                page.methods,
                lambda each, index: choice(
                    each.words,
                    name="method",
                    value=each.id,
                    chosen=index == 0,
                    remark=each.remark,
                ),
            ),
            choice(
                "External",
                name="method",
                value=EXTERNAL,
                chosen=page.methods.length() == 0,
                remark=_RECORDS,
            ),
        ),
        "kind": rx.el.div(*_external(state, page).values(), class_name="stack stack--4 external"),
    }
    return form_sheet(
        "Create a payment",
        state,
        state.charge,
        fields,
        before=_about(state, page),
        button=pay_button("Charge", type="submit"),
    )


def online_form(state: Any, page: Any) -> rx.Component:
    """The same for what was saved alone."""
    fields = {
        "amount": _amount(state, page),
        "method": select_field("Payment method", method_options(page.methods), name="method"),
        "kind": rx.fragment(
            hidden_field("kind", ""),
            hidden_field("reference", ""),
            hidden_field("received_on", ""),
        ),
    }
    return form_sheet(
        "Charge what they saved",
        state,
        state.charge,
        fields,
        before=_about(state, page),
        button=pay_button("Charge", type="submit"),
    )


def offline_form(state: Any, page: Any) -> rx.Component:
    """The same for what was handed over alone."""
    fields = {
        "amount": _amount(state, page),
        "method": hidden_field("method", EXTERNAL),
        **_external(state, page),
    }
    return form_sheet(
        "External",
        state,
        state.charge,
        fields,
        before=rx.fragment(_about(state, page), rx.el.p(_RECORDS)),
        button=pay_button("Charge", type="submit"),
    )


def why_not_charged(page: Any) -> rx.Component:
    """Why charging is not offered, where it is not."""
    return rx.cond(
        page.methods.length() > 0,
        rx.fragment(),
        rx.el.p(
            f"{page.party} has no saved way of paying, so nothing can be charged here. Use the pay"
            " link, or record what you received."
        ),
    )


def _about(state: Any, page: Any) -> rx.Component:
    doubted = rx.cond(
        state.doubted,
        cluster(
            secondary_button("Record it all the same", on_click=state.charge_all_the_same),
        ),
        rx.fragment(),
    )
    return rx.el.div(
        definition_list(("From", page.party), ("Still to pay", page.figures["still_to_pay"])),
        when(
            page.on_its_way,
            rx.el.p(f"{page.on_its_way} of it is on its way and has not cleared yet."),
        ),
        why_not_charged(page),
        doubted,
        class_name="stack stack--4",
    )


def _amount(state: Any, page: Any) -> rx.Component:
    return number_field(
        "Amount to charge",
        name="amount",
        error=field_error(state, "amount"),
        default_value=page.most,
        auto_focus=True,
    )


def _external(state: Any, page: Any) -> dict[str, rx.Component]:
    return {
        "kind": select_field(
            "How it came",
            tuple(EXTERNAL_KINDS.items()),
            name="kind",
            hint="What exceeds what is still to pay becomes the customer's credit.",
            error=field_error(state, "kind"),
            default_value="bank_transfer",
        ),
        "reference": text_field(
            "Reference",
            name="reference",
            hint="Such as the number of the cheque or transfer.",
            error=field_error(state, "reference"),
            optional=True,
            auto_complete="off",
        ),
        "received_on": text_field(
            "Received on",
            name="received_on",
            type="date",
            error=field_error(state, "received_on"),
            default_value=page.today,
        ),
    }
