"""One Credit Request: what it asks for, what was paid on it, and the credit that it brought."""

from __future__ import annotations

import reflex as rx

from billing_app.access.installation import run
from billing_app.reads.credits import LotRow
from billing_app.reads.request_page import RequestPageView, request_page
from billing_app.ui.admin.document import DocumentState, address


class AdminRequestState(DocumentState, rx.State):
    """The Credit Request that the address names, as it stands in the books."""

    lots: list[LotRow] = []
    written: dict[str, str] = {}
    charged_on: str = ""

    _version: int = 0

    async def _read(self) -> RequestPageView:
        wanted = self.shown
        found = await run(lambda work: request_page(work, wanted))
        self._show_standing(found)
        self._show(found)
        self.loaded = True
        return found

    def _show(self, found: RequestPageView) -> None:
        row = found.view.row
        self.title = f"Credit Request {row.number}" if row.number else "Credit Request, a draft"
        self.facts = {
            "description": row.description,
            "raised": row.raised_on,
            "due": row.due_on,
            "voided": found.voided_on,
            "void_reason": found.void_reason,
            "from": address(found.biller),
            "to": address(found.recipient) or row.party,
        }
        self.figures = {
            "total": row.total.text,
            "paid": found.paid.text,
            "still_to_pay": row.still_to_pay.text,
        }
        self.lots, self.charged_on = found.lots, found.charged_on
        self.written, self._version = dict(vars(found.written)), found.view.version
