"""Invoices in tests, made by the commands that people use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, TypeVar

import pytest
from sqlmodel import col, select

from billing_app.access.guard import admin_command, admin_read
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.errors import BillingError
from billing_app.kernel.ids import new_id, show
from billing_app.kernel.lines import DraftLine
from billing_app.kernel.money import Money
from billing_app.ledger import book, proof
from billing_app.ledger.accounts import Code
from billing_app.ledger.days import today
from billing_app.models.audit import AuditEntry
from billing_app.models.base import OrgOwned
from billing_app.models.books import OrganizationProfile, Series, TaxRate
from billing_app.models.credit import Adjustment, CreditLot, CreditRequest
from billing_app.models.invoice import (
    CreditNote,
    CreditNoteLine,
    Invoice,
    InvoiceLine,
    PlanPart,
    WriteOff,
)
from billing_app.models.ledger import CommandKey, Entry, Posting
from billing_app.models.outbox import Job
from billing_app.models.payment import Allocation, Payment, Refund
from billing_app.services import drafting, invoicing, organizing, taxing
from billing_app.services.changing import the_one
from tests.world import Person, World

T = TypeVar("T")

WRITTEN = (Invoice, InvoiceLine, PlanPart, Entry, Posting, Series, TaxRate, AuditEntry, Job)
WRITTEN += (Adjustment, CommandKey, CreditRequest)
WRITTEN += (Payment, Allocation, CreditLot, CreditNote, CreditNoteLine, Refund, WriteOff)


def aud(minor: int) -> Money:
    return Money(minor, "AUD")


@admin_command(Permission.LOOK)
def have_tax_number(work: Work[Any]) -> str:
    """Who charges tax does so under a number; one that is there already stays."""
    profile = the_one(work, OrganizationProfile)
    if not (profile.abn or profile.tax_id):
        profile.tax_id = "T 123 456"
    return profile.shown_id


class Desk:
    """Somebody at their work on invoices: Ada, unless another is named."""

    def __init__(self, world: World, by: Person | None = None) -> None:
        self.world = world
        self.by = by or world.ada

    def does(self, work_fn: Callable[[Work[Any]], T]) -> T:
        """Run a command or read."""
        return self.by.does(work_fn)

    def sees(self, work_fn: Callable[[Work[Any]], T]) -> T:
        """Look at rows in one reading transaction; what comes back is no row."""
        return self.by.does(admin_read()(work_fn))

    def today(self) -> date:
        """The organization's own day."""
        return self.sees(today)

    def days(self, count: int) -> date:
        """The day so many days from today; before it, if below zero."""
        return self.today() + timedelta(days=count)

    def tax(self, name: str = "GST", rate_bp: int = 1_000) -> str:
        """Add a tax rate, and a number to charge it under; returns its id."""
        drawn = show("tax", new_id())
        self.does(have_tax_number)
        return self.does(lambda work: taxing.add_tax_rate(work, drawn, name=name, rate_bp=rate_bp))

    def line(self, minor: int = 100_00, tax: str = "", **more: Any) -> DraftLine:
        """A line in dollars, for one of something."""
        return DraftLine(
            **({"description": "Design", "unit_price": aud(minor), "tax_rate_id": tax} | more)
        )

    def draft(self, *lines: DraftLine, party_id: str = "", **more: Any) -> str:
        """Draft an invoice, for Marsh Design unless another is named; returns its id."""
        drawn = show("inv", new_id())
        party = party_id or self.world.marsh
        return self.does(
            lambda work: drafting.draft_invoice(work, drawn, party_id=party, lines=lines, **more)
        )

    def issue(self, invoice_id: str, **more: Any) -> str:
        """Issue a draft."""
        return self.does(lambda work: invoicing.issue_invoice(work, invoice_id, **more))

    def invoice(self, *minors: int, party_id: str = "", **more: Any) -> str:
        """Issue an invoice with a line of each amount, without tax; returns its id."""
        lines = [self.line(minor) for minor in minors or (100_00,)]
        return self.issue(self.draft(*lines, party_id=party_id), **more)

    def settings(self, **said: Any) -> str:
        """Set 'General Accounting Settings', the usual ones where nothing is said."""
        usual = {
            "apply_credit_to_invoices": False,
            "apply_credit_to_requests": False,
            "tax_rounding": "document",
            "prices_include_tax": False,
            "small_balance_minor": 0,
        }
        return self.does(lambda work: organizing.set_accounting_settings(work, **(usual | said)))

    def told(self, kind: type[OrgOwned], shown_id: str, *names: str) -> list[Any]:
        """Some values of a row."""
        return self.sees(lambda work: [getattr(work.find(kind, shown_id), name) for name in names])

    def of(self, invoice_id: str, *names: str) -> Any:
        """One value of an invoice, or several."""
        values = self.told(Invoice, invoice_id, *names)
        return values[0] if len(values) == 1 else values

    def lines(self, invoice_id: str) -> list[tuple[str, int, int, int]]:
        """Each line: what for, net, tax and gross."""
        wanted = select(
            InvoiceLine.description,
            InvoiceLine.net_minor,
            InvoiceLine.tax_minor,
            InvoiceLine.gross_minor,
        ).where(InvoiceLine.invoice_id == Invoice.read_id(invoice_id))
        return self._rows(wanted.order_by(col(InvoiceLine.position)))

    def plan(self, invoice_id: str) -> list[tuple[date, int]]:
        """Each part: when it is due, and how much."""
        wanted = select(PlanPart.due_on, PlanPart.amount_minor).where(
            PlanPart.invoice_id == Invoice.read_id(invoice_id)
        )
        return self._rows(wanted.order_by(col(PlanPart.position)))

    def postings(self, source_id: str = "", kind: type[OrgOwned] = Invoice) -> list[Any]:
        """What was posted, event by event: debit, credit, amount. Of one act, or of all."""
        wanted = (
            select(Entry.event, Posting.debit_account, Posting.credit_account, Posting.amount_minor)
            .join(Posting, col(Posting.entry_id) == Entry.id)
            .order_by(col(Entry.id), col(Posting.position))
        )
        if source_id:
            wanted = wanted.where(Entry.source_id == kind.read_id(source_id))
        return self._rows(wanted)

    def asked_for(self) -> list[str]:
        """The documents whose payment is owed to be asked for, in order."""
        wanted = select(Job.subject).where(Job.kind == "payment_request").order_by(col(Job.id))
        return self.sees(lambda work: list(work.exec(wanted)))

    def count(self, kind: type[OrgOwned]) -> int:
        """How many rows of a kind there are."""
        return self.sees(lambda work: len(work.exec(select(kind.id)).all()))

    def balance(self, code: Code, currency: str = "AUD", **of: Any) -> Money:
        """What an account holds."""
        return self.sees(lambda work: book.balance(work, code, currency=currency, **of))

    def differences(self) -> list[str]:
        """What the proof finds in the books."""
        return self.sees(proof.differences)

    def _rows(self, statement: Any) -> list[Any]:
        def read(work: Work[Any]) -> list[Any]:
            return [tuple(row) for row in work.exec(statement)]

        return self.sees(read)


def drawn(prefix: str) -> str:
    """An id such as a form draws when it opens."""
    return show(prefix, new_id())


def refused(desk: Desk, refusal: type[BillingError], work_fn: Callable[[Work[Any]], Any]) -> str:
    """The sentence of a refusal. Nothing at all was written by the command it ended."""
    before = [desk.count(kind) for kind in WRITTEN]
    with pytest.raises(refusal) as error:
        desk.does(work_fn)
    assert [desk.count(kind) for kind in WRITTEN] == before, "a refusal wrote something"
    return str(error.value)
