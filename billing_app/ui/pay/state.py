"""What the page behind a pay link knows of its document."""

from __future__ import annotations

import reflex as rx

from billing_app.access.installation import installation, run_as
from billing_app.collecting.gateway import gateway_of, has_gateway
from billing_app.kernel.errors import Busy
from billing_app.reads import payer
from billing_app.reads.payer import Bill, PayLine
from billing_app.ui.pay.door import payer_at


class PayState(rx.State):
    """What is known of the document behind the address."""

    known: bool = False
    live: bool = False
    busy: str = ""
    standing: str = ""
    asked_by: str = ""
    what: str = ""
    customer: str = ""
    lines: list[PayLine] = []
    net: str = ""
    tax: str = ""
    total: str = ""
    settled: str = ""
    still_to_pay: str = ""
    on_its_way: str = ""
    most: str = ""
    due_now: str = ""
    due: str = ""
    ways: list[str] = []
    bank_details: str = ""
    reference: str = ""
    awaited: str = ""
    page_is_open: bool = False

    @rx.event
    async def load(self) -> None:
        """Look at the document, which changes nothing."""
        self.reset()
        try:
            found = await payer_at(self.router)
            if found is not None:
                place = installation()
                currency = await run_as(found, payer.currency)
                ways = gateway_of(place).ways(currency) if has_gateway(place) else ()
                self._show(await run_as(found, lambda work: payer.bill(work, ways)))
        except Busy as refusal:
            self.busy = str(refusal)
        self.known = True

    def _show(self, bill: Bill) -> None:
        self.live, self.standing = True, bill.standing.value
        self.asked_by, self.what, self.customer = bill.asked_by, bill.what, bill.customer
        self.lines = bill.lines
        self.net, self.total = bill.net.text, bill.total.text
        self.tax = bill.tax.text if bill.tax.minor else ""
        self.settled = bill.settled.text if bill.settled.minor else ""
        self.on_its_way = bill.on_its_way.text if bill.on_its_way.minor else ""
        self.still_to_pay, self.most = bill.still_to_pay.text, bill.most.text
        is_part = 0 < bill.due_now.minor < bill.most.minor
        self.due_now = bill.due_now.text if is_part else ""
        self.due = bill.due
        self.ways = [way.value for way in bill.ways]
        self.bank_details, self.reference = bill.bank_details, bill.reference
        self.awaited = bill.awaited.text if bill.awaited.minor else ""
        self.page_is_open = bill.page_is_open
