"""What the page behind a pay link knows of its document."""

from __future__ import annotations

import reflex as rx

from billing_app.access.actors import PayerActor
from billing_app.access.installation import installation, run_as
from billing_app.collecting.gateway import gateway_of, has_gateway
from billing_app.gateways.payments import Way
from billing_app.kernel.errors import Busy, Invalid
from billing_app.kernel.tongue import tell
from billing_app.reads import payer
from billing_app.reads.payable import Much, Standing
from billing_app.reads.payer import Bill, PayLine
from billing_app.ui.pay.door import payer_at
from billing_app.ui.words import WordsState

_LONGEST = 60


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
    kept: str = ""
    has_account: bool = False
    went_back: str = ""
    open_page: str = ""
    open_way: str = ""
    gave_up: bool = False
    much: str = ""
    way: str = ""
    typed: str = ""
    amount_error: str = ""

    @rx.event
    async def load(self) -> None:
        """Look at the document, which changes nothing."""
        self.reset()
        try:
            found = await payer_at(self.router)
            if found is not None:
                (await self.get_state(WordsState))._have()
                place = installation()
                currency = await run_as(found, payer.currency)
                ways = gateway_of(place).ways(currency) if has_gateway(place) else ()
                bill = await run_as(found, lambda work: payer.bill(work, ways))
                self._show(bill)
                self._choose(bill)
                if self.typed:
                    self.amount_error = await self._wrong_with(found, bill)
        except Busy as refusal:
            self.busy = str(refusal)
        self.known = True

    def _show(self, bill: Bill) -> None:
        self.live, self.standing = True, bill.standing.value
        self.asked_by, self.what, self.customer = bill.asked_by, bill.what, bill.customer
        self.lines = bill.lines
        self.net, self.total = bill.net.text, bill.total.text
        self.tax = bill.tax.text if bill.tax.minor else ""
        asks = bill.standing is not Standing.VOID
        self.settled = bill.settled.text if bill.settled.minor and asks else ""
        self.on_its_way = bill.on_its_way.text if bill.on_its_way.minor else ""
        self.still_to_pay = bill.still_to_pay.text if asks else ""
        self.most = bill.most.text
        is_part = 0 < bill.due_now.minor < bill.most.minor
        self.due_now = bill.due_now.text if is_part else ""
        self.due = bill.due
        self.ways = [way.value for way in bill.ways]
        self.bank_details, self.reference = bill.bank_details, bill.reference
        self.awaited = bill.awaited.text if bill.awaited.minor else ""
        self.kept = bill.kept.text if bill.kept.minor else ""
        self.has_account, self.went_back = bill.has_account, bill.went_back
        self.open_page = bill.open_page.text if bill.open_page.minor else ""
        self.open_way = bill.open_way
        self.gave_up = self.router.url.query_parameters.get("said") == "given-up"

    def _choose(self, bill: Bill) -> None:
        """Have the form as it was sent, where it was refused. The address only fills it in."""
        sent = self.router.url.query_parameters
        usual = Way.BANK_TRANSFER.value if bill.awaited.minor else next(iter(self.ways), "")
        self.way = sent.get("way", "") if sent.get("way") in self.ways else usual
        self.typed = sent.get("amount", "")[:_LONGEST] if sent.get("much") == Much.OTHER else ""
        usual_much = Much.PART if self.due_now else Much.ALL
        offered = {usual_much, Much.ALL, Much.OTHER}
        self.much = sent["much"] if sent.get("much") in offered else usual_much.value

    async def _wrong_with(self, found: PayerActor, bill: Bill) -> str:
        """What is wrong with the amount that was typed, in the words of whoever reads amounts."""
        typed = self.typed
        try:
            share = await run_as(
                found, lambda work: payer.share(work, much=Much.OTHER, typed=typed)
            )
        except Invalid as refusal:
            return str(refusal)
        is_more = share.amount is not None and share.amount.minor > bill.most.minor
        return tell("Enter no more than %(amount)s.", amount=bill.most.text) if is_more else ""
