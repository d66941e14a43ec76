"""One Credit Request of the customer's."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.installation import run
from billing_app.kernel.errors import NotFound
from billing_app.reads.own_documents import my_credit_request
from billing_app.ui.components.content import card, definition_list, section
from billing_app.ui.components.tables import skeleton
from billing_app.ui.components.text import has_words
from billing_app.ui.customer.document import DocumentState, document_header, payments_section
from billing_app.ui.customer.missing import missing
from billing_app.ui.words import say


class CustomerRequestState(DocumentState, rx.State):
    """The Credit Request that the address names."""

    description: str = ""
    raised_on: str = ""

    @rx.event
    async def load(self) -> None:
        """Show it; what is somebody else's is not there."""
        wanted = self._turn_to()
        try:
            found = await run(lambda work: my_credit_request(work, wanted))
            await self._learn_standing(wanted)
        except NotFound:
            self.missing = True
            return
        row = found.row
        self.number, self.status, self.flags = row.number, row.status, row.flags
        self.total, self.still_to_pay = row.total.text, row.still_to_pay.text
        self.description, self.raised_on = row.description, row.raised_on
        self.payments, self.loaded = found.payments, True


def request_page() -> rx.Component:
    """The screen at /customer/requests/[document_id]."""
    state: Any = CustomerRequestState
    back = (say("All Credit Requests"), "/customer/requests")
    words = rx.cond(has_words(state.description), state.description, say("Payment in advance"))
    found = rx.fragment(
        document_header(
            state,
            say("Credit Request"),
            say("Credit Request %(number)s", number=state.number),
            back,
        ),
        section(
            say("What it is for"),
            card(
                rx.cond(
                    state.loaded,
                    definition_list(
                        (say("For"), words.to(str)), (say("Raised on"), state.raised_on)
                    ),
                    skeleton(2),
                )
            ),
        ),
        payments_section(state),
    )
    return rx.cond(
        state.missing, missing(say("There is no such Credit Request here"), *back), found
    )
