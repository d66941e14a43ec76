"""One payment: what it paid, what came back, and all that was heard; or an attempt at one."""

from __future__ import annotations

from dataclasses import dataclass

import reflex as rx

from billing_app.access.installation import installation, run, run_outside
from billing_app.collecting.gateway import has_gateway, seen_there
from billing_app.collecting.looking import look_for
from billing_app.kernel.errors import BillingError, NotFound
from billing_app.reads import timelines
from billing_app.reads.methods import ORIGINS
from billing_app.reads.payment_record import PaymentRecord, payment_record
from billing_app.reads.payments import PaymentView
from billing_app.reads.reasons import Reason
from billing_app.reads.statuses import Flag
from billing_app.reads.timelines import Happening
from billing_app.ui.admin.attempt_words import STANDINGS, WAYS
from billing_app.ui.admin.forms import OpenFormState
from billing_app.ui.admin.invoice_rows import PaymentLine
from billing_app.ui.admin.payment_rows import (
    BackLine,
    HeardLine,
    PaidLine,
    all_heard,
    attempt_facts,
    back_lines,
    paid_lines,
)
from billing_app.ui.admin.rooms import room_of
from billing_app.ui.last_act import tell_of, turn_page

_OPEN = ("created", "requires_action", "processing", "unknown")


@dataclass(frozen=True)
class CreditLine:
    """What of a payment became the customer's credit, and why."""

    id: str
    why: str
    amount: str


class AdminPaymentState(rx.State):
    """The payment that the address names, or the attempt, as it stands in the books."""

    shown: str = ""
    loaded: bool = False
    missing: bool = False

    title: str = ""
    look: str = ""
    standing: str = ""
    flags: list[str] = []
    party: str = ""
    party_path: str = ""
    way: str = ""
    figures: dict[str, str] = {}
    facts: dict[str, str] = {}
    documents: list[PaidLine] = []
    claims: list[PaidLine] = []
    credit: list[CreditLine] = []
    became_credit: bool = False
    backs: list[BackLine] = []
    heard: list[HeardLine] = []
    attempt: dict[str, str] = {}
    postings: list[Reason] = []
    payments: list[PaymentLine] = []
    """The payment as a line that the forms about it know; none for an attempt."""

    receipt: str = ""
    there: str = ""
    may_be_asked: bool = False
    happenings: list[Happening] = []
    after: str = ""

    _party_id: str = ""
    _payment: str = ""
    _currency: str = ""
    _locale: str = ""

    @rx.event
    async def load(self) -> None:
        """Show it. A connection that was lost and found shows it as it is then."""
        wanted = "".join(self.router.url.path.strip("/").split("/")[2:3])
        if wanted != self.shown:
            self.reset()
            # What was begun on another payment is not for this one.
            (await self.get_state(OpenFormState)).which = ""
        self.shown = wanted
        await turn_page(self)
        try:
            await self._read()
        except NotFound:
            self.missing = True

    @rx.event
    async def show_more(self) -> None:
        """Tell what happened before."""
        payment, after = self._payment, self.after
        if after and payment:
            page = await run(lambda work: timelines.timeline(work, payment, after=after))
            self.happenings, self.after = [*self.happenings, *page.rows], page.after

    @rx.event
    async def look_again(self) -> None:
        """Ask the payment provider how the attempt stands. Nothing is charged by that."""
        attempt = self.attempt.get("key", "")
        try:
            await run_outside(lambda place, actor: look_for(place, actor, attempt))
        except BillingError as refusal:
            await self._say(str(refusal), is_good=False)
            return
        await self._read()
        await self._say("The payment provider was asked just now. This page says how it stands.")

    async def _say(self, words: str, *, is_good: bool = True) -> None:
        await tell_of(self, words, is_good=is_good)

    async def _read(self) -> None:
        wanted = self.shown
        found = await run(lambda work: payment_record(work, wanted))
        self._show_head(found)
        self._show_attempt(found)
        self._show_payment(found)
        self.backs, self.heard = back_lines(found), all_heard(found)
        self.postings = found.postings
        self.happenings = found.timeline.rows if found.timeline else []
        self.after = found.timeline.after if found.timeline else ""
        self.loaded = True

    def _show_head(self, found: PaymentRecord) -> None:
        self.title = f"{'Payment' if found.payment else 'Attempt'} of {found.amount.text}"
        self.party, self._party_id = found.party, found.party_id
        self.party_path = room_of(found.party_id)
        self._currency, self._locale = found.amount.currency, found.locale
        row = found.payment.row if found.payment else None
        self.figures = {
            "amount": found.amount.text,
            "fee": found.fee.text if found.fee else "",
            "refunded": row.refunded.text if row and row.refunded.minor else "",
            "unplaced": row.unplaced.text if row and row.unplaced.minor else "",
        }

    def _show_attempt(self, found: PaymentRecord) -> None:
        tried, place = found.attempt, installation()
        self.claims = paid_lines(found.claims)
        self.attempt = attempt_facts(tried, found) if tried else {}
        self.may_be_asked = tried is not None and tried.state in _OPEN and has_gateway(place)
        known = tried.gateway_payment if tried else ""
        self.there = seen_there(place, known) if known and has_gateway(place) else ""
        if tried:
            self.look, self.standing = STANDINGS[tried.state]
            self.way = tried.instrument or WAYS[tried.method]

    def _show_payment(self, found: PaymentRecord) -> None:
        view = found.payment
        self._payment = view.row.id if view else ""
        self.documents = paid_lines(view.documents) if view else []
        lots = view.credit if view else []
        self.became_credit = bool(lots)
        # What a Credit Request brought is said by the request itself.
        self.credit = [
            CreditLine(lot.id, lot.why, lot.amount.text)
            for lot in lots
            if not (lot.why == ORIGINS["credit_request"] and self.documents)
        ]
        self.flags, self.payments = [], []
        self.receipt = ""
        self.facts = {}
        if view is None:
            return
        undone = Flag.TAKEN_BACK in view.row.flags
        self.look, self.standing = ("Taken back",) * 2 if undone else ("Paid", "Received")
        self.flags = [flag for flag in view.row.flags if flag != Flag.TAKEN_BACK]
        self.way = view.row.method
        is_customers = view.row.party_id.startswith("cus_")
        self.receipt = view.row.id if is_customers and not undone else ""
        gives_back = is_customers and found.left is not None and found.left.minor > 0
        self.facts = {"received": view.row.received_on, "recorded": view.recorded}
        by_hand = found.attempt is None and not undone
        self.payments = [_line(view, by_hand=by_hand, gives_back=gives_back)]


def _line(view: PaymentView, *, by_hand: bool, gives_back: bool) -> PaymentLine:
    row = view.row
    return PaymentLine(
        id=row.id,
        on=row.received_on,
        what=row.method,
        note="",
        look="Paid",
        standing="Received",
        amount=row.amount.text,
        payment_id=row.id,
        minor=row.amount.minor - row.refunded.minor,
        by_hand=by_hand,
        gives_back=gives_back,
        retries="",
        record=row.id,
    )
