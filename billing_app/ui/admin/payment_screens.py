"""The screens about money that came in, and about what did not go by itself."""

from __future__ import annotations

from billing_app.kernel.audience import Audience
from billing_app.ui.admin import (
    exceptions,
    exceptions_screen,
    payment,
    payment_screen,
    payments,
    reconciliation,
    reconciliation_screen,
)
from billing_app.ui.screens import Screen, title_of

_ADMIN = Audience.ADMIN

PAYMENT_SCREENS = (
    Screen(
        "/admin/payments",
        "Payments",
        payments.payments_page,
        _ADMIN,
        (payments.AdminPaymentsState.load,),
    ),
    Screen(
        "/admin/payments/[payment]",
        title_of(payment.AdminPaymentState.title, "Payment"),
        payment_screen.payment_page,
        _ADMIN,
        (payment.AdminPaymentState.load,),
    ),
    Screen(
        "/admin/exceptions",
        "Exceptions",
        exceptions_screen.exceptions_page,
        _ADMIN,
        (exceptions.AdminExceptionsState.load,),
    ),
    Screen(
        "/admin/reconciliation",
        "Reconciliation",
        reconciliation_screen.reconciliation_page,
        _ADMIN,
        (reconciliation.AdminReconciliationState.load,),
    ),
)
