"""Which document a form is about: the one whose page it stands on."""

from __future__ import annotations

import reflex as rx

from billing_app.ui.admin.invoice import AdminInvoiceState
from billing_app.ui.admin.request import AdminRequestState

DocumentPage = AdminInvoiceState | AdminRequestState


async def page_of(form: rx.State) -> DocumentPage:
    """The state of the page that a form stands on, by its address."""
    if form.router.url.path.startswith("/admin/requests/"):
        return await form.get_state(AdminRequestState)
    return await form.get_state(AdminInvoiceState)
