"""Saying whose money is that nobody was known for, and what it pays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypedDict

import reflex as rx

from billing_app.access.installation import run, run_outside
from billing_app.access.work import Work
from billing_app.collecting.transfers import give_transfer
from billing_app.kernel.errors import BillingError
from billing_app.kernel.ids import new_id, show
from billing_app.reads import admin, parties
from billing_app.reads.invoice_queries import Standing
from billing_app.reads.invoice_search import InvoiceFilter
from billing_app.reads.invoices import invoices
from billing_app.reads.payments import payment
from billing_app.services.doubting import LooksRecorded
from billing_app.services.identifying import identify_receipt, place_overpayment
from billing_app.services.paying import Part
from billing_app.ui.admin.exceptions import AdminExceptionsState
from billing_app.ui.admin.forms import FormState

TRANSFER, RECEIPT, OVERPAID = "transfer", "receipt", "overpaid"
_KINDS = {"atr": TRANSFER, "unr": RECEIPT, "pay": OVERPAID}
_MOST = 8


@dataclass(frozen=True)
class Somebody:
    """A customer or partner whose money it may be."""

    id: str
    name: str
    email: str


@dataclass(frozen=True)
class MayPay:
    """An invoice that the money may pay."""

    id: str
    words: str


class PlaceForm(TypedDict):
    """What the form sends: the invoice that is paid; none leaves the money as credit."""

    invoice: str


class AdminPlacingState(FormState, rx.State):
    """First whose it is, then what it pays. Sent twice, it is placed once."""

    kind: str = ""
    what: str = ""
    search: str = ""
    found: list[Somebody] = []
    party: str = ""
    invoices: list[MayPay] = []
    doubted: bool = False

    _about: str = ""
    _party_id: str = ""
    _invoice: str = ""
    _payment: str = ""
    _key: str = ""

    @rx.event
    async def open_form(self, about: str) -> None:
        """Ask whose it is, unless that is known."""
        row = (await self.get_state(AdminExceptionsState))._found(about)
        kind = _KINDS.get(about.partition("_")[0], "")
        if row is None or not kind:
            return
        self.reset()
        await self._open()
        self.kind, self.what, self._about = kind, row.what, about
        self._payment, self._key = show("pay", new_id()), show("cmd", new_id())
        if kind == OVERPAID:
            self.party = row.party
            paid = await run(lambda work: payment(work, about))
            await self._find_invoices(paid.row.party_id)
        else:
            await self._find("")

    @rx.event
    async def search_for(self, search: str) -> None:
        """Show those whose names begin like this."""
        await self._find(search)

    @rx.event
    async def choose(self, party_id: str) -> None:
        """It is theirs: ask what it pays, and say what follows."""
        self.problem, self.doubted = "", False
        is_partner = party_id.startswith("par_")
        read = parties.partner if is_partner else parties.customer
        self.party = (await run(lambda work: read(work, party_id))).name
        await self._find_invoices(party_id)

    @rx.event
    async def place(self, form: PlaceForm) -> Any:
        """Give it to them, and pay what was chosen."""
        self._invoice = form["invoice"]
        return await self._place(really=False)

    @rx.event
    async def place_all_the_same(self) -> Any:
        """Record what looked recorded already: it is other money."""
        return await self._place(really=True) if self.doubted else None

    async def _place(self, *, really: bool) -> Any:
        self.problem, self.wrong_field, self.doubted = "", "", False
        try:
            words = await self._give(really=really)
        except BillingError as refusal:
            self.doubted = isinstance(refusal, LooksRecorded)
            await self._refuse(refusal)
            return None
        await self._close()
        inbox = await self.get_state(AdminExceptionsState)
        await inbox._read()
        await inbox._say(words)
        return rx.set_focus("main")

    async def _give(self, *, really: bool) -> str:
        about, party_id, key, drawn = self._about, self._party_id, self._key, self._payment
        parts = (Part(self._invoice),) if self._invoice else ()
        if self.kind == TRANSFER:
            await run_outside(
                lambda place, actor: give_transfer(
                    place, actor, about, customer_id=party_id, command_key=key
                )
            )
            return f"The transfer is {self.party}'s, and is taken for them."
        if self.kind == OVERPAID:
            await run(lambda work: place_overpayment(work, about, parts=parts, command_key=key))
            return f"What {self.party} had paid too much pays the invoice now."
        await run(
            lambda work: identify_receipt(
                work,
                drawn,
                receipt_id=about,
                party_id=party_id,
                parts=parts,
                really=really,
                command_key=key,
            )
        )
        return f"The money is {self.party}'s now, as a payment of theirs."

    async def _find(self, search: str) -> None:
        self.search, with_partners = search, self.kind == RECEIPT

        def find(work: Work[Any]) -> list[admin.PartyRow]:
            partners = admin.partners(work, search=search).rows if with_partners else []
            return [*admin.customers(work, search=search).rows, *partners]

        rows = [row for row in await run(find) if not row.archived][:_MOST]
        self.found = [Somebody(row.id, row.name, row.email) for row in rows]

    async def _find_invoices(self, party_id: str) -> None:
        self._party_id = party_id
        wanted = InvoiceFilter(standing=Standing.TO_PAY, party_id=party_id)
        rows = (await run(lambda work: invoices(work, wanted))).rows
        self.invoices = [
            MayPay(row.id, f"Invoice {row.number}, still to pay {row.still_to_pay.text}")
            for row in rows
        ]
