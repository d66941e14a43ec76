"""Taking money for a document: charging what was saved, or recording what was received."""

from __future__ import annotations

from typing import Any, TypedDict

import reflex as rx

from billing_app.access.installation import run, run_outside
from billing_app.collecting.recording import Received, record_received
from billing_app.collecting.saved import ChargeAsked, charge_saved
from billing_app.kernel.amounts import read_amount
from billing_app.kernel.entries import read_day
from billing_app.kernel.errors import BillingError
from billing_app.kernel.ids import new_id, show
from billing_app.kernel.money import Money
from billing_app.kernel.refusals import shown
from billing_app.reads.attempts import attempt
from billing_app.services.doubting import LooksRecorded
from billing_app.services.paying import Part
from billing_app.ui.admin.document_shown import DocumentPage, page_of
from billing_app.ui.admin.forms import FormState
from billing_app.ui.admin.outcomes import Told, outcome

EXTERNAL = "external"


class ChargeForm(TypedDict):
    """What the form of a payment sends."""

    amount: str
    method: str
    kind: str
    reference: str
    received_on: str


class AdminChargeState(FormState, rx.State):
    """The form that takes a payment. Sent twice, it takes it once."""

    by: str = ""
    doubted: bool = False
    _typed: dict[str, str] = {}
    _attempt: str = ""
    _payment: str = ""

    @rx.event
    async def load(self) -> None:
        """Open the form on its own page, for money that comes online or offline."""
        offline = self.router.url.query_parameters.get("by") == "offline"
        self.by = "offline" if offline else "online"
        await self._begin()

    @rx.event
    async def open_form(self) -> None:
        """Open the form, under ids of its own."""
        await self._begin()

    @rx.event
    async def charge(self, form: ChargeForm) -> Any:
        """Charge what was chosen, or record what was received; show what came of it."""
        self._typed = {name: str(value) for name, value in form.items()}
        return await self._take(really=False)

    @rx.event
    async def charge_all_the_same(self) -> Any:
        """Record what looked recorded already: it is other money."""
        return await self._take(really=True) if self.doubted else None

    async def _take(self, *, really: bool) -> Any:
        page = await page_of(self)
        typed, self.doubted = self._typed, False
        self.problem, self.wrong_field = "", ""
        try:
            amount = read_amount(typed["amount"], page._currency, page._locale).money
            told = (
                await self._record(page, typed, amount, really=really)
                if typed["method"] == EXTERNAL
                else await charged(page, self._attempt, typed["method"], amount)
            )
        except BillingError as refusal:
            self.doubted = isinstance(refusal, LooksRecorded)
            await self._refuse(refusal)
            return None
        await self._close()
        return await tell(page, told)

    async def _record(
        self, page: DocumentPage, typed: dict[str, str], amount: Money, *, really: bool
    ) -> Told:
        received = Received(
            payment_id=self._payment,
            party_id=page._party_id,
            amount=amount,
            kind=typed["kind"],
            received_on=read_day(typed["received_on"], field="received_on"),
            parts=(Part(page.shown),),
            reference=typed["reference"],
            really=really,
        )
        await run_outside(lambda place, actor: record_received(place, actor, received))
        words = f"{shown(amount)} from {page.party} is recorded for {page.title}."
        return Told(f"{words} No card was charged.", True)

    async def _begin(self) -> None:
        await self._open()
        self.doubted, self._typed = False, {}
        self._attempt, self._payment = show("att", new_id()), show("pay", new_id())


async def charged(
    page: DocumentPage, attempt_id: str, method: str, amount: Money, *, retry_of: str = ""
) -> Told:
    """Charge a saved way of paying for the document shown; what came of it."""
    asked = ChargeAsked(
        attempt_id=attempt_id,
        customer_id=page._party_id,
        parts=(Part(page.shown, amount),),
        payment_method_id=method,
        retry_of_id=retry_of,
    )
    made = await run_outside(lambda place, actor: charge_saved(place, actor, asked))
    return outcome(await run(lambda work: attempt(work, made)))


async def tell(page: DocumentPage, told: Told) -> Any:
    """Show what the books say now, and what came of it."""
    await page._read()
    await page._say(told.words, is_good=told.is_good)
    return rx.set_focus("main")
