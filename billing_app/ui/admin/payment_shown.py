"""Which page a form about a payment stands on: an invoice's, or the payment's own."""

from __future__ import annotations

import reflex as rx

from billing_app.ui.admin.invoice import AdminInvoiceState
from billing_app.ui.admin.payment import AdminPaymentState


async def page_with(form: rx.State) -> AdminInvoiceState | AdminPaymentState:
    """The state of the page that a form stands on, by its address."""
    if form.router.url.path.startswith("/admin/payments/"):
        return await form.get_state(AdminPaymentState)
    return await form.get_state(AdminInvoiceState)
