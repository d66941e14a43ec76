"""A draft of an invoice: written here, saved while it is written, and issued."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal, TypedDict

import reflex as rx

from billing_app.access.installation import run, run_outside
from billing_app.collecting.saved import ChargeAsked, issue_and_charge
from billing_app.kernel.entries import read_day
from billing_app.kernel.errors import BillingError, Invalid, NotFound
from billing_app.kernel.ids import new_id, show
from billing_app.reads import draft_view
from billing_app.reads.draft_view import DraftView
from billing_app.reads.invoice_view import PartView
from billing_app.reads.takings import Takings, takings
from billing_app.reads.tax_rates import TaxRateRow
from billing_app.services import drafting, invoicing
from billing_app.services.drafting import DraftChanged, NotADraft
from billing_app.services.invoicing import TaxNumberMissing
from billing_app.ui.admin.draft_lines import LineWords, understood
from billing_app.ui.admin.forms import OpenFormState
from billing_app.ui.admin.methods import MethodChoice, method_choices

LineField = Literal["description", "quantity", "unit_price", "discount", "tax_rate_id"]
DraftField = Literal["currency", "prices", "reference", "note", "due_on"]
Act = Literal["issue", "charge", "delete"]


class ChargeForm(TypedDict):
    """What the form of 'Issue and charge' sends."""

    payment_method_id: str


class AdminDraftState(rx.State):
    """One draft while it is written. What is on screen is saved, or it says that it is not."""

    shown: str = ""
    loaded: bool = False
    missing: bool = False
    party: str = ""
    words: dict[str, str] = {}
    lines: list[LineWords] = []
    taxes: list[TaxRateRow] = []
    parts: list[PartView] = []
    net: str = ""
    tax: str = ""
    total: str = ""
    due: str = ""
    planned: str = ""
    saving: str = ""
    stale: bool = False
    nameless: bool = False
    problem: str = ""
    wrong_field: str = ""
    refused: str = ""

    asked: str = ""
    methods: list[MethodChoice] = []
    is_customer: bool = False
    from_credit: str = ""

    _version: int = 0
    _locale: str = ""
    _party_id: str = ""
    _key: str = ""
    _attempt: str = ""
    _keys: int = 0
    _generation: str = ""
    _unsaved: bool = False

    @rx.event
    async def load(self) -> Any:
        """Show the draft that the address names; what was issued is shown on its own page.

        A connection that was lost and found loads it again: what was typed meanwhile stays.
        """
        wanted = self.router.url.path.rstrip("/").rpartition("/")[2]
        if wanted == self.shown and self._unsaved and not self.stale:
            return None
        if wanted != self.shown:
            (await self.get_state(OpenFormState)).which = ""
        self.reset()
        self.shown, self._generation = wanted, show("gen", new_id())
        try:
            found = await run(lambda work: draft_view.draft(work, wanted))
        except NotFound:
            self.missing = True
            return None
        if not found.is_draft:
            return rx.redirect(f"/admin/invoices/{wanted}", replace=True)
        self._show(found)
        self._take_sums(found)
        self.loaded = True
        return None

    @rx.event
    def write_line(self, key: str, field: LineField, value: str) -> None:
        """Note what was typed into a line; it is saved a moment later."""
        self._unsaved, self.saving = True, "Saving…"
        self.lines = [
            replace(line, **{field: value}) if line.key == key else line for line in self.lines
        ]

    @rx.event
    def write(self, field: DraftField, value: str) -> None:
        """Note what was typed beside the lines; it is saved a moment later."""
        self._unsaved, self.saving = True, "Saving…"
        self.words = {**self.words, field: value}

    @rx.event
    def add_line(self) -> None:
        """Add an empty line at the end."""
        self.lines = [*self.lines, LineWords(self._next_key())]

    @rx.event
    async def remove_line(self, key: str) -> Any:
        """Take a line off."""
        self.lines = [line for line in self.lines if line.key != key]
        self._unsaved = True
        await self._save()
        # The button that had the keyboard's focus is gone.
        return rx.set_focus("add-line")

    @rx.event
    async def save(self) -> None:
        """Save what was typed, if all of it can be understood."""
        await self._save()

    @rx.event
    async def ask(self, act: Act) -> Any:
        """Ask before the draft becomes an invoice, or is thrown away, and say what follows."""
        self.refused, self.asked = "", ""
        if act != "delete" and (await self.get_state(OpenFormState)).which:
            self.refused = "Instalments are being planned. Divide it or cancel that first."
            return rx.set_focus("main")
        if act != "delete" and not await self._save():
            self.refused = "This draft is not saved as it stands. Mend it first, then issue it."
            return rx.set_focus("main")
        self._key, self._attempt = show("cmd", new_id()), show("att", new_id())
        wanted = self.shown
        found: Takings = await run(lambda work: takings(work, wanted))
        self.is_customer = found.is_customer
        self.methods = method_choices(found.methods)
        uses = found.uses_credit and found.from_credit.minor
        self.from_credit = found.from_credit.text if uses else ""
        self.asked = act
        return None

    @rx.event
    def let_be(self) -> None:
        """Put the question away. Nothing changes."""
        self._put_away()

    @rx.event
    async def issue(self) -> Any:
        """Issue the draft that is on screen."""
        wanted, version, key = self.shown, self._version, self._key
        try:
            await run(
                lambda work: invoicing.issue_invoice(work, wanted, version=version, command_key=key)
            )
        except BillingError as refusal:
            return self._refuse(refusal)
        return rx.redirect(f"/admin/invoices/{wanted}?said=issued")

    @rx.event
    async def issue_and_charge(self, form: ChargeForm) -> Any:
        """'Issue and charge': issue it, then charge what is still to pay on it."""
        wanted = self.shown
        asked = ChargeAsked(
            attempt_id=self._attempt,
            customer_id=self._party_id,
            parts=(),
            payment_method_id=form["payment_method_id"],
            command_key=self._key,
        )
        try:
            attempt = await run_outside(
                lambda place, actor: issue_and_charge(place, actor, wanted, asked)
            )
        except BillingError as refusal:
            return self._refuse(refusal)
        return rx.redirect(f"/admin/invoices/{wanted}?attempt={attempt}")

    @rx.event
    async def delete(self) -> Any:
        """Throw the draft away."""
        wanted = self.shown
        try:
            await run(lambda work: drafting.delete_draft(work, wanted))
        except BillingError as refusal:
            return self._refuse(refusal)
        return rx.redirect("/admin/invoices?standing=draft")

    async def _save(self) -> bool:
        """Keep what was typed; False while some of it cannot be kept, or somebody was faster."""
        self.problem, self.wrong_field = "", ""
        if self.stale or not self.loaded:
            return False
        if not self._unsaved:
            return True
        words, wanted, version = self.words, self.shown, self._version
        read = understood(self.lines, words["currency"], self._locale)
        self.lines = read.lines
        if read.wrong:
            self.saving = "Not saved yet: mend the line that is marked."
            return False
        try:
            due_on = read_day(words["due_on"], field="due_on")
            await run(
                lambda work: drafting.change_draft(
                    work,
                    wanted,
                    version=version,
                    lines=read.kept,
                    currency=words["currency"],
                    prices_include_tax=words["prices"] == "include",
                    reference=words["reference"],
                    note=words["note"],
                    due_on=due_on,
                )
            )
        except Invalid as refusal:
            self.problem, self.wrong_field = str(refusal), refusal.field
            self.saving = "Not saved yet."
            return False
        except BillingError as refusal:
            self._refuse(refusal)
            return False
        self._unsaved, self.saving, self.refused = False, "Saved", ""
        self._take_sums(await run(lambda work: draft_view.draft(work, wanted)))
        return True

    def _show(self, found: DraftView) -> None:
        self.party, self._party_id, self._locale = found.party, found.party_id, found.locale
        self.taxes = found.taxes
        self.words = {
            "currency": found.currency,
            "prices": "include" if found.prices_include_tax else "exclude",
            "reference": found.reference,
            "note": found.note,
            "due_on": found.due_on,
        }
        # Other keys each time, so that no field goes on showing what is not so.
        self.lines = [LineWords(self._next_key(), **vars(line)) for line in found.lines]
        if not self.lines:
            self.lines = [LineWords(self._next_key())]

    def _take_sums(self, found: DraftView) -> None:
        """What the saved draft comes to, line by line and as a whole."""
        self._version, self.parts = found.version, found.parts
        self.net, self.tax, self.total = found.net, found.tax, found.total
        self.due, self.planned = found.due, _planned(found.parts)
        totals = iter([line.total for line in found.lines])
        self.lines = [
            line if line.is_blank else replace(line, total=next(totals, "")) for line in self.lines
        ]

    def _next_key(self) -> str:
        self._keys += 1
        return f"{self._generation}-{self._keys}"

    def _put_away(self) -> None:
        """Ask nothing any more, nor tell what was refused; that somebody was faster stays told."""
        self.asked = ""
        if not self.stale:
            self.refused = ""

    def _refuse(self, refusal: BillingError) -> Any:
        self.asked, self.refused, self.saving = "", str(refusal), ""
        self.stale = isinstance(refusal, DraftChanged | NotADraft)
        self.nameless = isinstance(refusal, TaxNumberMissing)
        return rx.set_focus("main")


def _planned(parts: list[PartView]) -> str:
    """In how many parts it is due, and when; nothing for all of it at once."""
    if not parts:
        return ""
    first, last = parts[0].due_on, parts[-1].due_on
    return f"{len(parts)}, from {first} to {last}" if len(parts) > 1 else f"1, on {first}"
