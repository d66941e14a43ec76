"""A business with so many invoices, as its screens find it: paid one by one, a fifth still open.

What commands would write is multiplied in bulk by the generator, audit log included; what an
invoice says of both sides is copied from one that a command issued. No letter was written and
nothing was printed.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlmodel import select

from bench.books import Desk
from bench.generator import Generator
from bench.ground import Ground, founded
from billing_app.access.guard import admin_read
from billing_app.kernel.ids import show
from billing_app.models.audit import AuditEntry
from billing_app.models.invoice import Invoice
from billing_app.models.payment import Payment

CUSTOMERS = 2_000
_DAYS = 1_000
_OPEN = 5


class Business(Generator):
    """Sells to its customers in turn, day after day."""

    def __init__(self, ground: Ground) -> None:
        super().__init__(ground, ground.today() - timedelta(days=_DAYS))
        self._said = _as_issued(ground)

    def sell(self, count: int) -> list[str]:
        """So many invoices; returns their ids, in order."""
        customers = self.customers(min(CUSTOMERS, count))
        sold = []
        for place in range(count):
            customer, total = customers[place % len(customers)], 100_00 + place * 37 % 900_00
            is_open = place % _OPEN == 0
            still = total if is_open else 0
            invoice = self._invoice(customer, still=still, total=total, said=self._said)
            shown = show(Invoice.prefix, invoice)
            self._note("draft_invoice", shown)
            self._note("issue_invoice", shown)
            if not is_open:
                paid = self._pay(customer, [invoice], total, f"TRF {place:06}")
                self._note("record_payment", show(Payment.prefix, paid))
            sold.append(shown)
            if (place + 1) * _DAYS // count > place * _DAYS // count:
                self.day += timedelta(days=1)
        self.keep()
        return sold

    def _note(self, verb: str, subject: str) -> None:
        self._add(
            AuditEntry,
            recorded_at=self._moment(),
            membership_id=self.ground.actor.membership_id,
            verb=verb,
            subject=subject,
        )


def _as_issued(ground: Ground) -> str:
    """What an invoice keeps of both sides, as a command wrote it in another organization."""
    desk = Desk(founded(ground.database), 1)
    draft: UUID = desk.draft(desk.customers[0])
    desk.issue(draft, desk.key())

    def kept(work: Any) -> str:
        return str(work.exec(select(Invoice.snapshot).where(Invoice.id == draft)).one())

    return desk.ground.does(admin_read()(kept))
